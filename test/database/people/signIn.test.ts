import { beforeAll, expect, it } from "vitest";
import { SimulatedBrand } from "../../../sim/crowd/brand.ts";
import { ROLES, capabilitiesOf, type Role } from "../../../src/access/role.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import { inviteFirstOwner } from "../../../src/people/io/operatorRoutes.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

describeOnDatabase("signing in", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale());
  });

  async function newestCode(): Promise<string> {
    const [row] = await test.database.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox where kind = 'sign_in_code' order by message_id desc limit 1`;
    return JSON.parse(test.keyring.decrypt(row!.payloadCipher)).facts.code;
  }
  const ask = (contact: string) => test.post("/v1/sign-in/codes", undefined, { contact });
  const enterCode = (contact: string, code: string) =>
    test.post("/v1/sign-in", undefined, { contact, code });

  it("sends a code to a phone and takes it once, however the number is written", async () => {
    expect((await ask("0812-3456-7890")).body.sentTo).toBe("+62812•••890");
    const code = await newestCode();
    const reply = await enterCode("+62 812 3456 7890", code);
    expect(reply.status).toBe(200);
    expect([reply.headers["set-cookie"]].flat()[0]).toMatch(
      /giliran_session=.*HttpOnly.*SameSite=Lax/,
    );
    expect((await enterCode("081234567890", code)).body.code).toBe("code_used");
    expect((await test.enter(reply.body.session)).status).toBe(201);
  });

  it("gives the place back on another device", async () => {
    await ask("081234567890");
    const reply = await enterCode("081234567890", await newestCode());
    expect((await test.mine(reply.body.session)).entry.ticket).toMatch(/^gtk1\./);
  });

  it("refuses a wrong code, any code after five wrong ones without a token, and one of ten minutes ago", async () => {
    test.clock.ms += 600_000;
    await ask("budi@contoh.id");
    const code = await newestCode();
    const wrong = code === "111111" ? "222222" : "111111";
    for (let i = 0; i < 5; i++)
      expect((await enterCode("budi@contoh.id", wrong)).body.code).toBe("code_wrong");
    expect((await enterCode("budi@contoh.id", code)).body.code).toBe("guesses_used");
    await ask("budi@contoh.id");
    const second = await newestCode();
    test.clock.ms += 11 * 60_000;
    expect((await enterCode("budi@contoh.id", second)).body.code).toBe("code_wrong");
    test.clock.ms = START_MS - 1_000;
  });

  it("sends one contact a few codes only, and says when another can be sent", async () => {
    for (let i = 0; i < 4; i++) expect((await ask("sari@contoh.id")).body.sent).toBe(true);
    const again = await ask("sari@contoh.id");
    expect(again).toMatchObject({ status: 202, body: { sent: false } });
    expect(Date.parse(again.body.nextAt)).toBeGreaterThan(test.clock.ms);
  });

  it("does not know a contact that is none", async () => {
    for (const contact of ["nobody", "123", "a@b", "+62 12"]) {
      expect((await ask(contact)).body.code).toBe("contact_malformed");
    }
  });

  it("exchanges the brand's token, the same one for the same session", async () => {
    const customer = { subject: "c-1", phone: "+6281100000001" };
    const token = test.brand.token(customer, test.clock.ms + 3_600_000);
    const first = await test.post("/v1/sign-in/token", undefined, { token });
    const again = await test.post("/v1/sign-in/token", undefined, { token });
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
  });

  it("refuses tokens that are expired, of another brand, or altered", async () => {
    const customer = { subject: "c-2", phone: "+6281100000002" };
    const send = (token: string) => test.post("/v1/sign-in/token", undefined, { token });
    const good = test.brand.token(customer, test.clock.ms + 3_600_000);
    const [head, claims, signature] = good.split(".") as [string, string, string];
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const other = Buffer.from(claims, "base64url").toString().replace("c-2", "c-1");
    for (const token of [
      test.brand.token(customer, test.clock.ms - 3_600_000),
      new SimulatedBrand().token(customer, test.clock.ms + 3_600_000),
      `${none}.${claims}.`,
      `${head}.${Buffer.from(other).toString("base64url")}.${signature}`,
      "not.a.token-at-all-but-long",
    ]) {
      expect((await send(token)).body.code).toBe("token_rejected");
    }
  });

  it("one verified phone is one person, whichever account it comes through", async () => {
    const [one, two] = [
      await test.signIn(500, { subject: "first account" }),
      await test.signIn(500, { subject: "second account" }),
    ];
    expect((await test.enter(one)).status).toBe(201);
    expect((await test.enter(two)).body.code).toBe("contact_already_entered");
  });

  it("all addresses of one mail box are one person with one turn; another box is another person", async () => {
    const join = async (contact: string) => {
      await ask(contact);
      const reply = await enterCode(contact, await newestCode());
      const entered = await test.enter(reply.body.session);
      return entered.status === 201 ? "in" : entered.body.code;
    };
    expect(await join("siti.ayu@gmail.com")).toBe("in");
    expect(await join("sitiayu+poco@gmail.com")).toBe("contact_already_entered");
    expect(await join("s.i.t.i.a.y.u@googlemail.com")).toBe("contact_already_entered");
    // Dots mean something elsewhere: two boxes, two people.
    expect(await join("siti.ayu@contoh.id")).toBe("in");
    expect(await join("sitiayu@contoh.id")).toBe("in");
  });
});

describeOnDatabase("operators", () => {
  let test: TestServer;
  const sessions = new Map<Role, string>();

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
    const invitation = await inviteFirstOwner(test.database.sql, test.keyring, test.clock.ms);
    sessions.set("owner", await join(invitation as string, "owner"));
    for (const role of ROLES.filter((candidate) => candidate !== "owner")) {
      const invited = await test.post("/v1/operator/invitations", sessions.get("owner"), { role });
      sessions.set(role, await join(invited.body.invitation, role));
    }
  });

  async function join(invitation: string, name: string): Promise<string> {
    const person = { name, password: `password of ${name}` };
    const accepted = await test.post("/v1/operators/invitation", undefined, {
      invitation,
      ...person,
    });
    expect(accepted.status).toBe(201);
    return (await test.post("/v1/operators/session", undefined, person)).body.session;
  }

  it("the first-run link works once, and is not given again", async () => {
    const again = await inviteFirstOwner(test.database.sql, test.keyring, test.clock.ms);
    expect(again).toBeNull();
    const reply = await test.post("/v1/operators/invitation", undefined, {
      invitation: "0".repeat(64),
      name: "intruder",
      password: "long enough pw",
    });
    expect(reply.body.code).toBe("invitation_invalid");
  });

  it("refuses a wrong password and a name that nobody has alike", async () => {
    const send = (name: string) =>
      test.post("/v1/operators/session", undefined, { name, password: "wrong wrong" });
    expect((await send("owner")).body.code).toBe("password_wrong");
    expect((await send("nobody at all")).body.code).toBe("password_wrong");
  });

  it("a session ends when it is ended", async () => {
    const person = { name: "auditor", password: "password of auditor" };
    const { session } = (await test.post("/v1/operators/session", undefined, person)).body;
    expect((await test.get("/v1/operator/sales", session)).status).toBe(200);
    await test.post("/v1/operators/sign-out", session);
    expect((await test.get("/v1/operator/sales", session)).body.code).toBe("sign_in_required");
  });

  it("every operator route asks every role for the capability that the table names", async () => {
    const routes = ROUTES.filter((route) => route.auth === "operator");
    expect(routes.length).toBeGreaterThan(8);
    // Signing out last: it ends the session that the others need.
    const ordered = [...routes].sort(
      (a, b) => Number(a.id === "signOutOperator") - Number(b.id === "signOutOperator"),
    );
    for (const route of ordered) {
      expect(route.capability, route.id).toBeDefined();
      for (const role of ROLES) {
        const url = route.path.replace(":slug", "no-such-sale");
        const reply = await test.call(route.method, url, {
          session: sessions.get(role),
          ...(route.method === "POST" ? { body: {} } : {}),
        });
        const allowed = capabilitiesOf(role).includes(route.capability!);
        expect(
          reply.body.code === "not_allowed",
          `${route.id} as ${role}: ${JSON.stringify(reply.body)}`,
        ).toBe(!allowed);
        if (allowed) expect(reply.status).not.toBe(401);
      }
      const buyer = await test.signIn(77);
      const nobody = await test.call(route.method, route.path.replace(":slug", "small"), {
        session: buyer,
      });
      expect(nobody.body.code).toBe("sign_in_required");
    }
  });

  it("creates, opens, pauses, resumes and closes a sale over the API", async () => {
    const operator = await signInAgain("operator");
    const { readFileSync } = await import("node:fs");
    const file = JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8"));
    const created = await test.post("/v1/operator/sales", operator, file);
    expect(created).toMatchObject({ status: 201, body: { slug: "poco-m3", state: "draft" } });
    const round = "/v1/sales/poco-m3/rounds/1";
    for (const path of ["/v1/sales/poco-m3", `${round}/board`, `${round}/record`]) {
      const hidden = await test.get(path);
      expect({ path, code: hidden.body.code }).toEqual({ path, code: "sale_not_found" });
    }
    expect((await test.get("/s/poco-m3")).status).toBe(404);
    expect((await test.post("/v1/operator/sales", operator, file)).body.code).toBe("sale_exists");
    const act = (verb: string) => test.post(`/v1/operator/sales/poco-m3/${verb}`, operator);
    expect((await act("pause")).body.code).toBe("sale_not_live");
    expect((await act("open")).body.code).toBe("policy_missing");
    expect((await test.post("/v1/operator/sales/poco-m3/policy", operator, {})).status).toBe(200);
    expect((await act("open")).body.state).toBe("live");
    expect((await act("open")).body.code).toBe("sale_not_draft");
    expect((await act("pause")).body.state).toBe("paused");
    expect((await act("resume")).body.state).toBe("live");
    expect((await act("close")).body.state).toBe("closed");
    expect((await act("resume")).body.code).toBe("sale_closed");
    const live = await test.get("/v1/operator/sales/poco-m3/live", operator);
    expect(live.body.rounds[0].stock).toHaveLength(18);
  });

  it("refuses a broken sale file with the field and the reason", async () => {
    const operator = await signInAgain("operator");
    const reply = await test.post("/v1/operator/sales", operator, {
      format: "giliran.sale/1",
      slug: "UPPER",
    });
    expect(reply).toMatchObject({ status: 422, body: { code: "sale_file_invalid" } });
    expect(reply.body.errors.map((error: { field: string }) => error.field)).toContain("slug");
  });

  async function signInAgain(name: string): Promise<string> {
    const person = { name, password: `password of ${name}` };
    return (await test.post("/v1/operators/session", undefined, person)).body.session;
  }
});
