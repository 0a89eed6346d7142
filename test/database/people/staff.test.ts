import { beforeAll, expect, it } from "vitest";
import { body, operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const DAY_MS = 86_400_000;

/** People, sessions, keys, views, what was sent, and finding things. */
describeOnDatabase("staff", () => {
  let test: TestServer;
  let owner = "";
  let reviewer = "";

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
    owner = await operator(test, "owner", "owner");
    reviewer = await operator(test, "reviewer", "reviewer");
  });

  const people = async () => body(await test.get("/v1/operator/people", owner)).people;
  const idOf = async (part: string) =>
    (await people()).find((one: { name: string }) => one.name.startsWith(part)).operatorId;

  it("says who one is and what one may do", async () => {
    const me = body(await test.get("/v1/operator/me", reviewer));
    expect(me).toMatchObject({ kind: "person", role: "reviewer" });
    expect(me.capabilities).toContain("case.decide");
    expect(me.capabilities).not.toContain("batch.approve");
  });

  it("a change of role ends the sessions, and the last owner can neither leave nor step down", async () => {
    const me = await idOf("owner");
    const demote = await test.post(`/v1/operator/people/${me}/role`, owner, { role: "auditor" });
    expect(demote.body.code).toBe("last_owner");
    expect((await test.post(`/v1/operator/people/${me}/leave`, owner)).body.code).toBe(
      "last_owner",
    );
    const short = await operator(test, "short", "reviewer");
    const id = await idOf("short");
    body(await test.post(`/v1/operator/people/${id}/role`, owner, { role: "auditor" }));
    expect((await test.get("/v1/operator/me", short)).body.code).toBe("sign_in_required");
    body(await test.post(`/v1/operator/people/${id}/leave`, owner));
    const left = (await people()).find((one: { operatorId: string }) => one.operatorId === id);
    expect(left.state).toBe("left");
    expect((await test.post(`/v1/operator/people/${id}/leave`, owner)).body.code).toBe(
      "person_not_found",
    );
  });

  it("who was let go comes in neither by a session nor by the password", async () => {
    const { invitation } = body(
      await test.post("/v1/operator/invitations", owner, { role: "auditor" }),
      201,
    );
    const who = { name: "Gone Tomorrow", password: "a long enough password" };
    body(await test.post("/v1/operators/invitation", undefined, { invitation, ...who }), 201);
    const { session } = body(await test.post("/v1/operators/session", undefined, who));
    body(await test.get("/v1/operator/me", session));
    body(await test.post(`/v1/operator/people/${await idOf("Gone")}/leave`, owner));
    expect((await test.get("/v1/operator/me", session)).body.code).toBe("sign_in_required");
    const again = await test.post("/v1/operators/session", undefined, who);
    expect(again.body.code).toBe("password_wrong");
  });

  it("of two owners who remove each other at once, one stays", async () => {
    const second = await operator(test, "second", "owner");
    const [first, other] = [await idOf("owner"), await idOf("second")];
    const replies = await Promise.all([
      test.post(`/v1/operator/people/${other}/leave`, owner),
      test.post(`/v1/operator/people/${first}/leave`, second),
    ]);
    const codes = replies.map((reply) => (reply.status === 200 ? "ok" : reply.body.code)).sort();
    expect(["last_owner,ok", "ok,sign_in_required"]).toContain(codes.join(","));
    const [row] = await test.database.sql`
      select count(*)::int as count from operator where role = 'owner' and left_at is null`;
    expect(row!.count).toBe(1);
    await test.database.sql`update operator set left_at = null where operator_id = ${first}`;
    owner = await operator(test, "third", "owner");
  });

  it("shows one's own sessions and ends one of them, nobody else's", async () => {
    const { sessions } = body(await test.get("/v1/operator/sessions", reviewer));
    expect(sessions).toMatchObject([{ current: true }]);
    const path = `/v1/operator/sessions/${sessions[0].sessionId}/end`;
    expect((await test.post(path, owner)).body.code).toBe("session_not_found");
    const gone = await operator(test, "gone", "auditor");
    const own = body(await test.get("/v1/operator/sessions", gone)).sessions[0];
    body(await test.post(`/v1/operator/sessions/${own.sessionId}/end`, gone));
    expect((await test.get("/v1/operator/me", gone)).body.code).toBe("sign_in_required");
  });

  it("a program's key does what was ticked, until it ends, and nothing that is a person's", async () => {
    const path = "/v1/operator/keys";
    const asked = { name: "warehouse", capabilities: ["sale.read"], days: 30 };
    const { token, keyId } = body(await test.post(path, owner, asked), 201);
    expect(token).toMatch(/^giliran_key_/);
    const me = body(await test.get("/v1/operator/me", token));
    expect(me).toMatchObject({ kind: "key", role: null, capabilities: ["sale.read"] });
    expect((await test.post("/v1/operator/sales/small/pause", token)).body.code).toBe(
      "not_allowed",
    );
    for (const own of ["sessions", "views", "passkeys"]) {
      expect((await test.get(`/v1/operator/${own}`, token)).body.code).toBe("not_allowed");
    }
    const more = { ...asked, capabilities: ["batch.approve"] };
    expect((await test.post(path, owner, more)).body.code).toBe("invalid_request");
    const [row] = await test.database.sql`select * from api_key where key_id = ${keyId}`;
    expect(JSON.stringify(row)).not.toContain(token.slice(12));
    test.clock.ms += 31 * DAY_MS;
    expect((await test.get("/v1/operator/me", token)).body.code).toBe("session_expired");
    test.clock.ms -= 31 * DAY_MS;
    body(await test.post(`${path}/${keyId}/revocation`, owner));
    expect((await test.get("/v1/operator/me", token)).body.code).toBe("sign_in_required");
    const { keys } = body(await test.get(path, owner));
    expect(keys[0].revokedAt).not.toBeNull();
    expect(JSON.stringify(keys)).not.toContain(token.slice(12));
  });

  it("keeps views of lists under names, fifty at most", async () => {
    const save = (name: string, document: object) =>
      test.post("/v1/operator/views", reviewer, { name, document });
    body(await save("large", { leastOrders: 20 }));
    body(await save("large", { leastOrders: 30 }));
    const { views } = body(await test.get("/v1/operator/views", reviewer));
    expect(views).toEqual([{ name: "large", document: { leastOrders: 30 } }]);
    expect(body(await test.get("/v1/operator/views", owner)).views).toEqual([]);
    for (let n = 1; n < 50; n++) body(await save(`view ${n}`, {}));
    expect((await save("one more", {})).body.code).toBe("too_many_views");
    body(await test.post("/v1/operator/views/removal", reviewer, { name: "view 7" }));
    body(await save("one more", {}));
  });

  it("finds sales, cases, orders and people; what is typed is never a pattern", async () => {
    const search = async (q: string) =>
      body(await test.get(`/v1/operator/search?q=${encodeURIComponent(q)}`, reviewer)).found;
    expect(await search("sma")).toMatchObject([{ kind: "sale", sale: "small" }]);
    expect((await search("reviewer")).map((one: { kind: string }) => one.kind)).toEqual(["person"]);
    expect(await search("%")).toEqual([]);
    expect(await search("sm_ll")).toEqual([]);
  });

  it("a passkey that answers no question of ours is refused, and nothing is kept", async () => {
    const credential = {
      id: "AAAA",
      rawId: "AAAA",
      type: "public-key",
      response: { clientDataJSON: "AAAA", attestationObject: "AAAA" },
    };
    const add = await test.post("/v1/operator/passkeys", reviewer, { name: "x", credential });
    expect(add.body.code).toBe("passkey_refused");
    const signIn = await test.post("/v1/operators/passkey", undefined, { credential });
    expect(signIn.body.code).toBe("passkey_refused");
    expect(body(await test.get("/v1/operator/passkeys", reviewer)).passkeys).toEqual([]);
  });

  it("does not tell a channel again what it did not refuse", async () => {
    const order = { sale: "small", orderId: "00000000-0000-4000-8000-000000000000" };
    const again = await test.post("/v1/operator/webhooks/resend", owner, order);
    expect(again.body.code).toBe("webhook_not_refused");
  });
});
