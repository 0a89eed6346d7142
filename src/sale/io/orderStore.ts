/*
 * All SQL about orders and payments. States of an order: see src/sale/order.ts. An order, its unit,
 * the person's count and the quota always change in one transaction.
 */

import { must } from "../../base/assert.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import type { PaymentMethod } from "../definition.ts";
import {
  firstState,
  type CancelReason,
  type Order,
  type OrderChange,
  type OrderState,
} from "../order.ts";
import {
  decideForeign,
  decidePayment,
  decideWithoutOrder,
  dueBack,
  isSamePayment,
  type PaymentDecision,
  type PaymentOutcome,
} from "../payment/payment.ts";
import {
  hasKeptPayment,
  insertReports,
  knownOutcomes,
  lockPayments,
  releasePayments,
  writePayments,
  type OrderKey,
  type PaymentToWrite,
  type ReceivedReport,
  type StoredPayment,
} from "../payment/io/paymentStore.ts";
import { byQuota, releaseCodQuota, releasePersonUnits, type StoredOffer } from "./offerStore.ts";
import { FACTS_KEPT_AT_MOST_MS } from "./factsStore.ts";
import { moveUnits, moveUnitsLast } from "./stockStore.ts";

export interface StoredOrder extends Order {
  readonly orderId: string;
  readonly offerId: string;
  readonly saleNo: number;
  readonly roundNo: number;
  readonly entryId: string;
  readonly accountKey: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly cancelReason: CancelReason | null;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly refundDue: boolean;
  /** A decision took the order back; its unit waits for the end of the dispute. */
  readonly unitHeld: boolean;
  readonly placedAtMs: number;
}

interface OrderRow extends Omit<StoredOrder, "placedAtMs" | "dueAtMs"> {
  readonly placedAt: Date;
  readonly dueAt: Date;
}

function asOrder({ placedAt, dueAt, ...order }: OrderRow): StoredOrder {
  return { ...order, placedAtMs: placedAt.getTime(), dueAtMs: dueAt.getTime() };
}

const columns = (sql: Query) => sql`
  p.order_id, p.offer_id, p.sale_no, p.round_no, p.entry_id, p.account_key, p.channel_no, p.variant_no,
  p.state, p.cancel_reason, p.payment_method, p.price_minor_units, p.currency, p.refund_due, p.unit_held,
  p.placed_at, p.due_at`;

export interface NewOrder {
  readonly offer: StoredOffer;
  readonly orderId: string;
  readonly paymentMethod: PaymentMethod;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly nowMs: number;
  readonly dueAtMs: number;
  readonly factsCipher: Buffer;
}

/** A new order as parameters of the statement, by the names of its columns. */
function rowOf({ offer, ...order }: NewOrder) {
  return {
    sale_no: offer.saleNo,
    order_id: order.orderId,
    offer_id: offer.offerId,
    round_no: offer.roundNo,
    entry_id: offer.entryId,
    account_key: offer.accountKey,
    channel_no: offer.channelNo,
    variant_no: offer.variantNo,
    state: firstState(order.paymentMethod),
    payment_method: order.paymentMethod,
    price_minor_units: order.priceMinorUnits,
    currency: order.currency,
    placed_at: new Date(order.nowMs),
    due_at: new Date(order.dueAtMs),
    facts: order.factsCipher.toString("hex"),
    facts_expire_at: new Date(order.nowMs + FACTS_KEPT_AT_MOST_MS),
  };
}

/**
 * Accepts offers: ends them, inserts their orders and moves their units. Results keep the order of
 * the input.
 */
export async function insertOrders(
  tx: Transaction,
  orders: readonly NewOrder[],
): Promise<StoredOrder[]> {
  const rows = await tx<OrderRow[]>`
    with came as materialized (
      select * from json_to_recordset(${tx.json(orders.map(rowOf))}) as came (sale_no int,
        order_id uuid, offer_id uuid, round_no smallint, entry_id uuid, account_key uuid,
        channel_no smallint, variant_no smallint, state text, payment_method text,
        price_minor_units bigint, currency text, placed_at timestamptz, due_at timestamptz,
        facts text, facts_expire_at timestamptz)),
    taken as (
      update offer o set state = 'ordered', ended_at = came.placed_at from came
      where o.sale_no = came.sale_no and o.offer_id = came.offer_id),
    facts as (
      insert into order_facts (sale_no, order_id, facts_cipher, collected_at, expires_at)
      select sale_no, order_id, decode(facts, 'hex'), placed_at, facts_expire_at from came)
    insert into purchase_order as p (sale_no, order_id, offer_id, round_no, entry_id, account_key,
      channel_no, variant_no, state, payment_method, price_minor_units, currency, placed_at, due_at)
    select sale_no, order_id, offer_id, round_no, entry_id, account_key, channel_no, variant_no,
      state, payment_method, price_minor_units, currency, placed_at, due_at
    from came returning ${columns(tx)}`.plannedAnew();
  const placed = new Map(rows.map((row) => [row.orderId, asOrder(row)]));
  const moves = orders.map(({ offer }) => ({ ...offer, reason: "order_placed" as const }));
  moveUnitsLast(tx, moves, Math.max(...orders.map((order) => order.nowMs)));
  return orders.map(({ orderId }) => must(placed.get(orderId), "inserted just now"));
}

/** A buyer's own order, locked; null if missing or somebody else's. */
export async function lockOrder(
  tx: Transaction,
  saleNo: number,
  orderId: string,
  accountKey: string,
): Promise<StoredOrder | null> {
  const [row] = await tx<OrderRow[]>`
    select ${columns(tx)} from purchase_order p
    where sale_no = ${saleNo} and order_id = ${orderId} and account_key = ${accountKey} for update`;
  return row ? asOrder(row) : null;
}

export async function findOrderOfOffer(
  sql: Query,
  saleNo: number,
  offerId: string,
): Promise<StoredOrder | null> {
  const [row] = await sql<OrderRow[]>`
    select ${columns(sql)} from purchase_order p
    where sale_no = ${saleNo} and offer_id = ${offerId}`;
  return row ? asOrder(row) : null;
}

/** Changes the payment method: releases what the old one reserved; the deadline stays. */
export async function writePaymentMethod(
  tx: Transaction,
  order: StoredOrder,
  method: PaymentMethod,
): Promise<StoredOrder> {
  const state = firstState(method);
  await tx`
    update purchase_order set payment_method = ${method}, state = ${state}
    where sale_no = ${order.saleNo} and order_id = ${order.orderId}`;
  if (order.paymentMethod === "cod") {
    await releaseCodQuota(tx, order.saleNo, order.roundNo, order.channelNo);
  }
  return { ...order, paymentMethod: method, state };
}

/** An order with the change that a rule decided. */
export interface DecidedOrder {
  readonly order: StoredOrder;
  readonly change: OrderChange;
}

/** Writes decided changes of orders: states, stock, persons' counts, quota. */
export async function writeChanges(
  tx: Transaction,
  decided: readonly DecidedOrder[],
  nowMs: number,
): Promise<StoredOrder[]> {
  const changed = decided.map(({ order, change }) => ({
    ...order,
    state: change.state,
    cancelReason: change.cancelReason ?? order.cancelReason,
    refundDue: change.refundDue ?? order.refundDue,
  }));
  await tx`
    update purchase_order o set state = c.state, cancel_reason = c.cancel_reason,
      refund_due = c.refund_due,
      settled_at = case when o.state = c.state then o.settled_at else ${new Date(nowMs)} end
    from unnest(${changed.map((order) => order.saleNo)}::int[],
      ${changed.map((order) => order.orderId)}::uuid[], ${changed.map((order) => order.state)}::text[],
      ${changed.map((order) => order.cancelReason)}::text[],
      ${changed.map((order) => order.refundDue)}::boolean[])
      as c (sale_no, order_id, state, cancel_reason, refund_due)
    where o.sale_no = c.sale_no and o.order_id = c.order_id`.plannedAnew();
  // In lock order: quota, stock, person.
  await releaseQuotas(tx, decided);
  const moves = decided.flatMap(({ order, change }) =>
    change.movement ? [{ ...order, reason: change.movement }] : [],
  );
  const freed = decided
    .filter(({ order, change }) => change.state === "cancelled" && order.state !== "cancelled")
    .map(({ order }) => order);
  if (moves.length + freed.length > 0) {
    moveUnitsLast(tx, moves, nowMs, async () => {
      for (const { saleNo, offerId } of freed) await releasePersonUnits(tx, saleNo, [offerId]);
    });
  }
  return changed;
}

/** Releases cash-on-delivery quotas of orders that are cancelled or paid another way. */
async function releaseQuotas(tx: Transaction, decided: readonly DecidedOrder[]): Promise<void> {
  const leaving = decided.filter(
    ({ order, change }) =>
      order.state === "awaiting_confirmation" &&
      (change.state === "cancelled" || change.state === "paid"),
  );
  const orders = leaving.map(({ order }) => order).sort(byQuota);
  for (const { saleNo, roundNo, channelNo } of orders) {
    await releaseCodQuota(tx, saleNo, roundNo, channelNo);
  }
}

/** An order, locked, whoever owns it: for a decision about it. */
export async function lockAnyOrder(
  tx: Transaction,
  saleNo: number,
  orderId: string,
): Promise<StoredOrder | null> {
  const key = { saleNo, orderId };
  return (await lockAnyOrders(tx, [key])).get(nameOf(key)) ?? null;
}

/**
 * A decision takes an order back. Unit and cash-on-delivery quota stay reserved until the dispute
 * ends, and the unit still counts for the person. Money stays where it is: the buyer may be right.
 */
export async function disputeOrder(
  tx: Transaction,
  order: StoredOrder,
  nowMs: number,
): Promise<void> {
  await tx`
    update purchase_order set state = 'cancelled', cancel_reason = 'by_decision', unit_held = true
    where sale_no = ${order.saleNo} and order_id = ${order.orderId}`;
  await moveUnits(tx, { ...order, nowMs }, "order_disputed", [order]);
}

/** The decision was wrong: restores the order at its old price. */
export async function restoreOrder(
  tx: Transaction,
  order: StoredOrder,
  stateBefore: OrderState,
  nowMs: number,
): Promise<void> {
  await tx`
    update purchase_order set state = ${stateBefore}, cancel_reason = null, unit_held = false
    where sale_no = ${order.saleNo} and order_id = ${order.orderId}`;
  await moveUnits(tx, { ...order, nowMs }, "dispute_upheld", [order]);
}

/** Whether an order that was paid has no money of its own any more. */
export async function wasRefunded(
  tx: Transaction,
  order: StoredOrder,
  stateBefore: OrderState,
): Promise<boolean> {
  return stateBefore === "paid" && !(await hasKeptPayment(tx, order));
}

/**
 * The dispute is over and the decision stands: unit and quota become free, received money is
 * refunded.
 */
export async function endDispute(
  tx: Transaction,
  order: StoredOrder,
  stateBefore: OrderState,
  nowMs: number,
): Promise<void> {
  const refundDue = await releasePayments(tx, order, nowMs);
  await tx`
    update purchase_order set unit_held = false, refund_due = ${refundDue}
    where sale_no = ${order.saleNo} and order_id = ${order.orderId}`;
  if (stateBefore === "cod_confirmed" && order.paymentMethod === "cod") {
    await releaseCodQuota(tx, order.saleNo, order.roundNo, order.channelNo);
  }
  await moveUnits(tx, { ...order, nowMs }, "dispute_ended", [order]);
  await releasePersonUnits(tx, order.saleNo, [order.offerId]);
}

/**
 * Processes reports of a payment service, several at once; returns what is answered to each. No two
 * may concern one order or one payment: the second would be decided by the state before the first.
 */
export async function receivePayments(
  tx: Transaction,
  reports: readonly ReceivedReport[],
  nowMs: number,
): Promise<PaymentOutcome[]> {
  const named = reports.flatMap(({ order }) => (order ? [order] : []));
  const orders = await lockAnyOrders(tx, named);
  const payments = await lockPayments(tx, reports, [...orders.values()]);
  const known = await knownOutcomes(tx, reports);
  const decided = reports.flatMap((report, at) => {
    if (known.has(at)) return [];
    const order = report.order ? orders.get(nameOf(report.order)) : undefined;
    return [{ at, report, order, ...decideReport(report, order, payments) }];
  });
  await writePayments(
    tx,
    decided.flatMap((one) => paymentsOf(one, payments)),
    nowMs,
  );
  const stored = decided.map(({ report, order, outcome, misfit, payments: changed }) => {
    const own = changed.find((payment) => isSamePayment(payment, report));
    const returns = report.kind === "refunded" && own !== undefined;
    return {
      report: { ...report, order: order ?? null },
      outcome,
      misfit,
      returns,
      pays: own?.kept ?? false,
    };
  });
  if (stored.length > 0) await insertReports(tx, stored, nowMs);
  const changes = decided.flatMap(({ order, change }) =>
    order && change ? [{ order, change }] : [],
  );
  if (changes.length > 0) await writeChanges(tx, changes, nowMs);
  const outcomes = new Map([...known, ...decided.map(({ at, outcome }) => [at, outcome] as const)]);
  return reports.map((_, at) => must(outcomes.get(at), "decided or known"));
}

function decideReport(
  report: ReceivedReport,
  order: StoredOrder | undefined,
  payments: readonly StoredPayment[],
): PaymentDecision {
  const known = payments.find((payment) => isSamePayment(payment, report));
  if (known && known.orderId !== null && known.orderId !== order?.orderId) {
    return decideForeign(report);
  }
  if (!order) return decideWithoutOrder(known, report);
  const own = payments.filter((payment) => payment.orderId === order.orderId);
  return decidePayment(order, own, report, known?.orderId === null ? known : undefined);
}

/** The payments that a decision changes, with what must go back of each. */
function paymentsOf(
  { order, payments }: { readonly order: StoredOrder | undefined } & PaymentDecision,
  known: readonly StoredPayment[],
): PaymentToWrite[] {
  return payments.map((payment) => ({
    ...payment,
    saleNo: order?.saleNo ?? null,
    orderId: order?.orderId ?? null,
    // Money of nobody's order stays where it is until a person has looked.
    dueMinorUnits: order ? dueBack(payment, order.priceMinorUnits) : 0,
    isNew: !known.some((one) => isSamePayment(one, payment)),
  }));
}

/** Orders of any owner, locked; by `nameOf`. In sorted order, so there is no deadlock. */
async function lockAnyOrders(
  tx: Transaction,
  keys: readonly OrderKey[],
): Promise<Map<string, StoredOrder>> {
  const sorted = [...keys].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const rows = await tx<OrderRow[]>`
    select ${columns(tx)} from unnest(${sorted.map((key) => key.saleNo)}::int[],
      ${sorted.map((key) => key.orderId)}::uuid[]) as wanted (sale_no, order_id)
    cross join lateral (select * from purchase_order o
      where o.sale_no = wanted.sale_no and o.order_id = wanted.order_id for update) p`;
  return new Map(
    rows.map((row) => [nameOf({ saleNo: row.saleNo, orderId: row.orderId }), asOrder(row)]),
  );
}

const nameOf = ({ saleNo, orderId }: OrderKey) => `${saleNo} ${orderId}`;

/** The price of an order; null if there is no such order. */
export async function readPrice(
  sql: Query,
  saleNo: number,
  orderId: string,
): Promise<{ readonly amountMinorUnits: number; readonly currency: string } | null> {
  const [row] = await sql<{ amountMinorUnits: number; currency: string }[]>`
    select price_minor_units as amount_minor_units, currency from purchase_order
    where sale_no = ${saleNo} and order_id = ${orderId}`;
  return row ?? null;
}
