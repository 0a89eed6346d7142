import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { FakeLogin, type LoginMode } from "../../../sim/fakes/fakeLogin.ts";
import { body, operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";
import { whileBlocked } from "../../helpers/locks/whileBlocked.ts";

describeOnDatabase("the company's login", () => {
  let test: TestServer;
  let login: FakeLogin;
  let owner = "";

  beforeAll(async () => {
    login = await FakeLogin.start(() => test.clock.ms);
    const { issuer, clientId, clientSecret } = login;
    test = await TestServer.start({ staffLogin: { issuer, clientId, clientSecret } });
    owner = await operator(test, "owner", "owner");
  });
  afterAll(() => login.stop());
  beforeEach(() => {
    Object.assign(login, { mode: "true", delayMs: 0, methods: ["pwd"] });
  });

  const cookieOf = (reply: TestReply) =>
    /giliran_login=[0-9a-f]+/.exec([reply.headers["set-cookie"]].flat().join())![0];
  const begin = (asked: object = {}) => test.post("/v1/operators/login", undefined, asked);
  const end = (cookie: string, came: object) =>
    test.call("POST", "/v1/operators/login/end", { body: came, headers: { cookie } });
  const enter = async (subject: string, asked: object = {}, mode: LoginMode = "true") => {
    const begun = await begin(asked);
    login.mode = mode;
    return await end(cookieOf(begun), login.grant(body(begun).address, subject));
  };
  const join = async (name: string, subject: string, role = "auditor") => {
    const { invitation } = body(await test.post("/v1/operator/invitations", owner, { role }), 201);
    return await enter(subject, { invitation, name });
  };

  it("is begun with state, nonce and PKCE, and says where it is", async () => {
    expect(body(await test.get("/v1/operators/login")).host).toBe(new URL(login.issuer).host);
    const address = new URL(body(await begin()).address);
    const asked = Object.fromEntries(address.searchParams);
    expect(asked).toMatchObject({
      response_type: "code",
      client_id: "giliran",
      code_challenge_method: "S256",
      redirect_uri: "http://test.example/console/login",
    });
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked[name]).toHaveLength(43);
  });

  it("makes the account of an invited person, and signs in afterwards; nobody else's", async () => {
    const made = body(await join("Sari", "subject of sari", "reviewer"));
    expect(made).toMatchObject({ name: "Sari", role: "reviewer" });
    body(await test.get("/v1/operator/me", made.session));
    const again = body(await enter("subject of sari"));
    expect(again.name).toBe("Sari");
    expect((await enter("a stranger")).body.code).toBe("login_unknown");
    const { entries } = body(await test.get("/v1/operator/log", owner));
    expect(entries[0]).toMatchObject({ operator: "Sari", action: "accepted invitation" });
    // One account there is one person here; the refused try leaves the invitation as it was.
    const asked = await test.post("/v1/operator/invitations", owner, { role: "auditor" });
    const { invitation } = body(asked, 201);
    const two = { invitation, name: "Sari Two" };
    expect((await enter("subject of sari", two)).body.code).toBe("login_refused");
    const { people } = body(await test.get("/v1/operator/people", owner));
    expect(people.map((one: { name: string }) => one.name)).not.toContain("Sari Two");
    body(await enter("subject of sari two", two));
  });

  it.each<LoginMode>([
    ...(["wrong issuer", "wrong audience", "wrong nonce", "no nonce", "alg none"] as const),
    ...(["shared secret", "another key", "expired", "old", "another party"] as const),
    ...(["no subject", "no token", "refuses"] as const),
  ])("refuses a token: %s", async (mode) => {
    body(await join(`Of ${mode}`, `subject ${mode}`));
    body(await enter(`subject ${mode}`));
    const reply = await enter(`subject ${mode}`, {}, mode);
    expect(reply.body.code).toBe("login_refused");
    expect(reply.headers["set-cookie"]).toBeUndefined();
  });

  it("that fails or is silent is named as that, and the attempt is still good", async () => {
    body(await join("Patient", "subject of patient"));
    const begun = await begin();
    const came = login.grant(body(begun).address, "subject of patient");
    login.mode = "error";
    expect((await end(cookieOf(begun), came)).body.code).toBe("login_unavailable");
    login.mode = "true";
    login.delayMs = 300;
    expect((await end(cookieOf(begun), came)).status).toBe(200);
  });

  it("that has another name, or no answer, begins nothing", async () => {
    test.clock.ms += 11 * 60_000; // The description is read again.
    login.mode = "another name";
    expect((await begin()).body.code).toBe("login_unavailable");
    login.mode = "silent";
    expect((await begin()).body.code).toBe("login_unavailable");
  }, 15_000);

  it("ends in the browser that began it, with its own state, once", async () => {
    body(await join("Tio", "subject of tio"));
    const [mine, other] = [await begin(), await begin()];
    const came = login.grant(body(mine).address, "subject of tio");
    // Somebody else's browser, lured to the end of my login.
    expect((await end(cookieOf(other), came)).body.code).toBe("login_refused");
    expect((await end("giliran_login=", came)).body.code).toBe("login_refused");
    const elsewhere = { ...came, iss: "https://elsewhere.example" };
    expect((await end(cookieOf(mine), elsewhere)).body.code).toBe("login_refused");
    body(await end(cookieOf(mine), came));
    expect((await end(cookieOf(mine), came)).body.code).toBe("login_refused");
    const late = await begin();
    const lateCame = login.grant(body(late).address, "subject of tio");
    test.clock.ms += 11 * 60_000;
    expect((await end(cookieOf(late), lateCame)).body.code).toBe("login_refused");
  });

  it("is tied to an account by its owner, and ends when she leaves", async () => {
    const session = await operator(test, "umar", "auditor");
    const begun = await test.post("/v1/operator/login", session);
    body(await end(cookieOf(begun), login.grant(body(begun).address, "subject of umar")));
    const { entries } = body(await test.get("/v1/operator/log", owner));
    expect(entries[0]).toMatchObject({
      operator: expect.stringMatching(/^umar/),
      action: "tied a login",
    });
    body(await enter("subject of umar"));
    const { people } = body(await test.get("/v1/operator/people", owner));
    const { operatorId } = people.find((one: { name: string }) => one.name.startsWith("umar"));
    body(await test.post(`/v1/operator/people/${operatorId}/leave`, owner));
    expect((await enter("subject of umar")).body.code).toBe("login_unknown");
  });

  it("is tied by the session that began it, and not after that has ended", async () => {
    const session = await operator(test, "wulan", "auditor");
    const begun = await test.post("/v1/operator/login", session);
    const came = login.grant(body(begun).address, "subject of wulan");
    body(await test.post("/v1/operators/sign-out", session));
    expect((await end(cookieOf(begun), came)).body.code).toBe("login_refused");
    expect((await enter("subject of wulan")).body.code).toBe("login_unknown");
  });

  it("lets nobody in whose account is removed at this moment", async () => {
    body(await join("Xena", "subject of xena"));
    const begun = await begin();
    const came = login.grant(body(begun).address, "subject of xena");
    const [reply] = await whileBlocked(
      test.database.sql,
      (tx) => tx`delete from operator_login where subject = 'subject of xena'`,
      [() => end(cookieOf(begun), came)],
    );
    expect(reply!.body.code).toBe("login_unknown");
  });

  it("may move its keys: they are read where its description says", async () => {
    body(await join("Yani", "subject of yani"));
    login.moveKeys();
    test.clock.ms += 11 * 60_000; // The description is read again.
    body(await enter("subject of yani"));
  });

  it("counts as a second factor only if the service says that it checked several", async () => {
    body(await join("Vina", "subject of vina", "approver"));
    body(
      await test.post("/v1/operator/second-factor/roles", owner, {
        role: "approver",
        demanded: true,
      }),
    );
    const needs = async () =>
      body(await test.get("/v1/operator/me", body(await enter("subject of vina")).session)).needs;
    expect(await needs()).toBe("set_up");
    login.methods = ["pwd", "otp", "mfa"];
    expect(await needs()).toBeNull();
  });
});
