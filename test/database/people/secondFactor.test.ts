import { beforeAll, beforeEach, expect, it } from "vitest";
import { recoverOperator } from "../../../src/people/io/recovery.ts";
import { hotp, stepOf } from "../../../src/access/factor/totp.ts";
import { TestAuthenticator } from "../../helpers/authenticator.ts";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { fromBase32 } from "../../helpers/factor/base32.ts";
import { START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";
import { inviteFirstOwner } from "../../../src/people/io/operatorRoutes.ts";

const PASSWORD = "kursi biru hujan";
const SITE = "http://test.example";
const PATH = "/v1/operator/second-factor";

describeOnDatabase("second factors", () => {
  let test: TestServer;
  let owner = "";

  beforeAll(async () => {
    test = await TestServer.start();
    const invitation = await inviteFirstOwner(test.database.sql, test.keyring, test.clock.ms);
    await accept(invitation!, "Owner");
    owner = await signIn("Owner");
  });

  beforeEach(() => {
    test.clock.ms += 3_600_000;
    if (test.clock.ms > START_MS + 11 * 3_600_000) throw new Error("the owner's session is over");
  });

  const accept = async (invitation: string, name: string, password = PASSWORD) =>
    body(
      await test.post("/v1/operators/invitation", undefined, { invitation, name, password }),
      201,
    );
  const signIn = async (name: string, password = PASSWORD) =>
    body(await test.post("/v1/operators/session", undefined, { name, password })).session as string;
  const join = async (name: string, role: string) => {
    const { invitation } = body(await test.post("/v1/operator/invitations", owner, { role }), 201);
    await accept(invitation, name);
    return await signIn(name);
  };
  const demand = async (role: string, demanded: boolean) =>
    body(await test.post(`${PATH}/roles`, owner, { role, demanded }));
  const needs = async (session: string) => body(await test.get("/v1/operator/me", session)).needs;
  const give = (session: string, code: string) => test.post(PATH, session, { code });
  const code = (secret: string, offset = 0) =>
    hotp(fromBase32(secret), stepOf(test.clock.ms) + offset);
  const setUp = async (session: string) => {
    const { secret, address } = body(await test.post(`${PATH}/app/question`, session));
    expect(address).toContain(`secret=${secret}`);
    const made = body(await test.post(`${PATH}/app`, session, { code: code(secret) }));
    return { secret: secret as string, recoveryCodes: made.recoveryCodes as string[] };
  };
  const idOf = async (name: string) =>
    body(await test.get("/v1/operator/people", owner)).people.find(
      (one: { name: string }) => one.name === name,
    ).operatorId as string;

  it("a role that must have one can do nothing before it is set up, open sessions included", async () => {
    const session = await join("Budi", "approver");
    body(await test.get("/v1/operator/cases", session));
    await demand("approver", true);
    expect(await needs(session)).toBe("set_up");
    for (const path of ["/v1/operator/cases", "/v1/operator/people", "/v1/operator/log"]) {
      expect((await test.get(path, session)).body.code).toBe("second_factor_required");
    }
    const change = { old: PASSWORD, new: "hujan biru kursi tua" };
    expect((await test.post("/v1/operator/password", session, change)).body.code).toBe(
      "second_factor_required",
    );
    expect((await give(session, "000000")).body.code).toBe("second_factor_required");
    const { recoveryCodes } = await setUp(session);
    expect(recoveryCodes).toHaveLength(10);
    expect(await needs(session)).toBeNull();
    body(await test.get("/v1/operator/cases", session));
    await demand("approver", false);
  });

  it("who has an app is asked for its code; each code works once, near its time", async () => {
    const session = await join("Citra", "auditor");
    const other = await signIn("Citra");
    const { secret } = await setUp(session);
    // The sessions of before have ended.
    expect((await test.get("/v1/operator/me", other)).body.code).toBe("sign_in_required");
    const next = await signIn("Citra");
    expect(await needs(next)).toBe("give");
    expect((await test.get("/v1/operator/cases", next)).body.code).toBe("second_factor_required");
    // A thief of the password sets up nothing of his own.
    expect((await test.post(`${PATH}/app/question`, next)).body.code).toBe(
      "second_factor_required",
    );
    expect((await test.post("/v1/operator/passkeys/question", next)).body.code).toBe(
      "second_factor_required",
    );
    expect((await give(next, code(secret))).body.code).toBe("factor_wrong"); // used for setting up
    test.clock.ms += 60_000;
    expect((await give(next, code(secret, -3))).body.code).toBe("factor_wrong");
    const good = code(secret);
    body(await give(next, good));
    expect(await needs(next)).toBeNull();
    const third = await signIn("Citra");
    expect((await give(third, good)).body.code).toBe("factor_wrong");
    // Two at once with one code: one comes in.
    test.clock.ms += 60_000;
    const [one, two] = [await signIn("Citra"), await signIn("Citra")];
    const replies = await Promise.all([give(one, code(secret)), give(two, code(secret))]);
    expect(replies.map((reply) => reply.body.code ?? "ok").sort()).toEqual(["factor_wrong", "ok"]);
  });

  it("wrong codes are limited, and a recovery code works then, once", async () => {
    const { recoveryCodes } = await setUp(await join("Dewi", "auditor"));
    const session = await signIn("Dewi");
    const codes: string[] = [];
    for (let n = 0; n < 11; n++) codes.push((await give(session, `00000${n}`)).body.code);
    expect(codes).toEqual([...Array<string>(10).fill("factor_wrong"), "rate_limited"]);
    // A restart and another server know of them.
    const { sql, entryPool } = test.database;
    const restarted = await TestServer.start({ sql, entryPool, keyring: test.keyring });
    restarted.clock.ms = test.clock.ms;
    const elsewhere = await restarted.post(PATH, session, { code: "000011" });
    expect(elsewhere.body.code).toBe("rate_limited");
    const [first, second] = recoveryCodes;
    body(await give(session, first!.toLowerCase().replace("-", " ")));
    expect(await needs(session)).toBeNull();
    const again = await signIn("Dewi");
    expect((await give(again, first!)).status).not.toBe(200);
    body(await give(again, second!));
    const { recoveryCodesLeft } = body(await test.get(PATH, again));
    expect(recoveryCodesLeft).toBe(8);
    // Another's recovery code opens nothing.
    await setUp(await join("Other Dewa", "auditor"));
    const other = await signIn("Other Dewa");
    expect((await give(other, recoveryCodes[2]!)).body.code).toBe("factor_wrong");
  });

  it("the last factor of a role that must have one cannot be removed", async () => {
    const session = await join("Eka", "reviewer");
    const { secret, recoveryCodes } = await setUp(session);
    await demand("reviewer", true);
    test.clock.ms += 60_000;
    const remove = (with_: string) => test.post(`${PATH}/app/removal`, session, { code: with_ });
    expect((await remove("000000")).body.code).toBe("factor_wrong");
    expect((await remove(code(secret))).body.code).toBe("factor_demanded");
    await demand("reviewer", false);
    body(await remove(recoveryCodes[0]!));
    expect(await needs(await signIn("Eka"))).toBeNull();
  });

  const passkey = async (session: string, device: TestAuthenticator) => {
    const question = body(await test.post("/v1/operator/passkeys/question", session));
    const credential = device.make(question);
    return await test.post("/v1/operator/passkeys", session, { name: "key", credential });
  };
  const removePasskey = (session: string, device: TestAuthenticator) =>
    test.post("/v1/operator/passkeys/removal", session, { credentialId: device.id });

  it("a key that does not check its holder is none, and locks nobody out", async () => {
    const session = await join("Hana", "approver");
    await demand("approver", true);
    const reply = await passkey(session, new TestAuthenticator(SITE, false));
    expect(reply.body.code).toBe("passkey_refused");
    const next = await signIn("Hana");
    expect(await needs(next)).toBe("set_up");
    body(await passkey(next, new TestAuthenticator(SITE)), 201);
    expect(await needs(next)).toBeNull();
    await demand("approver", false);
  });

  it("the last passkey of a role that must have one stays, also of two removed at once", async () => {
    const session = await join("Intan", "approver");
    const devices = [new TestAuthenticator(SITE), new TestAuthenticator(SITE)] as const;
    await demand("approver", true);
    for (const device of devices) body(await passkey(session, device), 201);
    const removed = await Promise.all(devices.map((device) => removePasskey(session, device)));
    const codes = removed.map((reply) => reply.body.code ?? "ok");
    expect(codes.toSorted()).toEqual(["factor_demanded", "ok"]);
    const left = devices[codes.indexOf("factor_demanded")]!;
    expect((await removePasskey(session, left)).body.code).toBe("factor_demanded");
    const { passkeys } = body(await test.get("/v1/operator/passkeys", session));
    expect(passkeys).toMatchObject([{ credentialId: left.id }]);
    await demand("approver", false);
  });

  it("an owner resets a colleague's factors, not her own, and it is logged", async () => {
    const session = await join("Fitri", "auditor");
    await setUp(session);
    const reset = async (name: string) =>
      test.post(`/v1/operator/people/${await idOf(name)}/second-factor/reset`, owner);
    expect((await reset("Owner")).body.code).toBe("not_allowed");
    body(await reset("Fitri"));
    expect((await test.get("/v1/operator/me", session)).body.code).toBe("sign_in_required");
    expect(await needs(await signIn("Fitri"))).toBeNull();
    const { entries } = body(await test.get("/v1/operator/log", owner));
    expect(entries[0]).toMatchObject({ action: "reset second factor", subject: "Fitri" });
  });

  it("the command line lets in an owner who lost her phone", async () => {
    await setUp(await join("Gita", "owner"));
    const { sql } = test.database;
    const invitation = await recoverOperator(sql, test.keyring, "Gita", test.clock.ms);
    await accept(invitation!, "Gita", "hujan biru kursi tua");
    const session = await signIn("Gita", "hujan biru kursi tua");
    expect(await needs(session)).toBeNull();
    body(await test.get("/v1/operator/people", session));
  });
});
