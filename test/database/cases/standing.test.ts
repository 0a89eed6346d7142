import { afterAll, beforeAll, expect, it } from "vitest";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";
import { ORDER_STATUSES } from "../../../src/sale/standing/standing.ts";
import { FakeChannel } from "../../../sim/fakes/fakeChannel.ts";
import * as made from "../../helpers/cases.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
const ANSWER = {
  id: "Dokumen yang dikirim menunjukkan pembeli yang berbeda.",
  en: "The papers that were sent show different buyers.",
};
const STATEMENT = "Kami serumah, dan masing-masing memesan satu.";

/** So many that all are held by what they share, and not as one person's beyond the limit. */
const RING = 9;

/** A sale whose ring was cancelled by a batch, and what its buyers, its desk and its channel do then. */
class Dispute {
  readonly test: TestServer;
  readonly channel: FakeChannel;
  readonly desk: Desk;
  readonly world: CaseSale;

  private constructor(test: TestServer, channel: FakeChannel, desk: Desk, world: CaseSale) {
    this.test = test;
    this.channel = channel;
    this.desk = desk;
    this.world = world;
  }

  static async start(
    hook: { readonly hold?: boolean; readonly shipByHours?: number },
    ...rings: readonly number[]
  ): Promise<Dispute> {
    const channel = await FakeChannel.start();
    const test = await TestServer.start({
      channelHooks: { shop: { ...channel.settings, ...hook } },
    });
    const desk = await openDesk(test);
    const world = await endedSale(test, { genuine: 8, rings }, 1);
    await test.act(world.sale, "close");
    const dispute = new Dispute(test, channel, desk, world);
    test.clock.ms += 5 * 60_000;
    await test.server.caseWorker.run();
    return dispute;
  }

  async setPolicy(openAtShipBy: "release" | "cancel_and_owe"): Promise<void> {
    const { appeal, ...shipped } = shippedPolicy(1);
    const policy = {
      ...shipped,
      name: `own-${openAtShipBy.replaceAll("_", "-")}`,
      appeal: { ...appeal, openAtShipBy },
    };
    const { digest } = body(await this.post("/v1/operator/policies", this.desk.owner, policy), 201);
    body(await this.post(`${this.sale}/policy`, this.desk.owner, { digest }));
  }

  get sale(): string {
    return `/v1/operator/sales/${this.world.slug}`;
  }

  post = (path: string, who: string | undefined, content?: unknown) =>
    this.test.post(path, who, content);

  get = async (path: string, who?: string) => body(await this.test.get(path, who));

  page = async (path: string) => (await this.test.server.app.inject(path)).body;

  /** The reviewer cancels the case, two approve, and the batch runs. */
  async cancelRing() {
    const { desk, test } = this;
    const casePath = `${this.sale}/cases/1`;
    const { version } = await this.get(casePath, desk.reviewer);
    body(await this.post(`${casePath}/decision`, desk.reviewer, { version, verdict: "cancel" }));
    const batch = body(await this.post(`${this.sale}/batches`, desk.operator, {}), 201);
    const { batchId, selectionDigest } = batch;
    for (const who of [desk.operator, desk.approver]) {
      body(await this.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    }
    test.clock.ms += HOUR_MS;
    await this.work();
    return batch.preview;
  }

  /** A few rounds of everything that goes on by itself. */
  async work(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await this.test.server.caseWorker.run();
      await this.test.server.sender.run();
    }
  }

  ring(index: number) {
    const one = this.world.people.filter(({ ring }) => ring)[index];
    if (!one) throw new Error("no such person");
    return one;
  }

  /** Everything that is said about an order. */
  audiences = (orderId: string) =>
    this.get(`${this.sale}/orders/${orderId}/status`, this.desk.auditor);

  status = (orderId: string, content: object) =>
    this.post(`${this.sale}/orders/${orderId}/status`, this.desk.operator, content);

  async decisionOf(index: number) {
    const { decisions } = await this.get("/v1/me/decisions", await this.ring(index).again());
    return decisions[0];
  }

  async appeal(index: number): Promise<string> {
    const { decisionId } = await this.decisionOf(index);
    const path = `/v1/me/decisions/${decisionId}/appeal`;
    const filed = body(
      await this.post(path, await this.ring(index).again(), { statement: STATEMENT }),
      201,
    );
    return filed.appeal.appealId as string;
  }

  async answer(appealId: string, outcome: "upheld" | "rejected"): Promise<void> {
    const path = `/v1/operator/appeals/${appealId}/decision`;
    body(await this.post(path, this.desk.secondReviewer, { outcome, answer: ANSWER }));
  }

  async moneyBack(index: number) {
    const { decisionId } = await this.decisionOf(index);
    const path = `/v1/me/decisions/${decisionId}/refund`;
    return await this.post(path, await this.ring(index).again(), { understood: true });
  }

  /** The calls that the channel got about an order, in any order. */
  told(orderId: string): string[] {
    const ids = [...this.channel.calls].filter(([id]) => id.includes(orderId));
    for (const [, times] of ids) expect(times).toBe(1);
    return ids.map(([id]) => id.split(".").at(-1)!).sort();
  }

  /** Every audience of an order, and no contradiction between what can be reported and what is said. */
  async expectOneVoice(index: number, wanted: { code: string; ships: boolean }): Promise<void> {
    const one = this.ring(index);
    const said = await this.audiences(one.orderId);
    expect(said.standing.code).toBe(wanted.code);
    const session = await one.again();
    const { orders } = await this.get("/v1/me/orders", session);
    const own = orders.find(({ orderId }: { orderId: string }) => orderId === one.orderId);
    expect(own.status).toBe(wanted.code);
    expect(own.standing).toEqual(said.standing);
    const turn = await this.test.mine(session, this.world.slug);
    expect(turn.order.standing).toEqual(said.standing);
    const data = await this.get("/v1/me/data", session);
    expect(data.orders[0].standing).toEqual(said.standing);
    if (said.decisionId !== null) {
      const path = `/v1/operator/decisions/${said.decisionId}`;
      for (const whole of [path, `${path}/dossier`]) {
        expect(await this.get(whole, this.desk.auditor)).toMatchObject({
          standing: said.standing,
          helpDesk: said.helpDesk,
          channelStatus: said.channelStatus,
          courier: said.courier,
        });
      }
    }
    expect(said.courier.en.startsWith("Ship as usual")).toBe(wanted.ships);
    expect(/order stands and is sent/.test(said.helpDesk.en)).toBe(wanted.ships);
    const refused: string[] = [];
    for (const status of ORDER_STATUSES.filter((word) => !said.takes.includes(word))) {
      const content = { status, handoverReference: "JNE-1" };
      refused.push((await this.status(one.orderId, content)).body.code);
    }
    expect(refused.every((code) => code.startsWith("status_"))).toBe(true);
    expect(said.takes.includes("handed_over")).toBe(wanted.ships);
    if (said.channelStatus !== null) expect(said.takes).toContain(said.channelStatus);
  }
}

describeOnDatabase("how an order stands, with a channel that takes holds", () => {
  let at: Dispute;
  beforeAll(async () => {
    at = await Dispute.start({}, RING);
  });
  afterAll(() => at.channel.stop());

  it("in an open case it is not shipped, and every audience says so", async () => {
    await at.expectOneVoice(0, { code: "under_review", ships: false });
    const handed = { status: "handed_over", handoverReference: "JNE-1" };
    const reply = await at.status(at.ring(0).orderId, handed);
    expect(reply.body.code).toBe("status_contradicts_review");
  });

  it("a parcel that has left is not cancelled any more", async () => {
    // It was handed over before anybody looked at it.
    const left = at.ring(8);
    await made.handOver(at.test.database.sql, at.world, left.orderId);
    await at.cancelRing();
    const { standing } = await at.audiences(left.orderId);
    expect(standing.code).toBe("handed_over");
    expect(at.told(left.orderId)).toEqual([]);
  });

  it("a decision holds at the channel; nothing is cancelled there while the dispute is open", async () => {
    for (let index = 0; index < 8; index++) {
      expect(at.told(at.ring(index).orderId)).toEqual(["hold"]);
    }
    await at.expectOneVoice(0, { code: "by_decision", ships: false });
    const handed = { status: "handed_over", handoverReference: "JNE-1" };
    const reply = await at.status(at.ring(0).orderId, handed);
    expect(reply.body.code).toBe("status_contradicts_decision");
  });

  it("says how much goes back, where to, by when: in the notice and on the page", async () => {
    const decision = await at.decisionOf(0);
    expect(decision.standing.money).toMatchObject({
      kind: "kept",
      minorUnits: 100_000,
      paymentMethod: "va",
    });
    const [notice] = await at.test.messages("decision");
    expect(notice!.text).toMatch(/Uang Anda, Rp\s?1\.000, kami simpan/);
    expect(notice!.text).toMatch(/\(Virtual account\) paling lambat \d+ Februari 2021/);
    const [, link] = /\/d\/([0-9a-f]{48})/.exec(notice!.text)!;
    const page = await at.page(`/d/${link}?lang=en`);
    expect(page).toMatch(/Your money, .*(1,000|1\.000).*is kept while/s);
    expect(page).toContain('id="take-back"');
  });

  it("an upheld appeal ends the hold: the order stands again, and is shipped", async () => {
    await at.answer(await at.appeal(0), "upheld");
    await at.work();
    expect(at.told(at.ring(0).orderId)).toEqual(["hold", "release"]);
    await at.expectOneVoice(0, { code: "paid", ships: true });
    const said = await at.audiences(at.ring(0).orderId);
    expect(said.helpDesk.en).toMatch(/was wrong and no longer stands/);
    const handed = { status: "handed_over", handoverReference: "JNE-1" };
    expect((await at.status(at.ring(0).orderId, handed)).status).toBe(200);
    await at.test.server.caseWorker.run();
    const { standing } = await at.audiences(at.ring(0).orderId);
    expect(standing.code).toBe("handed_over");
  });

  it("a rejected one cancels at the channel, and the money is on its way", async () => {
    await at.answer(await at.appeal(1), "rejected");
    await at.work();
    expect(at.told(at.ring(1).orderId)).toEqual(["cancel", "hold"]);
    const { standing } = await at.audiences(at.ring(1).orderId);
    expect(standing.money.kind).toMatch(/due|back/);
    await at.expectOneVoice(1, { code: "final", ships: false });
  });

  it("the money goes back at once, once, and the right to an answer stays", async () => {
    const { decisionId } = await at.decisionOf(2);
    const path = `/v1/me/decisions/${decisionId}/refund`;
    const session = await at.ring(2).again();
    // Nothing happens without the second word, nor for anybody else.
    expect((await at.post(path, session, {})).body.code).toBe("invalid_request");
    const stranger = await at.ring(3).again();
    const other = await at.post(path, stranger, { understood: true });
    expect(other.body.code).toBe("decision_not_found");
    await at.expectOneVoice(2, { code: "by_decision", ships: false });

    const given = body(await at.moneyBack(2));
    expect(given).toMatchObject({
      unitHeld: false,
      mayAppeal: true,
      mayTakeMoneyBack: false,
      standing: { code: "let_go", letGoBy: "buyer", money: { kind: "due" } },
    });
    expect(body(await at.moneyBack(2)).standing).toEqual(given.standing);
    const letters = await at.test.messages("let_go");
    expect(letters).toHaveLength(1);
    expect(letters[0]!.text).toMatch(
      /Seperti yang Anda minta.*Rp\s?1\.000.*banding dapat diajukan/s,
    );
    await at.work();
    await at.work();
    const { sql } = at.test.database;
    const refunds = await sql`select 1 from refund_call where order_id = ${at.ring(2).orderId}`;
    expect(refunds).toHaveLength(1);
    expect(at.told(at.ring(2).orderId)).toEqual(["cancel", "hold"]);
    await at.expectOneVoice(2, { code: "let_go", ships: false });
    const { events } = await at.get(`${at.sale}/cases/1`, at.desk.auditor);
    expect(events.map(({ kind }: { kind: string }) => kind)).toContain("let_go_buyer");
    expect(await at.test.faults(at.world.slug)).toEqual([]);

    await at.answer(await at.appeal(2), "upheld");
    await at.work();
    await at.expectOneVoice(2, { code: "owed", ships: false });
    const handed = { status: "handed_over", handoverReference: "JNE-1" };
    const reply = await at.status(at.ring(2).orderId, handed);
    expect(reply.body.code).toBe("status_contradicts_decision");
    expect(await at.test.faults(at.world.slug)).toEqual([]);
  });

  it("asked eight times at once, and answered in the same instant, it is still one of the two", async () => {
    const appealId = await at.appeal(4);
    const asking = Array.from({ length: 8 }, () => at.moneyBack(4));
    const [replies] = await Promise.all([Promise.all(asking), at.answer(appealId, "upheld")]);
    await at.work();
    const given = replies.some(({ status }) => status === 200);
    const code = given ? "owed" : "paid";
    await at.expectOneVoice(4, { code, ships: !given });
    const { sql } = at.test.database;
    const refunds = await sql`select 1 from refund_call where order_id = ${at.ring(4).orderId}`;
    expect(refunds).toHaveLength(given ? 1 : 0);
    expect(at.told(at.ring(4).orderId)).toEqual([
      given ? "cancel" : "hold",
      given ? "hold" : "release",
    ]);
    expect(await at.test.faults(at.world.slug)).toEqual([]);
  });

  it("a channel that has cancelled by its own word cannot have the order again", async () => {
    body(await at.status(at.ring(3).orderId, { status: "cancelled_by_seller" }));
    await at.answer(await at.appeal(3), "upheld");
    await at.work();
    await at.expectOneVoice(3, { code: "owed", ships: false });
  });

  it("a waived debt is not said to be owed any more", async () => {
    const session = await at.ring(3).again();
    const { entitlements } = await at.get("/v1/me/entitlements", session);
    const { entitlementId } = entitlements[0];
    body(await at.post(`/v1/me/entitlements/${entitlementId}/waiver`, session));
    await at.expectOneVoice(3, { code: "right_ended", ships: false });
  });

  it("money that is not kept cannot be had back", async () => {
    expect((await at.moneyBack(1)).body.code).toBe("money_not_kept");
    expect((await at.moneyBack(0)).body.code).toBe("money_not_kept");
  });

  it("a second payment during the dispute is told apart from the money that is kept", async () => {
    const order = { orderId: at.ring(6).orderId, priceMinorUnits: 100_000, currency: "IDR" };
    const second = await at.test.pay(order, "paid", "again", { paymentId: "second" });
    expect(second.body.outcome).toBe("refund_due");
    const decision = await at.decisionOf(6);
    expect(decision.mayTakeMoneyBack).toBe(true);
    expect(decision.standing).toMatchObject({
      money: { kind: "kept", minorUnits: 100_000 },
      surplus: { kind: "beside", minorUnits: 100_000 },
    });
    const { helpDesk } = await at.audiences(order.orderId);
    expect(helpDesk.en).toMatch(/is kept while .* A payment was not used/s);
    await at.expectOneVoice(6, { code: "by_decision", ships: false });
  });

  it("the system says publicly what was done, after the notices, and again when it has changed", async () => {
    const statements = async () =>
      (await at.get(`/v1/sales/${at.world.slug}/statements`)).statements;
    const page = () => at.page(`/s/${at.world.slug}?lang=en`);
    expect(await statements()).toEqual([]);
    expect(await page()).not.toContain('id="statements"');
    await made.deliverNotices(at.test.database.sql);
    await at.work();
    const [first] = await statements();
    expect(first).toMatchObject({
      edition: 1,
      correction: null,
      document: { cancelled: 8, kept: 3, wrong: 4, final: 1 },
    });
    await at.work();
    expect(await statements()).toHaveLength(1);
    at.test.clock.ms += 2_000;
    expect(await page()).toMatch(/8 orders of 8 accounts were cancelled/);
    // An answer a minute later waits for the next day's edition.
    await at.answer(await at.appeal(5), "rejected");
    await at.work();
    expect(await statements()).toHaveLength(1);
    at.test.clock.ms += 25 * HOUR_MS;
    await at.work();
    expect((await statements())[0]).toMatchObject({ edition: 2, document: { final: 2, kept: 2 } });
    const announcement = `/v1/operator/batches/${first.batchId}/announcement`;
    expect((await at.post(announcement, at.desk.operator)).body.code).toBe("announced_already");
    const correction = "The first edition counted one appeal twice.";
    body(await at.post(announcement, at.desk.operator, { correction }));
    expect((await statements())[0]).toMatchObject({ edition: 3, correction });
    expect(await page()).toContain("Earlier editions");
  });

  it("without an appeal the cancellation goes out when the time to appeal is over", async () => {
    at.test.clock.ms += 200 * HOUR_MS;
    await at.work();
    for (const index of [6, 7]) {
      expect(at.told(at.ring(index).orderId)).toEqual(["cancel", "hold"]);
      await at.expectOneVoice(index, { code: "final", ships: false });
    }
    const { statements } = await at.get(`/v1/sales/${at.world.slug}/statements`);
    expect(statements[0].document).toMatchObject({ kept: 0, letGo: 0 });
    expect(await at.test.faults(at.world.slug)).toEqual([]);
  });
});

describeOnDatabase("a channel with a deadline of its own, and without holds", () => {
  let at: Dispute;
  const toHoursBefore = (hours: number, placedAtMs: number) => {
    at.test.clock.ms = placedAtMs + (48 - hours) * HOUR_MS;
  };
  const lastPlaced = async () => {
    const [row] = await at.test.database.sql`
      select max(placed_at) as last, min(placed_at) as first from purchase_order p
      join decision d using (sale_no, order_id)`;
    return row as { first: Date; last: Date };
  };
  afterAll(() => at.channel.stop());

  it("is sent nothing at the decision; who does not appeal is kept for until six hours before", async () => {
    at = await Dispute.start({ hold: false, shipByHours: 48 }, RING);
    const { byDeadline } = await at.cancelRing();
    const shop = { letStand: 0, atDeadline: RING, wholeTime: 0, appealStillOpen: "release" };
    expect(byDeadline).toEqual({ shop: { shipByHours: 48, ...shop } });
    expect([...at.channel.calls]).toEqual([]);
    const { standing, record } = await at.decisionOf(0);
    expect(standing).toMatchObject({ code: "by_decision", appealAtDeadline: "release" });
    expect(record.channel_deadline).toMatchObject({ appeal_still_open: "release" });
    const notices = await at.test.messages("decision");
    expect(notices[0]!.text).toMatch(/Shop membatalkan sendiri pesanan yang belum dikirim/);
    expect(notices[0]!.text).toMatch(/dua jam sebelum batas itu, pesanan Anda dikirim/);
    await at.appeal(0);
    await at.work();
    expect([...at.channel.calls]).toEqual([]);
    const placed = await lastPlaced();
    toHoursBefore(6.5, placed.first.getTime());
    await at.work();
    await at.expectOneVoice(1, { code: "by_decision", ships: false });
    toHoursBefore(6, placed.last.getTime());
    await at.work();
    await at.expectOneVoice(1, { code: "let_go", ships: false });
    expect((await at.decisionOf(1)).standing).toMatchObject({
      letGoBy: "ship_by",
      money: { kind: expect.stringMatching(/due|back/) },
    });
    expect(at.told(at.ring(1).orderId)).toEqual(["cancel"]);
    const letters = await at.test.messages("let_go");
    expect(letters).toHaveLength(RING - 1);
    expect(letters[0]!.text).toMatch(/Batas kirim kanal sudah dekat/);
    // The right to an answer stays, and then a unit is owed.
    await at.answer(await at.appeal(1), "upheld");
    await at.expectOneVoice(1, { code: "owed", ships: false });
    expect(await at.test.faults(at.world.slug)).toEqual([]);
  });

  it("an appeal that is open two hours before lets the order go, where the policy does not say otherwise", async () => {
    const placed = await lastPlaced();
    toHoursBefore(2.5, placed.first.getTime());
    await at.work();
    await at.expectOneVoice(0, { code: "by_decision", ships: false });
    toHoursBefore(2, placed.last.getTime());
    await at.work();
    await at.expectOneVoice(0, { code: "paid", ships: true });
    expect((await at.decisionOf(0)).appeal).toMatchObject({ state: "upheld", byDefault: true });
    expect(at.told(at.ring(0).orderId)).toEqual([]);
    const [letter] = await at.test.messages("appeal_answer");
    expect(letter!.text).toMatch(/pesanan Anda dikirim/);
    await at.channel.stop();
  });

  it("or cancels it there and owes a unit: the debt stands before the channel is told", async () => {
    at = await Dispute.start({ hold: false, shipByHours: 48 }, RING);
    await at.setPolicy("cancel_and_owe");
    const { byDeadline } = await at.cancelRing();
    expect(byDeadline.shop).toMatchObject({ atDeadline: RING, appealStillOpen: "cancel_and_owe" });
    expect((await at.decisionOf(0)).standing.appealAtDeadline).toBe("cancel_and_owe");
    const said = await at.audiences(at.ring(0).orderId);
    expect(said.helpDesk.en).toMatch(/cancelled at the channel and a unit is owed/);
    await at.appeal(0);
    const placed = await lastPlaced();
    toHoursBefore(2, placed.last.getTime());
    await at.test.server.caseWorker.run();
    const debts = await at.test.database.sql`
      select 1 from entitlement e join decision d using (decision_id)
      where d.order_id = ${at.ring(0).orderId}`;
    expect(debts).toHaveLength(1);
    expect(at.told(at.ring(0).orderId)).toEqual([]);
    await at.work();
    expect(at.told(at.ring(0).orderId)).toEqual(["cancel"]);
    await at.expectOneVoice(0, { code: "owed", ships: false });
    expect(await at.test.faults(at.world.slug)).toEqual([]);
  });

  it("in the last half day orders stand: those of a batch, and those that nobody has decided", async () => {
    await at.channel.stop();
    at = await Dispute.start({ hold: false, shipByHours: 13 }, 5, 5);
    await at.expectOneVoice(0, { code: "under_review", ships: false });
    at.test.clock.ms += HOUR_MS;
    const { byDeadline, orders: count } = await at.cancelRing();
    expect(byDeadline.shop).toMatchObject({ letStand: count, atDeadline: 0, wholeTime: 0 });
    for (const index of [0, 5]) await at.expectOneVoice(index, { code: "paid", ships: true });
    const { events, orders, state } = await at.get(`${at.sale}/cases/2`, at.desk.auditor);
    expect(state).toBe("open");
    for (const one of orders) expect(one).toMatchObject({ letStand: true, verdict: null });
    expect(events.filter(({ kind }: { kind: string }) => kind === "let_stand")).toHaveLength(1);
    const all = await at.post(`${at.sale}/batches`, at.desk.operator, { select: "all" });
    expect(all.body.code).toBe("batch_empty");
  });
});
