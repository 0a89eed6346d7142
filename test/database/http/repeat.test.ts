import { hash, randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { asUuid } from "../../../src/access/io/keyring.ts";
import { runOnce } from "../../../src/http/idempotency.ts";
import { Refusal } from "../../../src/http/problem.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** A technical failure keeps the place: a repeated request finds its first answer. */
describeOnDatabase("repeating a request", () => {
  let test: TestServer;
  let session = "";
  let offerPath = "";

  beforeAll(async () => {
    test = await TestServer.start({ lockTimeoutMs: 300 });
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale());
    session = await test.signIn(1);
    await test.enter(session);
    test.clock.ms = START_MS + 1;
    await test.tick();
    const { offer } = await test.mine(session);
    offerPath = `/v1/sales/small/offers/${offer.offerId}`;
  });

  it("asks every POST that is not a webhook for a key", async () => {
    const reply = await test.post(`${offerPath}/extension`, session, undefined, null);
    expect(reply).toMatchObject({ status: 400, body: { code: "idempotency_key_missing" } });
    const bad = await test.post(`${offerPath}/extension`, session, undefined, "short");
    expect(bad).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  it("gives the first answer again, to the letter", async () => {
    const key = randomUUID();
    const first = await test.post(`${offerPath}/extension`, session, undefined, key);
    const again = await test.post(`${offerPath}/extension`, session, undefined, key);
    const quoted = await test.post(`${offerPath}/extension`, session, undefined, `"${key}"`);
    expect(first.status).toBe(200);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(quoted.body).toEqual(first.body);
  });

  it("keeps nothing of a request that could be guessed without the secret", async () => {
    const contact = "+628123450000";
    const asked = { contact };
    expect((await test.post("/v1/sign-in/codes", undefined, asked)).status).toBe(202);
    const plain = hash("sha256", `/v1/sign-in/codes\n${JSON.stringify(asked)}`, "hex");
    const rows = await test.database.sql<{ fingerprint: string }[]>`
      select request_fingerprint::text as fingerprint from idempotency`;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.fingerprint)).not.toContain(asUuid(plain));
  });

  it("keeps a refusal as the first answer too", async () => {
    const key = randomUUID();
    const first = await test.post(`${offerPath}/extension`, session, undefined, key);
    expect(first.body.code).toBe("extension_used");
    expect((await test.post(`${offerPath}/extension`, session, undefined, key)).body).toEqual(
      first.body,
    );
  });

  it("refuses the key for another payload", async () => {
    const key = randomUUID();
    const order = (paymentMethod: string) =>
      test.post(`${offerPath}/order`, session, { paymentMethod }, key);
    const first = await order("va");
    expect(first.status).toBe(201);
    expect(await order("qris")).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    expect((await order("va")).body).toEqual(first.body);
  });

  it("says that the first request is still in flight", async () => {
    const { sql } = test.database;
    const identity = {
      scope: randomUUID(),
      requestKey: randomUUID(),
      requestFingerprint: randomUUID(),
      aboutSale: null,
    };
    const deps = { sql, keyring: test.keyring, nowMs: START_MS };
    let release = () => {};
    const held = new Promise<void>((resume) => (release = resume));
    let entered = () => {};
    const inside = new Promise<void>((resume) => (entered = resume));
    const first = runOnce(deps, identity, async () => {
      entered();
      await held;
      return { status: 200, body: { n: 1 } };
    });
    await inside;
    await expect(
      runOnce(deps, identity, async () => ({ status: 200, body: { n: 2 } })),
    ).rejects.toMatchObject({
      code: "request_in_flight",
    });
    release();
    expect((await first).body).toEqual({ n: 1 });
    expect(
      (await runOnce(deps, identity, async () => ({ status: 200, body: { n: 3 } }))).body,
    ).toEqual({ n: 1 });
  });

  it("keeps nothing of work that failed, so that the next try starts afresh", async () => {
    const { sql } = test.database;
    const identity = {
      scope: randomUUID(),
      requestKey: randomUUID(),
      requestFingerprint: randomUUID(),
      aboutSale: null,
    };
    const deps = { sql, keyring: test.keyring, nowMs: START_MS };
    const broken = runOnce(deps, identity, async () => {
      throw new Error("the server died here");
    });
    await expect(broken).rejects.toThrow("died");
    expect((await runOnce(deps, identity, async () => ({ status: 200, body: 2 }))).body).toBe(2);
  });

  it("leaves nothing of refused work but its refusal, unless that keeps what was written", async () => {
    const { sql } = test.database;
    const deps = { sql, keyring: test.keyring, nowMs: START_MS };
    const refuseAfterWriting = async (more: { keepsWrites?: boolean }) => {
      const written = randomUUID();
      const identity = {
        scope: randomUUID(),
        requestKey: randomUUID(),
        requestFingerprint: randomUUID(),
        aboutSale: null,
      };
      const ask = () =>
        runOnce(deps, identity, async (tx) => {
          runs++;
          await tx`
            insert into session_end (session_key, ended_at, expires_at)
            values (${written}, now(), now() + interval '1 day')`;
          throw new Refusal("session_not_found", more);
        });
      let runs = 0;
      for (let n = 0; n < 2; n++)
        await expect(ask()).rejects.toMatchObject({ code: "session_not_found" });
      const rows = await sql`select 1 from session_end where session_key = ${written}`;
      return { runs, rows: rows.length };
    };
    expect(await refuseAfterWriting({})).toEqual({ runs: 1, rows: 0 });
    expect(await refuseAfterWriting({ keepsWrites: true })).toEqual({ runs: 1, rows: 1 });
  });

  it("two requests with one key at once do the work once", async () => {
    const other = await test.signIn(2);
    test.clock.ms = START_MS + 2_000;
    await test.enter(other);
    test.clock.ms = START_MS + 4_000;
    await test.tick();
    const { offer } = await test.mine(other);
    const key = randomUUID();
    const path = `/v1/sales/small/offers/${offer.offerId}/order`;
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => test.post(path, other, { paymentMethod: "va" }, key)),
    );
    const placed = replies.filter((reply) => reply.status === 201);
    expect(placed.length).toBeGreaterThan(0);
    expect(new Set(placed.map((reply) => reply.body.orderId)).size).toBe(1);
    expect(
      replies.every((reply) => reply.status === 201 || reply.body.code === "request_in_flight"),
    ).toBe(true);
    expect(await test.faults()).toEqual([]);
  });

  it("a join repeated at once, and on two servers, is one entry", async () => {
    const other = await test.signIn(3);
    const work = await test.work(other);
    const key = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => test.enter(other, { key, work })),
    );
    const tickets = replies
      .filter((reply) => reply.status === 201)
      .map((reply) => reply.body.ticket);
    expect(new Set(tickets).size).toBe(1);
    expect(replies.every((reply) => reply.status === 201 || reply.status === 409)).toBe(true);
    expect((await test.enter(other, { key, work })).body.ticket).toBe(tickets[0]);
    const reuse = await test.enter(other, { key, work, preferences: ["BLUE"] });
    expect(reuse).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });
});
