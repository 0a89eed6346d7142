import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import pino from "pino";
import { beforeAll, expect, it } from "vitest";
import { OrderScorer } from "../../../src/sale/stepUp/io/scorer.ts";
import type { StoredOffer } from "../../../src/sale/io/offerStore.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";
import { listAnsweredByCode } from "../../../src/cases/review/io/auditStore.ts";
import { thresholdsOfSale } from "../../../src/cases/policy/io/thresholds.ts";

interface Order {
  readonly device: string;
  readonly address: string;
  readonly name: string;
}

/** Before a doubtful order stands a question that a genuine buyer can answer, while her unit is held. */
describeOnDatabase("a question before a doubtful order", () => {
  let test: TestServer;
  let sale: StoredSale;
  const sessions: string[] = [];
  const slug = "asked";
  const RING = 6;

  beforeAll(async () => {
    test = await TestServer.start({ doubtTimeoutMs: 30_000 });
    test.clock.ms = START_MS - 30_000;
    sale = await test.createSale(smallSale({ slug, units: 60, openMs: 120_000 }));
    for (let person = 0; person < 40; person++) {
      // Numbers far from each other, or all would have numbers in a row.
      const phone = `+62812${String((person * 37_480_661) % 100_000_000).padStart(8, "0")}`;
      sessions.push(await test.signIn(700_000 + person, { phone }));
      await test.enter(sessions[person]!, { slug });
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
  });

  const offerOf = async (person: number) => (await test.mine(sessions[person]!, slug)).offer;
  async function order(person: number, made: Order, method = "va"): Promise<TestReply> {
    test.clock.ms += 400;
    const { offerId } = await offerOf(person);
    const { device, address, name } = made;
    return await test.call("POST", `/v1/sales/${slug}/offers/${offerId}/order`, {
      session: sessions[person]!,
      headers: { "giliran-device": device },
      body: { paymentMethod: method, delivery: { name, address, district: "Coblong" } },
    });
  }
  const own = (person: number): Order => ({
    device: `device-of-${person}`,
    address: `Jalan ${["Dago", "Riau", "Braga", "Aceh"][person % 4]} no ${person * 3 + 1}`,
    // Digits are no part of a name.
    name: `Pembeli ${"abcdefgh"[person % 8]}${"klmnopqr"[person >> 3]}`,
  });
  const ring = (person: number): Order => ({ ...own(person), device: "one-device-of-many" });
  async function answer(person: number, content: object, path = ""): Promise<TestReply> {
    const { offerId } = await offerOf(person);
    const url = `/v1/sales/${slug}/offers/${offerId}/step-up${path}`;
    return await test.post(url, sessions[person], path === "" ? content : undefined);
  }
  async function codeOf(): Promise<string> {
    const [row] = await test.database.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox where kind = 'step_up_code' order by message_id desc limit 1`;
    return JSON.parse(test.keyring.decrypt(row!.payloadCipher)).facts.code;
  }

  it("a buyer who shares nothing is asked nothing", async () => {
    for (let person = 10; person < 36; person++) body(await order(person, own(person)), 201);
    expect(await test.database.sql`select 1 from step_up`).toHaveLength(0);
  });

  it("a buyer with a device of many others is asked, is told why, and keeps the unit", async () => {
    const asked: number[] = [];
    for (let person = 0; person < RING; person++) {
      const reply = await order(person, ring(person));
      if (reply.status === 201) continue;
      expect(reply.body.code).toBe("step_up_required");
      asked.push(person);
      // Answered at once, or the next would not be beside an order.
      body(await answer(person, { kind: "code", code: await codeOf() }), 201);
    }
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked).not.toContain(0);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("another code comes after a minute, and each that was sent is valid", async () => {
    const person = RING + 1;
    expect((await order(person, ring(person))).body.code).toBe("step_up_required");
    const first = await codeOf();
    const { length: sentBefore } = await test.messages("step_up_code");
    expect((await answer(person, {}, "/code")).body.code).toBe("rate_limited");
    test.clock.ms += 61_000;
    body(await answer(person, {}, "/code"));
    expect(await test.messages("step_up_code")).toHaveLength(sentBefore + 1);
    const moved = { ...ring(person), address: "Jalan Sumatra no 9" };
    expect((await order(person, moved)).body.code).toBe("step_up_required");
    expect((await offerOf(person)).stepUp.address).toContain("Jalan Sumatra no 9");
    body(await answer(person, { kind: "code", code: first }), 201);
    const data = body(await test.get("/v1/me/data", sessions[person]));
    expect(data.questions).toMatchObject([{ sale: slug, passedBy: "code" }]);
    const answered = await listAnsweredByCode(test.database.sql, sale.saleNo);
    expect(answered).toContain(data.orders[0].orderId);
    expect(answered).not.toContain((await test.mine(sessions[12]!, slug)).order.orderId);
    expect(data.orders[0].facts.address).toBe("Jalan Sumatra no 9");
  });

  it("the question holds the unit past its time, shows her own words, and takes the code once", async () => {
    const before = await offerOf(RING);
    test.clock.ms = Date.parse(before.expiresAt) - 1_500;
    expect((await order(RING + 2, ring(RING + 2))).body.code).toBe("step_up_required");
    const refused = await order(RING, ring(RING));
    expect(refused.body.code).toBe("step_up_required");
    const offer = await offerOf(RING);
    expect(Date.parse(offer.expiresAt)).toBe(test.clock.ms + 600_000);
    expect(offer.stepUp.kinds).toContain("code");
    expect(offer.stepUp.sentTo).toMatch(/\*|•/);
    expect(offer.stepUp.address).toContain(ring(RING).address);
    expect(offer.stepUp.reasons.length).toBeGreaterThan(0);
    // About herself only: no number, name or address of the others.
    expect(JSON.stringify(offer.stepUp.reasons)).not.toMatch(/Pembeli|Jalan|\+?628/);
    test.clock.ms = Date.parse(before.expiresAt) + 5_000;
    await test.tick();
    expect((await offerOf(RING)).state).toBe("open");
    expect((await order(RING, ring(RING))).body.code).toBe("step_up_required");
    expect((await answer(RING, { kind: "code", code: "000000" })).body.code).toBe("code_wrong");
    const code = await codeOf();
    const stranger = await test.post(
      `/v1/sales/${slug}/offers/${offer.offerId}/step-up`,
      sessions[RING + 1],
      { kind: "code", code },
    );
    expect(stranger.body.code).toBe("offer_not_found");
    const placed = body(await answer(RING, { kind: "code", code }), 201);
    expect(placed).toMatchObject({ state: "awaiting_payment", paymentMethod: "va" });
    expect((await answer(RING, { kind: "code", code })).body.code).toBe("step_up_not_asked");
    const [kept] = await test.database.sql`
      select wanted_cipher, passed_by from step_up where offer_id = ${offer.offerId}`;
    expect(kept).toEqual({ wantedCipher: null, passedBy: "code" });
    expect(await test.faults(slug)).toEqual([]);
  });

  it("a scorer that breaks, or says nothing, asks nobody and keeps nobody waiting", async () => {
    const threadFile = new URL("../../helpers/children/brokenThread.ts", import.meta.url);
    const logged: string[] = [];
    const logger = pino({ level: "warn" }, { write: (line) => void logged.push(line) });
    const scorer = new OrderScorer({
      sql: test.database.sql,
      keyring: test.keyring,
      thresholdsOf: thresholdsOfSale,
      logger,
      // Longer than it takes nine orders to reach the scorer, also on a busy machine.
      timeoutMs: 3_000,
      threadFile,
    });
    const wanted = { paymentMethod: "va", facts: { deviceId: "d" } } as const;
    const look = async (saleNo: number) => {
      const keys = { offerId: randomUUID(), accountKey: randomUUID() };
      const offer = { ...keys, channelNo: 1, variantNo: 1 } as StoredOffer;
      const order = { offer, wanted, nowMs: test.clock.ms };
      return (await scorer.score({ ...sale, saleNo }, [order]))[0];
    };
    await test.database.sql`
      insert into sale (slug, state, definition, definition_digest, created_at, policy_digest)
      select 'second', 'live', definition, definition_digest, created_at, policy_digest from sale`;
    const crashes = () => logged.filter((line) => line.includes("broken on purpose")).length;
    // The second order has a thread of its own.
    for (const count of [1, 2]) {
      expect(await look(1)).toBeNull();
      await expect.poll(crashes, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
    }
    // Orders that are with the thread when it falls silent wait that long; after them none is given to it.
    const late = () => logged.filter((line) => /"saleNo":2,.*not looked at in time/.test(line));
    for (let time = 0; time < 3; time++) {
      const looks = await Promise.all(Array.from({ length: 9 }, () => look(2)));
      expect(looks).toEqual(Array.from({ length: 9 }, () => null));
      expect(late()).toHaveLength(9);
    }
    await scorer.stop();
    await test.database.sql`delete from sale where slug = 'second'`;
    for (const table of ["scoring", "scored_order"])
      await test.database.sql.unsafe(`delete from ${table} where sale_no = 2`);
  });

  it("a scorer that nobody ends keeps no process from ending", () => {
    const child = join(import.meta.dirname, "../../helpers/children/scorerChild.ts");
    const task = JSON.stringify({ target: test.database.target, slug });
    const { status, stdout } = spawnSync(process.execPath, [child, task], {
      encoding: "utf8",
      timeout: 50_000,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "looked" });
  });

  it("an unanswered question lets the unit go in the end, and forgets what was typed", async () => {
    const person = RING + 2;
    expect((await offerOf(person)).stepUp).not.toBeNull();
    test.clock.ms += 700_000;
    await test.tick();
    expect((await offerOf(person)).state).toBe("expired");
    expect((await answer(person, { kind: "address" })).body.code).toBe("offer_expired");
    test.clock.ms += 2 * 86_400_000;
    await test.server.caseWorker.run();
    const kept = await test.database.sql`select 1 from step_up where wanted_cipher is not null`;
    expect(kept).toHaveLength(0);
    expect(await test.faults(slug)).toEqual([]);
  });
});
