import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { FakeChannel } from "../../../sim/fakes/fakeChannel.ts";
import { runRetention } from "../../../src/cases/account/io/retentionStore.ts";
import { inTransaction } from "../../../src/db/connect.ts";
import { listHeldOrders } from "../../../src/sale/recipient/io/recipientStore.ts";
import { readStandingFacts } from "../../../src/sale/standing/io/standingStore.ts";
import { standingOf } from "../../../src/sale/standing/standing.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { body, openDesk, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

/* Beyond the limit to one recipient at one place people are asked, then their orders wait. */

const SARI = {
  name: "Sari Wulandari Kartika",
  address: "Jl. Pahlawan Revolusi No. 12 RT 03",
  city: "Bekasi",
};
/** One recipient and place, as five people may write them. */
const SPELLINGS = [
  SARI,
  { ...SARI, name: "Sàri Wulandari Kartika", address: "jalan pahlawan revolusi 12" },
  { ...SARI, name: "Ibu Kartika, Sa\u200bri Wulandari" },
  { name: SARI.name, address: "Jln Pahlawan Revolusi nomor 12, RT3, Kota Bekasi" },
  { ...SARI, name: "S\u0430ri Wulandari Kartika", address: "Pahlawan Revolusi no.12 pagar hijau" },
];

interface Delivered {
  readonly name: string;
  readonly address: string;
  readonly city?: string;
}

class Buyers {
  readonly test: TestServer;
  slug = "";
  sale!: StoredSale;
  sessions: string[] = [];
  static saleCount = 0;
  static personCount = 0;

  constructor(test: TestServer) {
    this.test = test;
  }

  async open(count: number, change: Parameters<typeof smallSale>[0] = {}): Promise<void> {
    const { test } = this;
    this.slug = `recipients-${++Buyers.saleCount}`;
    test.clock.ms = START_MS - 30_000;
    const { slug } = this;
    this.sale = await test.createSale(smallSale({ slug, units: count, ...change }));
    this.sessions = [];
    for (let buyer = 0; buyer < count; buyer++) {
      // Far from each other, or all would have numbers in a row.
      const person = ++Buyers.personCount;
      const phone = `+62812${String((person * 37_480_661) % 100_000_000).padStart(8, "0")}`;
      const session = await test.signIn(500_000 + person, { phone });
      await test.enter(session, { slug });
      this.sessions.push(session);
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
  }

  mine = (buyer: number) => this.test.mine(this.sessions[buyer]!, this.slug);

  async order(buyer: number, delivery: Delivered | undefined): Promise<TestReply> {
    const { offer } = await this.mine(buyer);
    const session = this.sessions[buyer]!;
    return await this.test.call("POST", `/v1/sales/${this.slug}/offers/${offer.offerId}/order`, {
      session,
      headers: { "giliran-device": `device-of-${Buyers.saleCount}-${buyer}` },
      body: { paymentMethod: "va", ...(delivery ? { delivery } : {}) },
    });
  }

  /** Answers the question with the code that was sent. */
  async answer(buyer: number): Promise<TestReply> {
    const { offer } = await this.mine(buyer);
    const url = `/v1/sales/${this.slug}/offers/${offer.offerId}/step-up`;
    const session = this.sessions[buyer]!;
    await this.test.post(`${url}/code`, session);
    const messages = await this.test.database.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox o join account a using (account_key)
      where kind = 'step_up_code' and account_key =
        (select account_key from offer where offer_id = ${offer.offerId})
      order by message_id desc limit 1`;
    const { facts } = JSON.parse(this.test.keyring.decrypt(messages[0]!.payloadCipher));
    return await this.test.post(url, session, { kind: "code", code: facts.code });
  }

  waits = async (buyer: number) => (await this.mine(buyer)).orderHold?.waits ?? false;
}

describeOnDatabase("orders to one recipient and place", () => {
  let test: TestServer;
  let desk: Desk;
  let buyers: Buyers;

  beforeAll(async () => {
    test = await TestServer.start({ doubtTimeoutMs: 30_000 });
    desk = await openDesk(test);
  });
  beforeEach(() => {
    buyers = new Buyers(test);
  });

  it("of five phones one is accepted and four are asked, also in one instant", async () => {
    await buyers.open(5);
    const replies = await Promise.all(SPELLINGS.map((one, buyer) => buyers.order(buyer, one)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const kept = replies.findIndex(({ status }) => status === 201);
    const others = [0, 1, 2, 3, 4].filter((buyer) => buyer !== kept);
    for (const buyer of others) {
      expect(replies[buyer]!.body.code).toBe("step_up_required");
      const { offer } = await buyers.mine(buyer);
      expect(offer.state).toBe("open");
      expect(offer.stepUp.reasons[0].en).toContain("same recipient and address");
      expect(JSON.stringify(offer.stepUp.reasons)).not.toMatch(/Sari|Pahlawan/);
    }
    // Answered, each is placed with its unit, and waits for a person.
    const placed = new Map([[kept, replies[kept]!.body]]);
    for (const buyer of others) placed.set(buyer, body(await buyers.answer(buyer), 201));
    for (const order of placed.values()) body(await test.pay(order));
    expect(await buyers.waits(kept)).toBe(false);
    const status = (orderId: string) =>
      test.post(`/v1/operator/sales/${buyers.slug}/orders/${orderId}/status`, desk.operator, {
        status: "preparing",
      });
    for (const buyer of others) {
      expect((await buyers.mine(buyer)).orderHold).toMatchObject({ waits: true, otherCount: 4 });
      const { orderId } = placed.get(buyer)!;
      expect((await status(orderId)).body.code).toBe("status_contradicts_review");
    }
    expect((await status(placed.get(kept)!.orderId)).status).toBe(200);
    expect(await test.faults(buyers.slug)).toEqual([]);

    await test.act(buyers.sale, "close");
    await test.server.caseWorker.run();
    const inCase = await test.database.sql<{ orderId: string }[]>`
      select order_id from case_order where sale_no = ${buyers.sale.saleNo}`;
    const waiting = others.map((buyer) => placed.get(buyer)!.orderId as string);
    expect(inCase.map(({ orderId }) => orderId).sort()).toEqual(waiting.sort());
    expect(await test.faults(buyers.slug)).toEqual([]);
    // Whom orders went to is forgotten with their delivery data.
    const { sql } = test.database;
    const left = async () => (await sql`select 1 from order_recipient`).length;
    expect(await left()).toBe(5);
    await runRetention(sql, test.keyring, test.clock.ms + 91 * 86_400_000);
    expect([await left(), (await sql`select 1 from recipient`).length]).toEqual([0, 0]);
  });

  it("the limit counts, and who has given no recipient is not counted", async () => {
    await buyers.open(4, { unitsPerPersonCount: 2 });
    const statuses = [];
    for (const buyer of [0, 1, 2])
      statuses.push((await buyers.order(buyer, SPELLINGS[buyer])).status);
    expect(statuses).toEqual([201, 201, 409]);
    expect((await buyers.order(3, undefined)).status).toBe(201);
  });

  it("asks nobody in a household or a street of one name", async () => {
    await buyers.open(6);
    const deliveries = [
      SARI,
      { ...SARI, name: "Ahmad Fauzi" },
      { ...SARI, address: "Jl. Pahlawan Revolusi No. 14" },
      { ...SARI, city: "Surabaya" },
      { ...SARI, address: "Jl. Pahlawan Revolusi No. 12 kamar 4" },
      { ...SARI, address: "Jl. Pahlawan Revolusi No. 12 kamar 5", name: "Dewi Lestari" },
    ];
    const statuses = [];
    for (const [buyer, one] of deliveries.slice(0, 4).entries()) {
      // Orders of one moment have no order that a test could rest on.
      test.clock.ms += 1_000;
      statuses.push((await buyers.order(buyer, one)).status);
    }
    // A namesake at the same street and number of another city is taken for her, and answers one question.
    expect(statuses).toEqual([201, 201, 201, 409]);
    for (const buyer of [0, 1, 2]) expect(await buyers.waits(buyer)).toBe(false);
    expect((await buyers.order(5, deliveries[5])).status).toBe(201);
    expect((await buyers.order(4, deliveries[4])).status).toBe(409);
  });
});

describeOnDatabase("an order that waits", () => {
  let test: TestServer;
  let desk: Desk;
  let buyers: Buyers;

  beforeAll(async () => {
    // Nobody is asked here; orders wait all the same.
    test = await TestServer.start();
    desk = await openDesk(test);
    buyers = new Buyers(test);
  });

  const objections = async () =>
    body(await test.get("/v1/operator/objections", desk.reviewer)).objections;
  const objectionPath = () => `/v1/sales/${buyers.slug}/rounds/1/objection`;
  const statement = { statement: "Kami ibu dan anak, kebetulan senama." };

  it("waits no longer once the order before it is cancelled, or was a stranger's", async () => {
    await buyers.open(2);
    // A stranger orders to the victim's name and address first, and does not pay.
    const copied = body(await buyers.order(0, SARI), 201);
    const hers = body(await buyers.order(1, SARI), 201);
    expect(await buyers.waits(1)).toBe(true);
    body(await test.pay(hers));
    const standing = async () => (await buyers.mine(1)).order.standing.code;
    expect(await standing()).toBe("under_review");
    test.clock.ms = Date.parse(copied.dueAt) + 1;
    await test.tick();
    expect((await buyers.mine(0)).order.state).toBe("cancelled");
    expect((await buyers.mine(1)).orderHold).toBeNull();
    expect(await standing()).toBe("paid");
    await test.act(buyers.sale, "close");
    await test.server.caseWorker.run();
    const cases = await test.database.sql`
      select 1 from case_order where sale_no = ${buyers.sale.saleNo}`;
    expect(cases).toHaveLength(0);
    expect(await test.faults(buyers.slug)).toEqual([]);
  });

  it("can be objected to, and a person's finding holds for it and from then on", async () => {
    await buyers.open(3);
    for (const buyer of [0, 1, 2]) body(await buyers.order(buyer, SARI), 201);
    const [first, second] = buyers.sessions;
    expect((await test.post(objectionPath(), first, statement)).body.code).toBe("turn_not_shared");
    expect((await test.post(objectionPath(), second, statement)).status).toBe(201);
    expect((await test.post(objectionPath(), second, statement)).body.code).toBe("objection_made");
    expect((await buyers.mine(1)).orderHold).toMatchObject({ waits: true, objection: "waiting" });
    const [objection] = await objections();
    expect(objection).toMatchObject({
      about: "order",
      sale: buyers.slug,
      bits: null,
      ...statement,
    });
    expect(objection.entries).toHaveLength(3);
    expect(JSON.stringify(objection)).not.toMatch(/Pahlawan|Wulandari/);
    const decide = () =>
      test.post(
        `/v1/operator/sales/${buyers.slug}/rounds/1/objections/${objection.entryId}`,
        desk.reviewer,
        { about: "order", verdict: "apart", answer: "Dua KTP yang berbeda sudah kami lihat." },
      );
    body(await decide());
    expect((await decide()).body.code).toBe("objection_decided");
    expect((await buyers.mine(1)).orderHold).toMatchObject({
      waits: false,
      objection: "apart",
      answer: /KTP/,
    });
    expect(await buyers.waits(2)).toBe(true);
    const data = body(await test.get("/v1/me/data", second));
    expect(data.orderObjections).toMatchObject([{ verdict: "apart", ...statement }]);
    expect(await test.faults(buyers.slug)).toEqual([]);
  });

  it("stands the same in each answer that shows it", async () => {
    await buyers.open(3);
    const { slug } = buyers;
    const same = async (at: number, reply: TestReply, code: string) => {
      const { standing } = body(reply, reply.status === 201 ? 201 : 200);
      expect(standing).toEqual((await buyers.mine(at)).order.standing);
      expect(standing.code).toBe(code);
      return reply.body;
    };
    const change = (at: number, { orderId }: { orderId: string }, what: string, content = {}) =>
      test.post(`/v1/sales/${slug}/orders/${orderId}/${what}`, buyers.sessions[at]!, content);
    await same(0, await buyers.order(0, SARI), "awaiting_payment");
    // Too little came and goes back; then she pays on delivery, and her order waits for a person.
    const hers = await same(1, await buyers.order(1, SARI), "awaiting_payment");
    body(await test.pay(hers, "paid", "too little", { amountMinorUnits: 1 }));
    const cod = { paymentMethod: "cod" };
    const asked = await change(1, hers, "payment-method", cod);
    expect((await same(1, asked, "awaiting_confirmation")).standing.surplus).toMatchObject({
      kind: "beside",
      minorUnits: 1,
    });
    const [message] = await test.messages("cod_code");
    const { code } = /(?<code>\d{6})/.exec(message!.text)!.groups!;
    await same(1, await change(1, hers, "confirmation", { code }), "under_review");
    // Her third cancels, and the same is said of her money.
    const third = await same(2, await buyers.order(2, undefined), "awaiting_payment");
    body(await test.pay(third, "paid", "too little as well", { amountMinorUnits: 2 }));
    const cancelled = await same(2, await change(2, third, "cancellation"), "by_buyer");
    expect(cancelled.standing).toMatchObject({ money: { kind: "due", minorUnits: 2 } });
    expect(await test.faults(slug)).toEqual([]);
  });

  it("of an entry that also shares a turn: the objection that was meant is decided", async () => {
    // Her two accounts share a turn, and her order waits behind a stranger's.
    const slug = "both";
    test.clock.ms = START_MS - 30_000;
    const sale = await test.createSale(smallSale({ slug, units: 2 }));
    const verified = { ...SARI, verified: true };
    const people = [
      await test.signIn(700_001, { phone: "+6281200700001" }),
      await test.signIn(700_002, { phone: "+6281355700002", ...verified }),
      await test.signIn(700_003, { phone: "+6281977700003", ...verified }),
    ];
    for (const session of people) body(await test.enter(session, { slug }), 201);
    test.clock.ms = START_MS + 10;
    await test.tick();
    const own = await Promise.all(people.map((session) => test.mine(session, slug)));
    const hers = own[1].offer ? 1 : 2;
    for (const at of [0, hers]) {
      const offers = `/v1/sales/${slug}/offers/${own[at].offer.offerId}`;
      const order = { paymentMethod: "va", delivery: SARI };
      body(await test.post(`${offers}/order`, people[at]!, order), 201);
    }
    const path = `/v1/sales/${slug}/rounds/1/objection`;
    body(await test.post(path, people[hers]!, statement), 201);
    // She had objected to the shared turn before her order waited.
    const { entryId } = own[hers].entry;
    await test.database.sql`
      insert into turn_objection (sale_no, round_no, entry_id, turn_id, account_key,
        statement_cipher, objected_at)
      select sale_no, round_no, entry_id, (select turn_id from shared_turn t
          where t.sale_no = o.sale_no limit 1), account_key, statement_cipher, objected_at
      from order_objection o where sale_no = ${sale.saleNo}`;
    const both = async () =>
      (await objections()).filter((one: { sale: string }) => one.sale === slug);
    expect((await both()).map((one: { about: string }) => one.about).sort()).toEqual([
      "entry",
      "order",
    ]);
    const decision = `/v1/operator/sales/${slug}/rounds/1/objections/${entryId}`;
    const said = { verdict: "apart", answer: "Dua KTP yang berbeda sudah kami lihat." };
    const decide = (about: string) => test.post(decision, desk.reviewer, { about, ...said });
    body(await decide("order"));
    expect((await both()).find((one: { about: string }) => one.about === "entry").verdict).toBe(
      null,
    );
    const after = await test.mine(people[hers]!, slug);
    expect(after.orderHold).toMatchObject({ waits: false, objection: "apart" });
    expect((await decide("order")).body.code).toBe("objection_decided");
    body(await decide("entry"));
    expect((await both()).map((one: { verdict: string }) => one.verdict)).toEqual([
      "apart",
      "apart",
    ]);
    // A page that renews itself is one look at each of them, and she is told.
    const looks = body(await test.get("/v1/me/looks", people[hers]!)).looks;
    expect(looks.map((look: { what: string }) => look.what)).toEqual(["objection"]);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("of a buyer who is found to be another person is let stand, also when a case is open", async () => {
    await buyers.open(3);
    const placed = [];
    for (const buyer of [0, 1, 2]) placed.push(body(await buyers.order(buyer, SARI), 201));
    for (const order of placed) body(await test.pay(order));
    await test.act(buyers.sale, "close");
    await test.server.caseWorker.run();
    const sale = `/v1/operator/sales/${buyers.slug}`;
    const { cases } = body(await test.get(`/v1/operator/cases?sale=${buyers.slug}`, desk.reviewer));
    expect(cases).toMatchObject([{ orderCount: 2 }]);
    const [{ caseNo, version }] = cases;
    expect((await test.post(objectionPath(), buyers.sessions[1], statement)).status).toBe(201);
    const [{ entryId }] = await objections();
    const apart = {
      about: "order",
      verdict: "apart",
      answer: "Dua KTP yang berbeda sudah kami lihat.",
    };
    const decision = `${sale}/rounds/1/objections/${entryId}`;
    body(await test.post(decision, desk.reviewer, apart));
    const decide = (except: string[]) =>
      test.post(`${sale}/cases/${caseNo}/decision`, desk.reviewer, {
        version,
        verdict: "cancel",
        except,
      });
    const { orderId } = placed[1];
    const refused = await decide([]);
    expect(refused.body).toMatchObject({
      code: "no_strong_reason",
      errors: [{ field: `order ${orderId}` }],
    });
    body(await decide([orderId]));
    const status = await test.post(`${sale}/orders/${orderId}/status`, desk.operator, {
      status: "preparing",
    });
    expect(status.status).toBe(200);
    expect(await test.faults(buyers.slug)).toEqual([]);
    // A batch that leaves an order alone closes its case, and nobody would look at it any more.
    const { sql } = test.database;
    const { saleNo } = buyers.sale;
    const held = async () => (await listHeldOrders(sql, saleNo)).map((one) => one.orderId);
    expect(await held()).toEqual([placed[2].orderId]);
    await sql`update suspicion_case set state = 'closed' where sale_no = ${saleNo}`;
    expect(await held()).toEqual([]);
  });

  it("is placed only when another server has placed its own to the same recipient", async () => {
    await buyers.open(2);
    body(await buyers.order(0, SARI), 201);
    const { sql } = test.database;
    const held = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const otherServer = inTransaction(sql, async (tx) => {
      await tx`select 1 from recipient where sale_no = ${buyers.sale.saleNo} for update`;
      held.resolve();
      await commit.promise;
    });
    await held.promise;
    let answered = false;
    const ordered = buyers.order(1, SARI).finally(() => {
      answered = true;
    });
    const waitsForLock = async () =>
      (
        await sql`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`
      ).length > 0;
    while (!answered && !(await waitsForLock())) await setTimeout(5);
    expect(answered).toBe(false);
    commit.resolve();
    await otherServer;
    body(await ordered, 201);
    expect(await buyers.waits(1)).toBe(true);
  });

  it("a view of two at once: the second sees the first although nothing asks it", async () => {
    await buyers.open(6);
    const placed = await Promise.all(
      buyers.sessions.map((_, buyer) => buyers.order(buyer, SPELLINGS[buyer % 5])),
    );
    expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 201));
    const waits = await Promise.all(buyers.sessions.map((_, buyer) => buyers.waits(buyer)));
    expect(waits.filter(Boolean)).toHaveLength(5);
  });
});

describeOnDatabase("an order that waits at a channel that cancels late orders by itself", () => {
  let channel: FakeChannel;

  beforeAll(async () => {
    channel = await FakeChannel.start();
  });
  afterAll(() => channel.stop());

  it("is let stand in time, although its sale goes on and no case is open", async () => {
    const test = await TestServer.start({
      channelHooks: { shop: { ...channel.settings, hold: false, shipByHours: 48 } },
    });
    const buyers = new Buyers(test);
    const hours = 3_600_000;
    // A second round days later: the orders are looked at together after it.
    await buyers.open(3, { rounds: 2 });
    for (const buyer of [0, 1, 2]) {
      const placed = body(await buyers.order(buyer, SARI), 201);
      if (buyer < 2) body(await test.pay(placed));
    }
    const { orderId } = (await buyers.mine(1)).order;
    const { sql } = test.database;
    const standing = async () => {
      const facts = await readStandingFacts(sql, buyers.sale.saleNo, orderId);
      return standingOf(facts!, test.clock.ms).code;
    };
    expect(await standing()).toBe("under_review");
    test.clock.ms += 30 * hours;
    await test.server.caseWorker.run();
    expect(await standing()).toBe("under_review");
    test.clock.ms += 7 * hours;
    await test.server.caseWorker.run();
    expect(await standing()).toBe("paid");
    const lines = await sql<{ subject: string }[]>`
      select subject from operator_log where action = 'let waiting order stand'`;
    expect(lines.map(({ subject }) => subject)).toEqual([`${buyers.slug} ${orderId}`]);
    // Only once, and the record bears it out; somebody's edit does not.
    test.clock.ms += hours;
    await test.server.caseWorker.run();
    expect(await sql`select 1 from operator_log where action like 'let waiting%'`).toHaveLength(1);
    expect(await test.faults(buyers.slug)).toEqual([]);
    await sql`delete from operator_log where action = 'let waiting order stand'`;
    expect(JSON.stringify(await test.faults(buyers.slug))).toContain("let_stand_at");
  });
});
