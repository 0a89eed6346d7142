/*
 * Money of an order, payment by payment. A report is about one payment of the payment service; its
 * message says nothing else. At most one payment is kept for an order; all other money goes back.
 * Must never happen: two payments are kept for one order, or a payment that is going back is kept.
 */

import { isUnsettled, type OrderChange, type OrderState } from "../order.ts";

/** The kinds of a payment service's reports. */
export type PaymentEventKind = "pending" | "paid" | "failed" | "refunded";

export type PaymentOutcome =
  /** Money or order change. */
  | "applied"
  /** Nothing new: already known, or overtaken by a later report. */
  | "ignored"
  /** Money arrived that the order does not need: it must be paid back. */
  | "refund_due"
  /** It fits no order: a person looks at it. */
  | "unmatched";

/** Why a report is shown to a person. */
export type Misfit =
  | "no_order"
  /** The payment's number belongs to another order. */
  | "other_payment"
  | "other_currency"
  | "other_amount"
  | "returned_too_much";

/** A payment's name: the payment service, and the service's own number. */
export interface PaymentKey {
  readonly provider: string;
  readonly paymentId: string;
}

/** A payment as it was reported until now. Amounts are in its own currency. */
export interface Payment extends PaymentKey {
  readonly currency: string;
  /** 0 while only refunds of it were reported. */
  readonly receivedMinorUnits: number;
  readonly returnedMinorUnits: number;
  /** Numbers of its reported refunds. */
  readonly refundIds: readonly string[];
  /** It pays for the order. */
  readonly kept: boolean;
  /** The service was asked to pay it back: it may be gone at any moment. */
  readonly asked: boolean;
}

export interface PaymentReport extends PaymentKey {
  readonly kind: PaymentEventKind;
  /** The refund's own number; two reports with one number are one refund. */
  readonly refundId: string;
  /** Paid: the whole payment. Refunded: this refund. */
  readonly amountMinorUnits: number;
  readonly currency: string;
}

/** An order, as far as its money goes. */
export interface PayableOrder {
  readonly state: OrderState;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly refundDue: boolean;
}

export interface PaymentDecision {
  readonly outcome: PaymentOutcome;
  readonly misfit: Misfit | null;
  /** The payments that changed, and new ones. */
  readonly payments: readonly Payment[];
  readonly change?: OrderChange;
}

const IGNORED: PaymentDecision = { outcome: "ignored", misfit: null, payments: [] };

/** Whether two names name one payment. */
export function isSamePayment(one: PaymentKey, other: PaymentKey): boolean {
  return one.provider === other.provider && one.paymentId === other.paymentId;
}

/** The part of a payment that has not gone back yet. */
export function leftOf({ receivedMinorUnits, returnedMinorUnits }: Payment): number {
  return Math.max(0, receivedMinorUnits - returnedMinorUnits);
}

/** The amount to go back: all that is left, or the excess over the price of a kept payment. */
export function dueBack(payment: Payment, priceMinorUnits: number): number {
  return Math.max(0, leftOf(payment) - (payment.kept ? priceMinorUnits : 0));
}

function newPayment({ provider, paymentId, currency }: PaymentReport): Payment {
  const amounts = { receivedMinorUnits: 0, returnedMinorUnits: 0, refundIds: [] };
  return { provider, paymentId, currency, ...amounts, kept: false, asked: false };
}

/**
 * A payment with one more report; the payment itself if the report says nothing new. The largest
 * reported amount counts, and each refund once, so the order of reports does not matter.
 */
function absorb(payment: Payment, report: PaymentReport): Payment {
  const { kind, amountMinorUnits, refundId } = report;
  if (kind === "paid" && amountMinorUnits > payment.receivedMinorUnits) {
    return { ...payment, receivedMinorUnits: amountMinorUnits };
  }
  if (kind === "refunded" && amountMinorUnits > 0 && !payment.refundIds.includes(refundId)) {
    return {
      ...payment,
      returnedMinorUnits: payment.returnedMinorUnits + amountMinorUnits,
      refundIds: [...payment.refundIds, refundId],
    };
  }
  return payment;
}

const covers = (payment: Payment, order: PayableOrder): boolean =>
  payment.currency === order.currency && payment.receivedMinorUnits >= order.priceMinorUnits;

/** A state of an order's money, and the change of the order that follows. */
interface Settled {
  readonly payments: readonly Payment[];
  readonly change?: OrderChange;
}

/**
 * Chooses the payment that is kept. If its money is gone, another one takes its place, so that one
 * of two payments refunded leaves the order paid. Without another the order ends, whether the
 * refund or the payment was reported first.
 */
function settle(order: PayableOrder, payments: readonly Payment[]): Settled {
  const kept = payments.find((payment) => payment.kept);
  if (kept && leftOf(kept) > 0) return { payments };
  const unsettled = isUnsettled(order.state);
  if (!kept && !unsettled) return { payments };
  const next = payments.find(
    (payment) => covers(payment, order) && leftOf(payment) > 0 && !payment.asked,
  );
  const chosen = payments.map((payment) =>
    payment.kept === (payment === next) ? payment : { ...payment, kept: payment === next },
  );
  if (next) {
    if (!unsettled) return { payments: chosen };
    return { payments: chosen, change: { state: "paid", movement: "order_paid" } };
  }
  const wentBack = payments.some((payment) => covers(payment, order) && leftOf(payment) === 0);
  if (order.state === "paid" || (unsettled && wentBack)) {
    const movement = unsettled ? "order_paid_and_refunded" : "order_refunded";
    const change = { state: "cancelled", cancelReason: "refunded", movement } as const;
    return { payments: chosen, change };
  }
  return { payments: chosen };
}

/** Why a person should look at a payment of an order, if at all. */
function misfitOf(payment: Payment, order: PayableOrder): Misfit | null {
  const { receivedMinorUnits, returnedMinorUnits } = payment;
  if (receivedMinorUnits > 0 && returnedMinorUnits > receivedMinorUnits) return "returned_too_much";
  if (payment.currency !== order.currency) return "other_currency";
  if (receivedMinorUnits > 0 && receivedMinorUnits !== order.priceMinorUnits) return "other_amount";
  return null;
}

/**
 * Decides a report of an order's payment by all that is known of the order's payments. Reports may
 * come in any order, late and repeated under other message numbers. `strayed` is the payment as it
 * was known before a report named its order.
 */
export function decidePayment(
  order: PayableOrder,
  payments: readonly Payment[],
  report: PaymentReport,
  strayed?: Payment,
): PaymentDecision {
  const { kind } = report;
  // A failed attempt keeps the unit: the buyer may retry until the deadline.
  if (kind === "pending" || kind === "failed") return IGNORED;
  const known = payments.find((payment) => isSamePayment(payment, report));
  const before = known ?? strayed ?? newPayment(report);
  if (before.currency !== report.currency) {
    return { outcome: "unmatched", misfit: "other_currency", payments: [] };
  }
  const heard = absorb(before, report);
  if (heard === before && before !== strayed) return IGNORED;
  const others = payments.filter((payment) => payment !== known);
  const settled = settle(order, [...others, heard]);
  const own = settled.payments.find((payment) => isSamePayment(payment, report)) ?? heard;
  const refundDue = settled.payments.some((payment) => dueBack(payment, order.priceMinorUnits) > 0);
  const change =
    settled.change ?? (refundDue === order.refundDue ? undefined : { state: order.state });
  return {
    outcome: outcomeOf(kind, own, settled),
    misfit: misfitOf(own, order),
    payments: settled.payments.filter((payment) => !payments.includes(payment)),
    ...(change ? { change: { ...change, refundDue } } : {}),
  };
}

function outcomeOf(kind: "paid" | "refunded", own: Payment, settled: Settled): PaymentOutcome {
  if (kind === "refunded" || own.kept || settled.change) return "applied";
  return leftOf(own) > 0 ? "refund_due" : "ignored";
}

/** Decides a report that names no order: its money is noted, and a person looks at it. */
export function decideWithoutOrder(
  known: Payment | undefined,
  report: PaymentReport,
): PaymentDecision {
  if (report.kind === "pending" || report.kind === "failed") return IGNORED;
  const before = known ?? newPayment(report);
  if (before.currency !== report.currency) {
    return { outcome: "unmatched", misfit: "other_currency", payments: [] };
  }
  const heard = absorb(before, report);
  if (heard === before) return IGNORED;
  return { outcome: "unmatched", misfit: "no_order", payments: [heard] };
}

/** A report with the number of a payment of another order: no money moves by it. */
export function decideForeign(report: PaymentReport): PaymentDecision {
  if (report.kind === "pending" || report.kind === "failed") return IGNORED;
  return { outcome: "unmatched", misfit: "other_payment", payments: [] };
}
