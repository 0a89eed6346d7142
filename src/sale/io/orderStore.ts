import type { Query, Transaction } from "../../db/connect.ts";
import type { PaymentMethod } from "../definition.ts";
import {
  decidePayment,
  firstState,
  type CancelReason,
  type Order,
  type OrderChange,
  type OrderState,
  type PaymentEventKind,
  type PaymentOutcome,
} from "../order.ts";
import { releaseCodQuota, releasePersonUnits, type StoredOffer } from "./offerStore.ts";
import { FACTS_KEPT_AT_MOST_MS } from "./factsStore.ts";
import { moveUnitLast, moveUnits } from "./stockStore.ts";

/** All SQL about orders and payments. */

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
  /** A decision took the order back, and its unit waits for the end of the dispute. */
  readonly unitHeld: boolean;
  readonly placedAtMs: number;
}

interface OrderRow {
  readonly order_id: string;
  readonly offer_id: string;
  readonly sale_no: number;
  readonly round_no: number;
  readonly entry_id: string;
  readonly account_key: string;
  readonly channel_no: number;
  readonly variant_no: number;
  readonly state: OrderState;
  readonly cancel_reason: CancelReason | null;
  readonly payment_method: PaymentMethod;
  readonly price_minor_units: number;
  readonly currency: string;
  readonly refund_due: boolean;
  readonly unit_held: boolean;
  readonly placed_at: Date;
  readonly due_at: Date;
}

function asOrder(row: OrderRow): StoredOrder {
  return {
    orderId: row.order_id,
    offerId: row.offer_id,
    saleNo: row.sale_no,
    roundNo: row.round_no,
    entryId: row.entry_id,
    accountKey: row.account_key,
    channelNo: row.channel_no,
    variantNo: row.variant_no,
    state: row.state,
    cancelReason: row.cancel_reason,
    paymentMethod: row.payment_method,
    priceMinorUnits: row.price_minor_units,
    currency: row.currency,
    refundDue: row.refund_due,
    unitHeld: row.unit_held,
    placedAtMs: row.placed_at.getTime(),
    dueAtMs: row.due_at.getTime(),
  };
}

export interface NewOrder {
  readonly orderId: string;
  readonly paymentMethod: PaymentMethod;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly nowMs: number;
  readonly dueAtMs: number;
  readonly factsCipher: Buffer;
}

/** Takes the offer up: ends it, writes its order and moves its unit. */
export async function insertOrder(
  tx: Transaction,
  offer: StoredOffer,
  order: NewOrder,
): Promise<StoredOrder> {
  const now = new Date(order.nowMs);
  const [row] = await tx<OrderRow[]>`
    with taken as (
      update offer set state = 'ordered', ended_at = ${now}
      where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}),
    facts as (
      insert into order_facts (sale_no, order_id, facts_cipher, collected_at, expires_at)
      values (${offer.saleNo}, ${order.orderId}, ${order.factsCipher}, ${now},
        ${new Date(order.nowMs + FACTS_KEPT_AT_MOST_MS)}))
    insert into purchase_order (sale_no, order_id, offer_id, round_no, entry_id, account_key,
      channel_no, variant_no, state, payment_method, price_minor_units, currency, placed_at, due_at)
    values (${offer.saleNo}, ${order.orderId}, ${offer.offerId}, ${offer.roundNo}, ${offer.entryId},
      ${offer.accountKey}, ${offer.channelNo}, ${offer.variantNo}, ${firstState(order.paymentMethod)},
      ${order.paymentMethod}, ${order.priceMinorUnits}, ${order.currency}, ${now},
      ${new Date(order.dueAtMs)})
    returning *`;
  moveUnitLast(tx, { ...offer, nowMs: order.nowMs }, "order_placed", offer);
  return asOrder(row as OrderRow);
}

/** A buyer's own order, locked; null when there is none or it is somebody else's. */
export async function lockOrder(
  tx: Transaction,
  saleNo: number,
  orderId: string,
  accountKey: string,
): Promise<StoredOrder | null> {
  const [row] = await tx<OrderRow[]>`
    select * from purchase_order
    where sale_no = ${saleNo} and order_id = ${orderId} and account_key = ${accountKey} for update`;
  return row ? asOrder(row) : null;
}

export async function findOrderOfOffer(
  sql: Query,
  saleNo: number,
  offerId: string,
): Promise<StoredOrder | null> {
  const [row] = await sql<OrderRow[]>`
    select * from purchase_order where sale_no = ${saleNo} and offer_id = ${offerId}`;
  return row ? asOrder(row) : null;
}

/** Another way to pay: what the old one needed is given back, the deadline stays. */
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

/** Writes what a rule decided about an order: its state, the stock, the person's limit, the quota. */
export async function writeChange(
  tx: Transaction,
  order: StoredOrder,
  change: OrderChange,
  nowMs: number,
): Promise<StoredOrder> {
  const refundDue = change.refundDue ?? order.refundDue;
  const cancelReason = change.cancelReason ?? order.cancelReason;
  await tx`
    update purchase_order set state = ${change.state}, cancel_reason = ${cancelReason},
      refund_due = ${refundDue},
      settled_at = case when state = ${change.state} then settled_at else ${new Date(nowMs)} end
    where sale_no = ${order.saleNo} and order_id = ${order.orderId}`;
  const leavesCod = change.state === "cancelled" || change.state === "paid";
  // In the order of the locks: quota, stock, person.
  if (order.state === "awaiting_confirmation" && leavesCod) {
    await releaseCodQuota(tx, order.saleNo, order.roundNo, order.channelNo);
  }
  const where = { ...order, nowMs };
  if (change.state === "cancelled" && order.state !== "cancelled") {
    if (change.movement) await moveUnits(tx, where, change.movement, [order]);
    await releasePersonUnits(tx, order.saleNo, [order.offerId]);
  } else if (change.movement) moveUnitLast(tx, where, change.movement, order);
  return { ...order, state: change.state, cancelReason, refundDue };
}

/** An order, locked, whoever's it is: for what is decided about it. */
export async function lockAnyOrder(
  tx: Transaction,
  saleNo: number,
  orderId: string,
): Promise<StoredOrder | null> {
  const [row] = await tx<OrderRow[]>`
    select * from purchase_order
    where sale_no = ${saleNo} and order_id = ${orderId} for update`;
  return row ? asOrder(row) : null;
}

/**
 * A decision takes an order back. Its unit is nobody else's until the dispute ends, and still counts for
 * the person; so does the quota of cash on delivery. Money stays where it is: she may be right.
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

/** The decision was wrong: the order is what it was before, at the old price. */
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

/** Whether the payment service says that the money of an order went back already. */
export async function wasRefunded(tx: Transaction, order: StoredOrder): Promise<boolean> {
  const [row] = await tx`
    select 1 from payment_event
    where sale_no = ${order.saleNo} and order_id = ${order.orderId} and kind = 'refunded'
      and outcome = 'applied' limit 1`;
  return row !== undefined;
}

/** The dispute is over and the decision stands: unit and quota are free, money that came goes back. */
export async function endDispute(
  tx: Transaction,
  order: StoredOrder,
  stateBefore: OrderState,
  nowMs: number,
): Promise<void> {
  // Paying back twice is a loss of ours; not at all would be one of hers, who has done nothing.
  const refundDue = stateBefore === "paid" && !(await wasRefunded(tx, order));
  await tx`
    update purchase_order set unit_held = false, refund_due = ${refundDue}
    where sale_no = ${order.saleNo} and order_id = ${order.orderId}`;
  if (stateBefore === "cod_confirmed" && order.paymentMethod === "cod") {
    await releaseCodQuota(tx, order.saleNo, order.roundNo, order.channelNo);
  }
  await moveUnits(tx, { ...order, nowMs }, "dispute_ended", [order]);
  await releasePersonUnits(tx, order.saleNo, [order.offerId]);
}

export interface PaymentEvent {
  readonly provider: string;
  readonly eventId: string;
  readonly saleNo: number;
  readonly orderId: string;
  readonly kind: PaymentEventKind;
  readonly amountMinorUnits: number;
  readonly currency: string;
  /** What was paid with, as a keyed hash; null when the service does not say. */
  readonly instrumentKey: string | null;
}

/**
 * Takes in what a payment service reports. The event's own id makes it count once, however often it
 * is sent; null when there is no such order, or the amount is not the order's.
 */
export async function receivePayment(
  tx: Transaction,
  event: PaymentEvent,
  nowMs: number,
): Promise<PaymentOutcome | null> {
  const order = await lockAnyOrder(tx, event.saleNo, event.orderId);
  if (!order) return null;
  if (event.amountMinorUnits !== order.priceMinorUnits || event.currency !== order.currency) {
    return null;
  }
  const decision = decidePayment(order, event.kind);
  if (!(await insertPayment(tx, event, decision.outcome, nowMs))) {
    const [known] = await tx<{ outcome: PaymentOutcome }[]>`
      select outcome from payment_event
      where provider = ${event.provider} and event_id = ${event.eventId}`;
    return known!.outcome;
  }
  if (decision.change) await writeChange(tx, order, decision.change, nowMs);
  return decision.outcome;
}

/** Keeps a report, and what it says was paid with; false when that report came before. */
async function insertPayment(
  tx: Transaction,
  event: PaymentEvent,
  outcome: PaymentOutcome,
  nowMs: number,
): Promise<boolean> {
  const { saleNo, orderId } = event;
  const [row] = await tx<{ first: boolean }[]>`
    with first as (
      insert into payment_event (provider, event_id, sale_no, order_id, kind, outcome, received_at)
      values (${event.provider}, ${event.eventId}, ${saleNo}, ${orderId}, ${event.kind}, ${outcome},
        ${new Date(nowMs)})
      on conflict do nothing returning 1),
    paid_with as (
      update order_facts set instrument_key = ${event.instrumentKey}
      where sale_no = ${saleNo} and order_id = ${orderId} and exists (select 1 from first)
        and ${event.instrumentKey}::uuid is not null)
    select exists (select 1 from first) as first`;
  return row!.first;
}
