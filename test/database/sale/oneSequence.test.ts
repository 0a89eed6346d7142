import { randomUUID } from "node:crypto";
import pino from "pino";
import { beforeAll, expect, it } from "vitest";
import { thresholdsOfSale } from "../../../src/cases/policy/io/thresholds.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import { SHIPPED_THRESHOLDS } from "../../../src/integrity/audit.ts";
import type { Doubt } from "../../../src/sale/doubt.ts";
import { readFacts, type OrderFacts } from "../../../src/sale/io/factsStore.ts";
import type { StoredOffer } from "../../../src/sale/io/offerStore.ts";
import type { OrderInDoubt } from "../../../src/sale/io/requireSale.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { scoreOrder, type ScoringStep } from "../../../src/sale/stepUp/io/scoreOrder.ts";
import { OrderScorer } from "../../../src/sale/stepUp/io/scorer.ts";
import { listSequence, type SequenceRow } from "../../../src/sale/stepUp/io/sequenceStore.ts";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
const logger = pino({ level: "silent" });

/** The answers of one server that alone has the numbers. */
function oneServer(steps: readonly ScoringStep[]): Map<number, Doubt | null> {
  const said = new Map<number, Doubt | null>();
  const saleNo = 1_000_000 + Math.floor(Math.random() * 1e9);
  let afterNo = 0;
  for (const step of steps) {
    const judgeNo = "order" in step ? step.scoreNo : null;
    const doubt = scoreOrder({ saleNo, thresholds, afterNo, steps: [step], judgeNo });
    if (judgeNo !== null) said.set(judgeNo, doubt);
    afterNo = step.scoreNo;
  }
  return said;
}

/** The numbers as a thread is told them. */
const stepsOf = (
  { keyring }: TestServer,
  { definition }: StoredSale,
  rows: readonly SequenceRow[],
): ScoringStep[] =>
  rows.map((row) => {
    const { scoreNo } = row;
    if (row.orderNo !== null) return { scoreNo, orderNo: row.orderNo, units: row.units };
    const order = {
      ...(row.factsCipher === null ? {} : readFacts(keyring, row.factsCipher)),
      orderId: row.offerId,
      orderedAtMs: row.scoredAt.getTime(),
      channel: definition.channels.find(({ channelNo }) => channelNo === row.channelNo)!.code,
      account: row.accountKey,
      units: 1,
      sku: definition.variants.find(({ variantNo }) => variantNo === row.variantNo)!.sku,
    };
    return { scoreNo, order };
  });

const scorerOf = ({ database, keyring }: TestServer) =>
  new OrderScorer({
    sql: database.sql.within("score"),
    keyring,
    thresholdsOf: thresholdsOfSale,
    logger,
    timeoutMs: 30_000,
  });

function inDoubt(
  facts: OrderFacts,
  change: { accountKey?: string; offerId?: string; nowMs?: number },
): OrderInDoubt {
  const { accountKey = randomUUID(), offerId = randomUUID(), nowMs = START_MS } = change;
  const offer = { offerId, accountKey, channelNo: 1, variantNo: 1 } as StoredOffer;
  return { offer, wanted: { paymentMethod: "va", facts }, nowMs };
}

const bitsOf = (doubt: Doubt | null | undefined) => doubt?.bits ?? null;

/** Two servers at once say what one would have said, whichever of them an order comes to. */
describeOnDatabase("the one sequence of a sale's orders", () => {
  let test: TestServer;
  const scorers: OrderScorer[] = [];

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 30_000;
    for (let server = 0; server < 3; server++) scorers.push(scorerOf(test));
    return async () => void (await Promise.all(scorers.map((one) => one.stop())));
  });

  const sequence = ({ saleNo }: StoredSale) =>
    listSequence(test.database.sql, saleNo, { afterNo: 0, size: 100_000 });

  /** Orders as a crowd with rings makes them; with offers that nobody ever places. */
  function crowd(seed: number, count: number): OrderInDoubt[] {
    const accounts = new Map<string, string>();
    const made = new OrderMaker(seed).make({ count, ringShare: 0.3 }).map(({ order }) => order);
    return made
      .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs)
      .map((order, index) => {
        const accountKey = accounts.get(String(order.account)) ?? randomUUID();
        accounts.set(String(order.account), accountKey);
        const { name, phone, email, address, district, city, deviceId, ip } = order;
        const facts = JSON.parse(
          JSON.stringify({ name, phone, email, address, district, city, deviceId, ip }),
        ) as OrderFacts;
        return inDoubt(facts, { accountKey, nowMs: START_MS + index * 20 });
      });
  }
  it("two servers at once say what one says, and so does one that starts late", async () => {
    const sale = await test.createSale(smallSale({ slug: "split" }));
    const orders = crowd(21, 500);
    const { length: count } = orders;
    const chance = new SeededChance(3);
    const said = new Map<string, Doubt | null>();
    const serve = async (server: number) => {
      while (orders.length > 40) {
        const group = orders.splice(0, 1 + Math.floor(chance.fraction() * 8));
        const doubts = await scorers[server]!.score(sale, group);
        for (const [index, { offer }] of group.entries()) said.set(offer.offerId, doubts[index]!);
      }
    };
    await Promise.all([serve(0), serve(1)]);
    await scorers[2]!.follow();
    for (const order of orders)
      said.set(order.offer.offerId, (await scorers[2]!.score(sale, [order]))[0]!);
    const rows = await sequence(sale);
    expect(rows.map(({ scoreNo }) => scoreNo)).toEqual(rows.map((_, index) => index + 1));
    const steps = stepsOf(test, sale, rows);
    expect(steps).toHaveLength(count);
    const alone = oneServer(steps);
    const bits = (of: ReadonlyMap<number, Doubt | null>) =>
      steps.map(({ scoreNo }) => bitsOf(of.get(scoreNo)));
    const both = rows.map((row) => bitsOf(row.orderNo === null ? said.get(row.offerId) : null));
    expect(both).toEqual(bits(alone));
    expect(both.filter((one) => one !== null).length).toBeGreaterThan(25);
    // The control: two servers, each of which knows its own half.
    const halves = [0, 1].map((half) => oneServer(steps.filter((_, at) => at % 2 === half)));
    const apart = new Map([...halves[0]!, ...halves[1]!]);
    const differing = both.filter((one, at) => one !== bits(apart)[at]);
    expect(differing.length).toBeGreaterThan(10);
  });

  const SARI = {
    name: "Sari Wulandari",
    address: "Jalan Melati 12 RT 03 RW 05",
    district: "Coblong",
  };
  const numbersOf = async (sale: StoredSale) =>
    (await sequence(sale)).map((row) =>
      row.orderNo === null ? row.offerId : { orderNo: row.orderNo, units: row.units },
    );

  it("an order whose transaction left no trace counts for a minute, and then no more", async () => {
    const sale = await test.createSale(smallSale({ slug: "gone" }));
    const [first, second, third] = [0, 30_000, 61_000].map((afterMs) =>
      inDoubt(SARI, { nowMs: START_MS + afterMs }),
    );
    expect(await scorers[0]!.score(sale, [first!])).toEqual([null]);
    const [doubt] = await scorers[1]!.score(sale, [second!]);
    expect(doubt?.reasons[0]?.en).toContain("what one person may have");
    // Neither was placed; the second is not a minute old.
    const other = inDoubt({ name: "Budi" }, { nowMs: START_MS + 61_000 });
    await scorers[1]!.score(sale, [other]);
    expect(await numbersOf(sale)).toEqual([
      first!.offer.offerId,
      second!.offer.offerId,
      { orderNo: 1, units: 0 },
      other.offer.offerId,
    ]);
    const late = { ...third!, nowMs: START_MS + 91_000 };
    expect(await scorers[0]!.score(sale, [late])).toEqual([null]);
  });

  it("a repeated request gets no second number; an order typed anew takes the place of the old", async () => {
    const sale = await test.createSale(smallSale({ slug: "again" }));
    const order = inDoubt(SARI, {});
    const { offerId, accountKey } = order.offer;
    for (const server of [0, 1, 0]) {
      expect(await scorers[server]!.score(sale, [order])).toEqual([null]);
      expect(await numbersOf(sale)).toEqual([offerId]);
    }
    const moved = { ...SARI, address: "Jalan Anggrek 9 RT 02 RW 11" };
    await scorers[0]!.score(sale, [inDoubt(moved, { offerId, accountKey })]);
    expect(await numbersOf(sale)).toEqual([offerId, { orderNo: 1, units: 0 }, offerId]);
  });

  it("what was to be ordered and never was is forgotten after a day, or when its buyer asks", async () => {
    const sale = await test.createSale(smallSale({ slug: "forgotten", openMs: 5 * 86_400_000 }));
    const session = await test.signIn(901_000);
    const [own] = await test.database.sql<{ accountKey: string }[]>`
      select account_key from account`;
    await scorers[0]!.score(sale, [inDoubt(SARI, {}), inDoubt(SARI, own!)]);
    const readable = async () => {
      const rows = await test.database.sql<{ factsCipher: Buffer | null }[]>`
        select facts_cipher from scored_order where sale_no = ${sale.saleNo} order by score_no`;
      return rows.map((row) => row.factsCipher && readFacts(test.keyring, row.factsCipher));
    };
    expect(await readable()).toEqual([SARI, SARI]);
    body(await test.post("/v1/me/erasure", session), 202);
    expect(await readable()).toEqual([SARI, null]);
    test.clock.ms = START_MS + 86_000_000;
    await test.server.caseWorker.run();
    expect(await readable()).toEqual([SARI, null]);
    test.clock.ms = START_MS + 2 * 86_400_000;
    await test.server.caseWorker.run();
    expect(await readable()).toEqual([null, null]);
  });
});

/** The same by the routes: two servers on one database. */
describeOnDatabase("two servers that sell one sale", () => {
  let test: TestServer;
  let beside: TestServer;
  let sale: StoredSale;
  const slug = "two-servers";
  const PEOPLE = 26;
  const RING = 12;
  const sessions: string[] = [];

  beforeAll(async () => {
    test = await TestServer.start({ doubtTimeoutMs: 30_000 });
    const { sql, entryPool } = test.database;
    const { clock } = test;
    beside = await TestServer.start({ sql, entryPool, clock, doubtTimeoutMs: 30_000 });
    clock.ms = START_MS - 30_000;
    sale = await test.createSale(smallSale({ slug, units: PEOPLE * 2, openMs: 120_000 }));
    for (let person = 0; person < PEOPLE; person++) {
      const phone = `+62813${String((person * 37_480_661) % 100_000_000).padStart(8, "0")}`;
      sessions.push(await test.signIn(600_000 + person, { phone }));
      await test.enter(sessions[person]!, { slug });
    }
    clock.ms = START_MS + 10;
    await test.tick();
  });

  const isOfRing = (person: number) => person >= PEOPLE - RING;
  async function order(server: TestServer, person: number): Promise<TestReply> {
    const session = sessions[person]!;
    const { offer } = await server.mine(session, slug);
    const letter = "abcdefghijklmnopqrstuvwxyz"[person]!;
    return await server.call("POST", `/v1/sales/${slug}/offers/${offer.offerId}/order`, {
      session,
      headers: { "giliran-device": isOfRing(person) ? "one-device-of-all" : `device-of-${person}` },
      body: {
        paymentMethod: "va",
        delivery: {
          name: `Pembeli ${letter}u${letter}o`,
          address: isOfRing(person) ? "Gudang Cigondewah blok F no 7" : `Jalan Dago ${person * 7}`,
          district: "Coblong",
        },
      },
    });
  }
  async function place(server: TestServer, person: number): Promise<{ orderId: string }> {
    const reply = await order(server, person);
    if (reply.status === 201) return reply.body;
    expect(reply.body.code).toBe("step_up_required");
    const { offer } = await server.mine(sessions[person]!, slug);
    const [sent] = await test.database.sql<{ payloadCipher: Buffer }[]>`
      select m.payload_cipher from outbox m join offer o using (account_key)
      where m.kind = 'step_up_code' and o.offer_id = ${offer.offerId}`;
    const { code } = JSON.parse(test.keyring.decrypt(sent!.payloadCipher)).facts;
    const url = `/v1/sales/${slug}/offers/${offer.offerId}/step-up`;
    return body(await server.post(url, sessions[person], { kind: "code", code }), 201);
  }

  it("members of a ring who order in one second see each other, and are in one case at the close", async () => {
    const placed: { orderId: string }[] = [];
    for (let person = 0; person < PEOPLE; person += 2) {
      test.clock.ms += 500;
      placed.push(...(await Promise.all([place(test, person), place(beside, person + 1)])));
    }
    const rows = await listSequence(test.database.sql, sale.saleNo, { afterNo: 0, size: 1_000 });
    const alone = oneServer(stepsOf(test, sale, rows));
    const asked = await test.database.sql<{ offerId: string; bits: number }[]>`
      select offer_id, bits from step_up where sale_no = ${sale.saleNo}`;
    // The first number of each order: an answer has none of its own.
    const said = rows.flatMap((row) =>
      row.orderNo === null && alone.get(row.scoreNo)
        ? [{ offerId: row.offerId, bits: alone.get(row.scoreNo)!.bits }]
        : [],
    );
    const byOffer = (a: { offerId: string }, b: { offerId: string }) =>
      a.offerId < b.offerId ? -1 : 1;
    expect([...asked].sort(byOffer)).toEqual(said.sort(byOffer));
    expect(asked.length).toBeGreaterThanOrEqual(RING / 2);
    // Asked, it counts no more, once another got its number; answered, it counts again.
    const changes = Map.groupBy(
      rows.filter((row) => row.orderNo !== null),
      ({ orderNo }) => orderNo,
    );
    for (const { offerId } of asked) {
      const row = rows.find((one) => one.orderNo === null && one.offerId === offerId)!;
      expect(["", "0 1"]).toContain(
        (changes.get(row.scoreNo) ?? []).map(({ units }) => units).join(" "),
      );
      changes.delete(row.scoreNo);
    }
    expect(changes.size).toBe(0);
    for (const one of placed) await test.pay(one);
    test.clock.ms += 3_600_000;
    await test.act(sale, "close");
    await test.tick();
    await test.server.caseWorker.run();
    const found = await test.database.sql<{ orderId: string; caseNo: number }[]>`
      select order_id, case_no from case_order where sale_no = ${sale.saleNo}`;
    const ring = placed.slice(PEOPLE - RING).map(({ orderId }) => orderId);
    expect(found.map(({ orderId }) => orderId).sort()).toEqual(ring.sort());
    expect(new Set(found.map(({ caseNo }) => caseNo)).size).toBe(1);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("an order that is not paid leaves for both, at one number", async () => {
    test.clock.ms = START_MS - 30_000;
    const own = "left";
    const short = await test.createSale(smallSale({ slug: own, units: 4, openMs: 120_000 }));
    const people = sessions.slice(0, 2);
    for (const session of people) await test.enter(session, { slug: own });
    test.clock.ms = START_MS + 10;
    await test.tick();
    const orderOf = async (server: TestServer, session: string) => {
      const { offer } = await server.mine(session, own);
      const delivery = { name: "Sari Wulandari", address: "Jalan Riau 9", district: "Coblong" };
      const url = `/v1/sales/${own}/offers/${offer.offerId}/order`;
      return await server.post(url, session, { paymentMethod: "va", delivery });
    };
    const first = body(await orderOf(test, people[0]!), 201);
    const watching = scorerOf(test);
    const budi = inDoubt({ name: "Budi" }, { nowMs: test.clock.ms });
    await watching.score(short, [budi]);
    await watching.stop();
    const [counted] = await test.database.sql`
      select state from scored_order where sale_no = ${short.saleNo} and score_no = 1`;
    expect(counted!.state).toBe("counted");
    test.clock.ms = Date.parse(first.dueAt) + 1_000;
    await test.database.sql`
      update offer set expires_at = ${new Date(test.clock.ms + 60_000)}
      where sale_no = ${short.saleNo} and state = 'open'`;
    await test.tick();
    // The same recipient and place: she would be asked beside an order that stands.
    body(await orderOf(beside, people[1]!), 201);
    const rows = await listSequence(test.database.sql, short.saleNo, { afterNo: 0, size: 9 });
    expect(rows.map(({ orderNo }) => orderNo)).toEqual([null, null, 1, 2, null]);
    for (const row of rows.slice(2, 4)) expect(row).toHaveProperty("units", 0);
    // Only of the sale that was analysed the scored orders are gone.
    await test.server.caseWorker.run();
    const kept = await test.database.sql`select distinct sale_no from scored_order`;
    expect(kept.map((row) => row.saleNo)).toEqual([short.saleNo]);
  });

  it("orders that were placed while nothing was scored get their numbers first", async () => {
    const { sql } = test.database;
    const [short] = await sql<{ saleNo: number }[]>`select sale_no from sale where slug = 'left'`;
    const before = await sql`select 1 from purchase_order p where p.sale_no = ${short!.saleNo}`;
    expect(before).toHaveLength(2);
    await sql`delete from scored_order where sale_no = ${short!.saleNo}`;
    await sql`delete from scored_change where sale_no = ${short!.saleNo}`;
    const fresh = scorerOf(test);
    const order = inDoubt({ name: "Tono" }, { nowMs: test.clock.ms });
    await fresh.score({ ...sale, ...short! }, [order]);
    await fresh.stop();
    const rows = await listSequence(sql, short!.saleNo, { afterNo: 0, size: 9 });
    const [placed] = await sql<{ offerId: string }[]>`
      select offer_id from purchase_order where sale_no = ${short!.saleNo} and state <> 'cancelled'`;
    expect(rows.map((row) => row.orderNo === null && row.offerId)).toEqual([
      placed!.offerId,
      order.offer.offerId,
    ]);
  });
});
