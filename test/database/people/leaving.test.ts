import { readFileSync } from "node:fs";
import { join as inFolder } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { MIGRATIONS_FOLDER } from "../../../src/db/migrate.ts";
import { body, operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";
import { whileBlocked } from "../../helpers/locks/whileBlocked.ts";

const PASSWORD = "kursi biru hujan";

/** Names, passwords, program keys and invitations, and what becomes of them when people leave. */
describeOnDatabase("people who come and go", () => {
  let test: TestServer;
  let owner = "";

  beforeAll(async () => {
    test = await TestServer.start({ publicUrl: "https://antre.tokosepatu.example" });
    await test.createSale(smallSale());
    await test.createSale(smallSale({ slug: "peluncuran-sepatu" }));
    owner = await operator(test, "first", "owner");
  });

  const invite = async (by: string, role: string) =>
    body(await test.post("/v1/operator/invitations", by, { role }), 201).invitation as string;
  const accept = (invitation: string, name: string, password = PASSWORD) =>
    test.post("/v1/operators/invitation", undefined, { invitation, name, password });
  const signIn = (name: string, password = PASSWORD) =>
    test.post("/v1/operators/session", undefined, { name, password });
  const join = async (name: string, role: string) => {
    body(await accept(await invite(owner, role), name), 201);
    return body(await signIn(name)).session as string;
  };
  const idOf = async (name: string) =>
    body(await test.get("/v1/operator/people", owner)).people.find(
      (one: { name: string }) => one.name === name,
    ).operatorId as string;
  const makeKey = (by: string, name: string, more: object = {}) =>
    test.post("/v1/operator/keys", by, {
      name,
      capabilities: ["sale.read"],
      days: 300,
      ...more,
    });

  it.each([
    ["leaves", (id: string) => test.post(`/v1/operator/people/${id}/leave`, owner)],
    [
      "gets a lesser role",
      (id: string) => test.post(`/v1/operator/people/${id}/role`, owner, { role: "auditor" }),
    ],
  ])("an owner who %s takes open invitations and keys along", async (how, change) => {
    const name = `Owner who ${how}`;
    const second = await join(name, "owner");
    const invitation = await invite(second, "owner");
    const { token, keyId } = body(await makeKey(second, `of ${how}`), 201);
    body(await test.get("/v1/operator/sales", token));
    const kept = body(await makeKey(owner, `kept ${how}`), 201).token;
    const open = await invite(owner, "auditor");
    body(await change(await idOf(name)));
    expect((await accept(invitation, `Friend ${how}`)).body.code).toBe("invitation_invalid");
    expect((await test.get("/v1/operator/sales", token)).body.code).toBe("sign_in_required");
    const { keys } = body(await test.get("/v1/operator/keys", owner));
    expect(keys.find((one: { keyId: string }) => one.keyId === keyId).revokedAt).not.toBeNull();
    // Keys and invitations of others go on.
    body(await test.get("/v1/operator/sales", kept));
    body(await accept(open, `Colleague ${how}`), 201);
  });

  it("an owner who becomes an owner again keeps them", async () => {
    const second = await join("Steady", "owner");
    const invitation = await invite(second, "auditor");
    const { token } = body(await makeKey(second, "steady"), 201);
    const role = `/v1/operator/people/${await idOf("Steady")}/role`;
    body(await test.post(role, owner, { role: "owner" }));
    body(await test.get("/v1/operator/sales", token));
    body(await accept(invitation, "By Steady"), 201);
  });

  it("a key or an invitation that is made while its maker leaves is not made", async () => {
    const { sql } = test.database;
    const second = await join("In A Hurry", "owner");
    const id = await idOf("In A Hurry");
    const both = await whileBlocked(
      sql,
      (tx) =>
        tx`update operator set left_at = ${new Date(test.clock.ms)} where operator_id = ${id}`,
      [
        () => test.post("/v1/operator/invitations", second, { role: "owner" }),
        () => makeKey(second, "hurry"),
      ],
    );
    const codes = both.map((reply) => reply.body.code);
    expect(codes).toEqual(["sign_in_required", "sign_in_required"]);
  });

  it("a password that is replaced at this moment opens nothing", async () => {
    const { sql } = test.database;
    await join("Changing", "auditor");
    const id = await idOf("Changing");
    const [reply] = await whileBlocked(
      sql,
      (tx) => tx`update operator set password_hash = 'another' where operator_id = ${id}`,
      [() => signIn("Changing")],
    );
    expect(reply!.body.code).toBe("password_wrong");
  });

  it("the upgrade ends the keys of people who had left before it, and no others", async () => {
    const { sql } = test.database;
    await join("Left Before", "owner");
    const id = await idOf("Left Before");
    body(await test.post(`/v1/operator/people/${id}/leave`, owner));
    const keep = body(await makeKey(owner, "of one who stays"), 201).token;
    const old = body(await makeKey(owner, "of one who left"), 201).token;
    await sql`update api_key set made_by = null`;
    await sql`update api_key set created_by = 'Left Before' where name = 'of one who left'`;
    const upgrade = readFileSync(inFolder(MIGRATIONS_FOLDER, "0031_accounts.sql"), "utf8");
    const steps = upgrade.match(/^update api_key[^;]+;/gm)!;
    expect(steps).toHaveLength(2);
    for (const step of steps) await sql.unsafe(step);
    expect((await test.get("/v1/operator/sales", old)).body.code).toBe("sign_in_required");
    body(await test.get("/v1/operator/sales", keep));
  });

  it("refuses names that nobody can read, and names that look like another's", async () => {
    await join("Andi", "auditor");
    const invitation = await invite(owner, "approver");
    for (const name of ["An\u200bdi", "\u202eidnA", "Andi\nGiliran"]) {
      expect((await accept(invitation, name)).body.code).toBe("name_unclear");
    }
    for (const name of ["Andi ", "Аndi", "andi", "Giliran", "command line", "key dash", "And1"]) {
      expect((await accept(invitation, name)).body.code).toBe("name_taken");
    }
    // The invitation is still good, and the name is kept in one spelling.
    expect(body(await accept(invitation, "  Ame\u0301lie  S. "), 201).name).toBe("Amélie S.");
    expect((await signIn("Ame\u0301lie S.")).status).toBe(200);
    const { entries } = body(await test.get("/v1/operator/log", owner));
    expect(entries[0]).toMatchObject({ operator: "Amélie S.", action: "accepted invitation" });
  });

  it("two people who want names of one look at once: one has it", async () => {
    const names = ["Rosa", "R0sa", "Rоsa", "ROSA"];
    const invitations = await Promise.all(names.map(() => invite(owner, "auditor")));
    const replies = await Promise.all(names.map((name, at) => accept(invitations[at]!, name)));
    const codes = replies.map((reply) => reply.body.code ?? "ok").sort();
    expect(codes).toEqual(["name_taken", "name_taken", "name_taken", "ok"]);
  });

  it("two keys that work have different looks", async () => {
    body(await makeKey(owner, "Warehouse"), 201);
    expect((await makeKey(owner, "warehоuse")).body.code).toBe("name_taken");
    expect((await makeKey(owner, "ware\nhouse")).body.code).toBe("name_unclear");
  });

  it("refuses passwords that strangers try first, and the invitation stays good", async () => {
    const invitation = await invite(owner, "auditor");
    for (const password of ["1234567890", "password12", "aaaaaaaaaa", "qwertyuiop"]) {
      expect((await accept(invitation, "Dewi Lestari", password)).body.code).toBe(
        "password_common",
      );
    }
    for (const password of [
      "DewiLestari1",
      "tokosepatu2026",
      "giliran12345",
      "peluncuransepatu1",
    ]) {
      expect((await accept(invitation, "Dewi Lestari", password)).body.code).toBe(
        "password_guessable",
      );
    }
    body(await accept(invitation, "Dewi Lestari"), 201);
  });

  it("a changed password ends the other sessions; the old one is asked for", async () => {
    const here = await join("Changer", "reviewer");
    const there = body(await signIn("Changer")).session;
    const change = (old: string, to: string) =>
      test.post("/v1/operator/password", here, { old, new: to });
    const next = "hujan biru kursi tua";
    expect((await change("not the old one", next)).body.code).toBe("old_password_wrong");
    expect((await change(PASSWORD, "password12")).body.code).toBe("password_common");
    body(await test.get("/v1/operator/me", there));
    body(await change(PASSWORD, next));
    expect((await test.get("/v1/operator/me", there)).body.code).toBe("sign_in_required");
    body(await test.get("/v1/operator/me", here));
    expect((await signIn("Changer")).body.code).toBe("password_wrong");
    expect((await signIn("Changer", next)).status).toBe(200);
    const { entries } = body(await test.get("/v1/operator/log", owner));
    expect(entries[0]).toMatchObject({ operator: "Changer", action: "changed password" });
  });

  it("the old password cannot be guessed in a stolen session, and no key has a password", async () => {
    const here = await join("Stolen", "reviewer");
    const guess = (n: number) =>
      test.post("/v1/operator/password", here, { old: `guess ${n}`, new: "hujan biru kursi tua" });
    const codes: string[] = [];
    for (let n = 0; n < 6; n++) codes.push((await guess(n)).body.code);
    expect(codes).toEqual([...Array<string>(5).fill("old_password_wrong"), "rate_limited"]);
    const { token } = body(await makeKey(owner, "no password"), 201);
    const asked = { old: PASSWORD, new: "hujan biru kursi tua" };
    expect((await test.post("/v1/operator/password", token, asked)).body.code).toBe("not_allowed");
  });
});

describeOnDatabase("scopes of program keys", () => {
  let test: TestServer;
  let owner = "";

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
    await test.createSale(smallSale({ slug: "other" }));
    owner = await operator(test, "owner", "owner");
  });

  const key = async (name: string, capabilities: string[], sales: string[] | null = null) =>
    body(await test.post("/v1/operator/keys", owner, { name, capabilities, sales, days: 30 }), 201)
      .token as string;
  const READ = {
    sales: "/v1/operator/sales",
    live: "/v1/operator/sales/small/live",
    cases: "/v1/operator/cases",
    people: "/v1/operator/people",
    log: "/v1/operator/log",
    sent: "/v1/operator/webhooks",
    imports: "/v1/operator/imports",
  };
  const may = async (token: string) => {
    const replies = await Promise.all(
      Object.entries(READ).map(
        async ([name, path]) => [name, (await test.get(path, token)).status] as const,
      ),
    );
    expect(replies.every(([, status]) => status === 200 || status === 403)).toBe(true);
    return replies.filter(([, status]) => status === 200).map(([name]) => name);
  };

  it("open their own routes and no others", async () => {
    expect(await may(await key("dashboard", ["sales.read"]))).toEqual(["sales", "live"]);
    expect(await may(await key("courier desk", ["deliveries.read"]))).toEqual(["sent"]);
    expect(await may(await key("archive", ["log.read", "people.read"]))).toEqual(["people", "log"]);
    const reader = await key("analyst", ["cases.read"]);
    expect(await may(reader)).toEqual(["cases", "imports"]);
    const me = body(await test.get("/v1/operator/me", reader));
    expect(me).toMatchObject({ kind: "key", capabilities: ["cases.read"], role: null });
    const pause = (token: string) => test.post("/v1/operator/sales/small/pause", token);
    expect((await pause(reader)).body.code).toBe("not_allowed");
    expect((await pause(await key("starter", ["sales.run"]))).body.code).not.toBe("not_allowed");
  });

  it("of old keys stay as wide as they were", async () => {
    expect(await may(await key("old reader", ["sale.read"]))).toEqual(Object.keys(READ));
    const manager = await key("old manager", ["sale.read", "sale.manage"]);
    const paused = await test.post("/v1/operator/sales/small/resume", manager);
    expect(paused.body.code).not.toBe("not_allowed");
  });

  it("may be for some sales only", async () => {
    const token = await key("one sale", ["sales.read", "sales.run", "sale.read"], ["small"]);
    const { sales } = body(await test.get("/v1/operator/sales", token));
    expect(sales.map((one: { slug: string }) => one.slug)).toEqual(["small"]);
    body(await test.get("/v1/operator/sales/small/live", token));
    expect((await test.get("/v1/operator/sales/other/live", token)).body.code).toBe("not_allowed");
    const pause = await test.post("/v1/operator/sales/other/pause", token);
    expect(pause.body.code).toBe("not_allowed");
    expect(await may(token)).toEqual(["sales", "live"]);
  });
});
