import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { readPaymentReference } from "../../../src/connectors/payments/port.ts";
import { inTransaction, type Transaction } from "../../../src/db/connect.ts";
import { lockPayments } from "../../../src/sale/payment/io/paymentStore.ts";
import { noteRefunds } from "../../../src/sale/payment/io/refundStore.ts";
import {
  disputeOrder,
  endDispute,
  lockAnyOrder,
  receivePayments,
  restoreOrder,
  wasRefunded,
  type StoredOrder,
} from "../../../src/sale/io/orderStore.ts";
import { body, openDesk, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import {
  ask as askOf,
  NotingService,
  numbers,
  ordered as orderedOf,
  type Buyer,
} from "./paymentService.ts";
import { TestServer } from "../../helpers/server.ts";

let test: TestServer;
let desk: Desk;

const ordered = (count: number) => orderedOf(test, count);
const first = async () => (await ordered(1))[0]!;
const ask = (buyer: Buyer, service?: NotingService) => askOf(test, buyer, service);

const saleNoOf = ({ order }: Buyer) =>
  readPaymentReference(/\/pay\/(.+)$/.exec(order.payUrl)![1]!)!.saleNo;

const misfitsOf = async (paymentId: string) => {
  const { misfits } = body(await test.get("/v1/operator/payments/misfits", desk.auditor));
  return misfits.filter((one: { paymentId: string }) => one.paymentId === paymentId);
};

describeOnDatabase("reports of payments", () => {
  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
  });

  it("a refund reported before its payment ends like one reported after it", async () => {
    const [late, inOrder] = (await ordered(2)) as [Buyer, Buyer];
    const [a, b] = [numbers(), numbers()];
    expect(await late.report({ ...a, kind: "refunded" })).toBe("applied");
    expect(await late.own()).toMatchObject({ state: "awaiting_payment", refundDue: false });
    expect(await late.report(a)).toBe("applied");
    expect(await inOrder.report(b)).toBe("applied");
    expect(await inOrder.report({ ...b, kind: "refunded" })).toBe("applied");
    for (const buyer of [late, inOrder]) {
      expect(await buyer.own()).toMatchObject({
        state: "cancelled",
        cancelReason: "refunded",
        refundDue: false,
      });
      expect(await ask(buyer)).toEqual([]);
    }
    const [stock] = await test.database.sql`
      select sum(returned)::int as returned, sum(sold)::int as sold, sum(ordered)::int as ordered
      from stock join sale using (sale_no) where slug = ${late.slug}`;
    expect(stock).toEqual({ returned: 2, sold: 0, ordered: 0 });
    expect(await test.faults(late.slug)).toEqual([]);
  });

  it("of two payments the second goes back, and only the second", async () => {
    const buyer = await first();
    const [va, qris] = [numbers(), numbers()];
    expect(await buyer.report({ ...va, instrument: "va-1" })).toBe("applied");
    expect(await buyer.report({ ...qris, instrument: "qris-2" })).toBe("refund_due");
    expect(await buyer.own()).toMatchObject({ state: "paid", refundDue: true });
    const [facts] = await test.database.sql`
      select instrument_key from order_facts where order_id = ${buyer.orderId}`;
    expect(facts!.instrumentKey).toBe(test.keyring.identityKey("instrument", "sandbox va-1"));
    // The same money under another message: nothing new.
    expect(await buyer.report(qris)).toBe("ignored");
    const due = [{ ...qris, amountMinorUnits: 100_000, currency: "IDR" }];
    expect(await ask(buyer)).toEqual(due);
    expect(await buyer.report({ ...qris, kind: "refunded", refundId: "r-1" })).toBe("applied");
    expect(await buyer.report({ ...qris, kind: "refunded", refundId: "r-1" })).toBe("ignored");
    expect(await buyer.own()).toMatchObject({ state: "paid", refundDue: false });
    // A settlement repeated after the refund is no third payment.
    expect(await buyer.report(qris)).toBe("ignored");
    expect(await buyer.report(va)).toBe("ignored");
    test.clock.ms += 10_000_000;
    expect(await ask(buyer)).toEqual([]);
    expect(await test.faults(buyer.slug)).toEqual([]);
  });

  it("one of two payments refunded by hand leaves the order paid by the other", async () => {
    const buyer = await first();
    const [va, qris] = [numbers(), numbers()];
    await buyer.report(va);
    await buyer.report(qris);
    expect(await buyer.report({ ...va, kind: "refunded" })).toBe("applied");
    expect(await buyer.own()).toMatchObject({ state: "paid", refundDue: false });
    expect(await ask(buyer)).toEqual([]);
    expect(await buyer.report({ ...qris, kind: "refunded" })).toBe("applied");
    expect(await buyer.own()).toMatchObject({ state: "cancelled", refundDue: false });
    expect(await test.faults(buyer.slug)).toEqual([]);
  });

  it("money that the service was asked to pay back cannot be kept any more", async () => {
    const buyer = await first();
    const [va, qris] = [numbers(), numbers()];
    await buyer.report(va);
    await buyer.report(qris);
    expect(await ask(buyer)).toHaveLength(1);
    await buyer.report({ ...va, kind: "refunded" });
    expect(await buyer.own()).toMatchObject({ state: "cancelled", refundDue: true });
    await buyer.report({ ...qris, kind: "refunded" });
    expect(await buyer.own()).toMatchObject({ state: "cancelled", refundDue: false });
    expect(await test.faults(buyer.slug)).toEqual([]);
  });

  it("partial refunds leave the order paid; of the rest only what is left is asked back", async () => {
    const buyer = await first();
    const va = numbers();
    await buyer.report(va);
    const part = { ...va, kind: "refunded", amountMinorUnits: 40_000, refundId: "goodwill" };
    expect(await buyer.report(part)).toBe("applied");
    expect(await buyer.report(part)).toBe("ignored");
    expect(await buyer.own()).toMatchObject({ state: "paid", refundDue: false });
    const rest = { ...va, kind: "refunded", amountMinorUnits: 60_000, refundId: "the rest" };
    expect(await buyer.report(rest)).toBe("applied");
    expect(await buyer.own()).toMatchObject({ state: "cancelled", refundDue: false });
    expect(await ask(buyer)).toEqual([]);

    const late = await first();
    const paid = numbers();
    test.clock.ms += 200_000;
    await test.tick();
    expect(await late.report(paid)).toBe("refund_due");
    expect(await late.report({ ...part, ...paid })).toBe("applied");
    expect(await ask(late)).toEqual([{ ...paid, amountMinorUnits: 60_000, currency: "IDR" }]);
    expect(await test.faults(late.slug)).toEqual([]);
  });

  it("other amounts and currencies pay for nothing or leave a rest, and are listed", async () => {
    const buyer = await first();
    const [little, dollars, much] = [numbers(), numbers(), numbers()];
    expect(await buyer.report({ ...little, amountMinorUnits: 99_999 })).toBe("refund_due");
    expect(await buyer.report({ ...dollars, currency: "USD" })).toBe("refund_due");
    expect(await buyer.own()).toMatchObject({ state: "awaiting_payment", refundDue: true });
    expect(await buyer.report({ ...much, amountMinorUnits: 130_000 })).toBe("applied");
    expect(await buyer.own()).toMatchObject({ state: "paid", refundDue: true });
    expect(await ask(buyer)).toEqual(
      expect.arrayContaining([
        { ...little, amountMinorUnits: 99_999, currency: "IDR" },
        { ...dollars, amountMinorUnits: 100_000, currency: "USD" },
        { ...much, amountMinorUnits: 30_000, currency: "IDR" },
      ]),
    );
    const shown = async ({ paymentId }: { paymentId: string }) =>
      (await misfitsOf(paymentId)).map((one: any) => [one.why, one.orderId, one.money]);
    expect(await shown(little)).toEqual([["other_amount", buyer.orderId, "goes_back"]]);
    expect(await shown(dollars)).toEqual([["other_currency", buyer.orderId, "goes_back"]]);
    expect(await shown(much)).toEqual([["other_amount", buyer.orderId, "kept"]]);
    await buyer.report({ ...little, kind: "refunded", amountMinorUnits: 99_999 });
    expect(await shown(little)).toEqual([["other_amount", buyer.orderId, "went_back"]]);
    expect(await test.faults(buyer.slug)).toEqual([]);
  });

  it("what fits no order is listed until a person has dealt with it", async () => {
    const [buyer, other] = (await ordered(2)) as [Buyer, Buyer];
    const [strange, missing, taken] = [numbers(), numbers(), numbers()];
    expect(await buyer.report({ ...strange, reference: "INV-2026-11" })).toBe("unmatched");
    const unknown = `1.${randomUUID()}`;
    expect(await buyer.report({ ...missing, reference: unknown })).toBe("unmatched");
    expect(await buyer.report({ ...missing, reference: unknown, kind: "pending" })).toBe("ignored");
    expect(await buyer.report(taken)).toBe("applied");
    expect(await other.report(taken)).toBe("unmatched");
    expect(await other.own()).toMatchObject({ state: "awaiting_payment", refundDue: false });
    const shown = async ({ paymentId }: { paymentId: string }) =>
      (await misfitsOf(paymentId)).map((one: any) => [one.why, one.orderId, one.money]);
    expect(await shown(strange)).toEqual([["no_order", null, "nobodys"]]);
    expect(await shown(missing)).toEqual([["no_order", null, "nobodys"]]);
    expect(await shown(taken)).toEqual([["other_payment", other.orderId, "unknown"]]);
    // Nobody's money is not sent back by itself: it may belong to another shop.
    expect(await ask(buyer)).toEqual([]);

    const [misfit] = await misfitsOf(strange.paymentId);
    const path = `/v1/operator/payments/misfits/${misfit.misfitNo}/close`;
    expect((await test.post(path, desk.auditor)).status).toBe(403);
    body(await test.post(path, desk.operator));
    expect((await misfitsOf(strange.paymentId))[0].settledBy).not.toBeNull();
    const nowhere = path.replace(String(misfit.misfitNo), "999999999");
    expect((await test.post(nowhere, desk.operator)).body.code).toBe("misfit_not_found");
    // Paid back in the service's own console, it says so; named with its order after all, it counts.
    await buyer.report({ ...strange, reference: "INV-2026-11", kind: "refunded" });
    expect((await misfitsOf(strange.paymentId))[0].money).toBe("went_back");
    expect(await other.report(missing)).toBe("applied");
    expect((await misfitsOf(missing.paymentId))[0].money).toBe("kept");
    expect(await test.faults(buyer.slug)).toEqual([]);
  });

  it("a message's number says nothing about another payment", async () => {
    const [one, other] = (await ordered(2)) as [Buyer, Buyer];
    const pay = async (buyer: Buyer) =>
      (await test.pay(buyer.order, "paid", "one number", numbers())).body.outcome;
    expect(await pay(one)).toBe("applied");
    expect(await pay(other)).toBe("applied");
    expect(await pay(one)).toBe("refund_due");
  });

  it("needs the payment's number", async () => {
    const buyer = await first();
    expect(await buyer.report({ paymentId: undefined })).toBe("invalid_request");
    expect(await buyer.report({ paymentId: "" })).toBe("invalid_request");
  });

  it("twenty payments of one order at once: one is kept, nineteen go back once each", async () => {
    const buyer = await first();
    const payments = Array.from({ length: 20 }, numbers);
    const outcomes = await Promise.all(
      [...payments, ...payments].map((payment) => buyer.report(payment)),
    );
    const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
    expect([count("applied"), count("refund_due"), count("ignored")]).toEqual([1, 19, 20]);
    const service = new NotingService();
    await Promise.all([ask(buyer, service), ask(buyer, service)]);
    const asked = service.asked.filter(({ reference }) => reference.endsWith(buyer.orderId));
    expect(new Set(asked.map(({ paymentId }) => paymentId)).size).toBe(19);
    expect(asked).toHaveLength(19);
    expect(new Set(asked.map(({ refundId }) => refundId)).size).toBe(19);
    expect(await test.faults(buyer.slug)).toEqual([]);
  });

  it("one payment's number for many orders at once pays for one of them", async () => {
    const buyers = await ordered(6);
    const payment = numbers();
    const outcomes = await Promise.all(buyers.map((buyer) => buyer.report(payment)));
    expect(outcomes.toSorted()).toEqual(["applied", ...Array(5).fill("unmatched")]);
    const states = await Promise.all(buyers.map(async (buyer) => (await buyer.own()).state));
    expect(states.filter((state) => state === "paid")).toHaveLength(1);
    expect(await test.faults(buyers[0]!.slug)).toEqual([]);
  });

  it("one payment's number on two servers at once pays for one order", async () => {
    const [one, other] = (await ordered(2)) as [Buyer, Buyer];
    const { sql } = test.database;
    const paymentId = randomUUID();
    const receive = (tx: Transaction, buyer: Buyer) => {
      const [saleNo, { orderId }] = [saleNoOf(buyer), buyer];
      const about = { provider: "sandbox", paymentId, kind: "paid", currency: "IDR" } as const;
      const numbered = { eventId: randomUUID(), refundId: "", order: { saleNo, orderId } };
      const report = { ...about, ...numbered, amountMinorUnits: 100_000, instrumentKey: null };
      return receivePayments(tx, [report], test.clock.nowMs());
    };
    const waits = async () =>
      (
        await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'
        and query like '%insert into payment (%'`
      ).length > 0;
    let second: Promise<unknown> = Promise.resolve();
    const firstOutcome = await inTransaction(sql, async (tx) => {
      const outcome = await receive(tx, one);
      second = inTransaction(sql, (own) => receive(own, other));
      for (let tries = 0; tries < 200 && !(await waits()); tries++) await sleep(5);
      return outcome;
    });
    expect([firstOutcome, await second]).toEqual([["applied"], ["unmatched"]]);
    expect(await test.faults(one.slug)).toEqual([]);
  });

  it("is not asked back while a report about its order is being decided", async () => {
    const buyer = await first();
    const [va, qris] = [numbers(), numbers()];
    await buyer.report(va);
    await buyer.report(qris);
    const { sql } = test.database;
    await noteRefunds(sql, test.clock.nowMs());
    await inTransaction(sql, async (tx) => {
      await lockPayments(tx, [], [{ saleNo: saleNoOf(buyer), orderId: buyer.orderId }]);
      expect(await ask(buyer)).toEqual([]);
    });
    expect(await ask(buyer)).toHaveLength(1);
  });

  it("a refund that was refused is asked again for what is still left", async () => {
    const buyer = await first();
    const paid = numbers();
    test.clock.ms += 200_000;
    await test.tick();
    await buyer.report(paid);
    const service = new NotingService();
    service.mode = "refused";
    expect(await ask(buyer, service)).toHaveLength(1);
    await buyer.report({
      ...paid,
      kind: "refunded",
      amountMinorUnits: 30_000,
      refundId: "by hand",
    });
    const again = { sale: buyer.slug, orderId: buyer.orderId };
    body(await test.post("/v1/operator/webhooks/resend", desk.operator, again));
    expect(await ask(buyer)).toEqual([{ ...paid, amountMinorUnits: 70_000, currency: "IDR" }]);
    await buyer.report({ ...paid, kind: "refunded", amountMinorUnits: 70_000 });
    await ask(buyer);
    const calls = await test.database.sql`
      select state, amount_minor_units from refund_call where order_id = ${buyer.orderId}`;
    expect([...calls]).toEqual([{ state: "done", amountMinorUnits: 70_000 }]);
  });

  it("a dispute keeps the money of its order, and lets all other money go", async () => {
    const buyers = (await ordered(3)) as [Buyer, Buyer, Buyer];
    const payments = buyers.map(() => [numbers(), numbers()] as const);
    const change = async (
      buyer: Buyer,
      work: (tx: Transaction, order: StoredOrder) => Promise<unknown>,
    ) =>
      await inTransaction(test.database.sql, async (tx) => {
        const order = await lockAnyOrder(tx, saleNoOf(buyer), buyer.orderId);
        return await work(tx, order!);
      });
    const nowMs = test.clock.nowMs();
    for (const [at, buyer] of buyers.entries()) {
      await buyer.report(payments[at]![0]);
      await change(buyer, (tx, order) => disputeOrder(tx, order, nowMs));
      expect(await buyer.report(payments[at]![1])).toBe("refund_due");
      expect(await buyer.own()).toMatchObject({ state: "cancelled", refundDue: true });
    }
    const [right, wrong, gone] = buyers;
    const returned = (at: number, no: 0 | 1) => ({ ...payments[at]![no], kind: "refunded" });
    const refunded = (buyer: Buyer) => change(buyer, (tx, order) => wasRefunded(tx, order, "paid"));
    // The second payment went back: the order has its own money still, and is restored.
    await right.report(returned(0, 1));
    expect(await refunded(right)).toBe(false);
    await change(right, (tx, order) => restoreOrder(tx, order, "paid", nowMs));
    expect(await right.own()).toMatchObject({ state: "paid", refundDue: false });
    // The decision stands: both go back.
    await change(wrong, (tx, order) => endDispute(tx, order, "paid", nowMs));
    expect(await wrong.own()).toMatchObject({ state: "cancelled", refundDue: true });
    expect(await ask(wrong)).toHaveLength(2);
    // All of it went back meanwhile: there is nothing to restore the order with.
    for (const no of [0, 1] as const) await gone.report(returned(2, no));
    expect(await refunded(gone)).toBe(true);
    await change(gone, (tx, order) => endDispute(tx, order, "paid", nowMs));
    expect(await gone.own()).toMatchObject({ state: "cancelled", refundDue: false });
    expect(await ask(gone)).toEqual([]);
    // Only the money is disputed here: there are no decisions.
    const faults = await test.faults(right.slug);
    expect(faults.filter((fault) => !fault.startsWith("decisions: "))).toEqual([]);
  });

  it("a buyer whose money is due back is not forgotten before it went", async () => {
    const buyer = await first();
    const [va, qris] = [numbers(), numbers()];
    test.clock.ms += 200_000;
    await test.tick();
    await buyer.report(va);
    await buyer.report(qris);
    const { payments } = body(await test.get("/v1/me/data", buyer.session));
    expect(payments.map((one: any) => one.paymentId).toSorted()).toEqual(
      [va.paymentId, qris.paymentId].toSorted(),
    );
    const erased = body(await test.post("/v1/me/erasure", buyer.session), 202);
    expect(erased.erasedNow).toBe(false);
  });
});
