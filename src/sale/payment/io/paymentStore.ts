/*
 * All SQL about payments and their reports. A payment of an order changes under the lock of its
 * order.
 */

import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import {
  isSamePayment,
  leftOf,
  type Misfit,
  type Payment,
  type PaymentKey,
  type PaymentOutcome,
  type PaymentReport,
} from "../payment.ts";

/** An order's number. */
export interface OrderKey {
  readonly saleNo: number;
  readonly orderId: string;
}

/** A report as it came in. */
export interface ReceivedReport extends PaymentReport {
  readonly eventId: string;
  /** The order that it names; null if it names none. */
  readonly order: OrderKey | null;
  /** The payment instrument as a keyed hash; null if the service does not report one. */
  readonly instrumentKey: string | null;
}

export interface StoredPayment extends Payment {
  readonly saleNo: number | null;
  readonly orderId: string | null;
}

type PaymentRow = Omit<StoredPayment, "refundIds" | "asked">;

interface RefundFacts extends PaymentKey {
  readonly refundIds: readonly string[];
  readonly asked: boolean;
}

/**
 * Payments of the given numbers and all payments of the given orders, locked, in the order in which
 * they were first reported. The orders must be locked.
 */
export async function lockPayments(
  tx: Transaction,
  keys: readonly PaymentKey[],
  orders: readonly OrderKey[],
): Promise<StoredPayment[]> {
  const rows = await tx<PaymentRow[]>`
    with wanted as materialized (
      select p.provider, p.payment_id
      from unnest(${keys.map((key) => key.provider)}::text[],
        ${keys.map((key) => key.paymentId)}::text[]) as named (provider, payment_id)
      cross join lateral (select * from payment o where o.provider = named.provider
        and o.payment_id = named.payment_id) p
      union
      select p.provider, p.payment_id
      from unnest(${orders.map((order) => order.saleNo)}::int[],
        ${orders.map((order) => order.orderId)}::uuid[]) as named (sale_no, order_id)
      cross join lateral (select * from payment o where o.sale_no = named.sale_no
        and o.order_id = named.order_id) p)
    select p.provider, p.payment_id, p.sale_no, p.order_id, p.currency, p.received_minor_units,
      p.returned_minor_units, p.kept
    from (select * from wanted order by provider, payment_id) wanted
    cross join lateral (select * from payment o where o.provider = wanted.provider
      and o.payment_id = wanted.payment_id for update) p
    order by p.first_reported_at, p.provider, p.payment_id`.plannedAnew();
  if (rows.length === 0) return [];
  // In a later statement: the one that waits for a lock sees other tables as they were before.
  const facts = await tx<RefundFacts[]>`
    select named.provider, named.payment_id,
      array(select refund_id from payment_refund r where r.provider = named.provider
        and r.payment_id = named.payment_id) as refund_ids,
      exists (select 1 from refund_call c where c.provider = named.provider
        and c.payment_id = named.payment_id and c.state in ('calling', 'refused')) as asked
    from unnest(${rows.map((row) => row.provider)}::text[],
      ${rows.map((row) => row.paymentId)}::text[]) as named (provider, payment_id)`.plannedAnew();
  return rows.map((row) => {
    const own = facts.find((fact) => isSamePayment(fact, row));
    return { ...row, ...must(own, "one row for each payment") };
  });
}

/** The answers to reports that came before under the same number, by position. */
export async function knownOutcomes(
  sql: Query,
  reports: readonly ReceivedReport[],
): Promise<Map<number, PaymentOutcome>> {
  const rows = await sql<{ position: number; outcome: PaymentOutcome }[]>`
    select named.position::int as position, e.outcome
    from unnest(${reports.map((report) => report.provider)}::text[],
      ${reports.map((report) => report.paymentId)}::text[],
      ${reports.map((report) => report.kind)}::text[],
      ${reports.map((report) => report.eventId)}::text[])
      with ordinality as named (provider, payment_id, kind, event_id, position)
    join payment_event e using (provider, payment_id, kind, event_id)`.plannedAnew();
  return new Map(rows.map((row) => [row.position - 1, row.outcome]));
}

/** A payment's number was given to another order meanwhile: run again, its report finds the other. */
class NumberTakenError extends Error {
  override name = "NumberTakenError";
  /** The SQLSTATE of a serialization failure. */
  readonly code = "40001";
}

/** A payment to be written, with its order and what must go back of it. */
export interface PaymentToWrite extends StoredPayment {
  readonly dueMinorUnits: number;
  readonly isNew: boolean;
}

/** Writes payments. Fails like a serialization failure if the number of a new one was taken meanwhile. */
export async function writePayments(
  tx: Transaction,
  payments: readonly PaymentToWrite[],
  nowMs: number,
): Promise<void> {
  if (payments.length === 0) return;
  // First, or an order would have two kept payments for a moment.
  const given = payments.filter((payment) => !payment.kept && !payment.isNew);
  if (given.length > 0) {
    await tx`
      update payment p set kept = false
      from unnest(${given.map((payment) => payment.provider)}::text[],
        ${given.map((payment) => payment.paymentId)}::text[]) as given (provider, payment_id)
      where p.provider = given.provider and p.payment_id = given.payment_id and p.kept`;
  }
  const [written] = await tx<{ count: number }[]>`
    with came as materialized (
      select * from unnest(${payments.map((payment) => payment.provider)}::text[],
        ${payments.map((payment) => payment.paymentId)}::text[],
        ${payments.map((payment) => payment.saleNo)}::int[],
        ${payments.map((payment) => payment.orderId)}::uuid[],
        ${payments.map((payment) => payment.currency)}::text[],
        ${payments.map((payment) => payment.receivedMinorUnits)}::bigint[],
        ${payments.map((payment) => payment.returnedMinorUnits)}::bigint[],
        ${payments.map((payment) => payment.kept)}::boolean[],
        ${payments.map((payment) => payment.dueMinorUnits)}::bigint[],
        ${payments.map((payment) => payment.isNew)}::boolean[])
        as came (provider, payment_id, sale_no, order_id, currency, received, returned, kept, due,
          is_new)),
    made as (
      insert into payment (provider, payment_id, sale_no, order_id, currency, received_minor_units,
        returned_minor_units, kept, due_minor_units, first_reported_at)
      select provider, payment_id, sale_no, order_id, currency, received, returned, kept, due,
        ${new Date(nowMs)}
      from came where is_new on conflict (provider, payment_id) do nothing returning 1),
    changed as (
      update payment p set sale_no = came.sale_no, order_id = came.order_id,
        received_minor_units = came.received, returned_minor_units = came.returned,
        kept = came.kept, due_minor_units = came.due
      from came where not came.is_new and p.provider = came.provider
        and p.payment_id = came.payment_id
      returning 1)
    select ((select count(*) from made) + (select count(*) from changed))::int as count`.plannedAnew();
  if (written?.count !== payments.length) throw new NumberTakenError();
}

/** A report with what was decided about it. */
export interface DecidedReport {
  readonly report: ReceivedReport;
  readonly outcome: PaymentOutcome;
  readonly misfit: Misfit | null;
  /** It is a refund that counts. */
  readonly returns: boolean;
  /** Its payment is kept: the instrument is the one that the order was paid with. */
  readonly pays: boolean;
}

/** Stores reports with their refunds, instruments and misfits. Their payments must be written. */
export async function insertReports(
  tx: Transaction,
  decided: readonly DecidedReport[],
  nowMs: number,
): Promise<void> {
  const reports = decided.map(({ report }) => report);
  await tx`
    with came as materialized (
      select * from unnest(${reports.map((report) => report.provider)}::text[],
        ${reports.map((report) => report.paymentId)}::text[],
        ${reports.map((report) => report.eventId)}::text[],
        ${reports.map((report) => report.order?.saleNo ?? null)}::int[],
        ${reports.map((report) => report.order?.orderId ?? null)}::uuid[],
        ${reports.map((report) => report.kind)}::text[],
        ${reports.map((report) => report.refundId)}::text[],
        ${reports.map((report) => report.amountMinorUnits)}::bigint[],
        ${reports.map((report) => report.currency)}::text[],
        ${decided.map(({ outcome }) => outcome)}::text[],
        ${decided.map(({ misfit }) => misfit)}::text[],
        ${decided.map(({ returns }) => returns)}::boolean[],
        ${decided.map(({ pays, report }) => (pays ? report.instrumentKey : null))}::uuid[])
        as came (provider, payment_id, event_id, sale_no, order_id, kind, refund_id, amount,
          currency, outcome, why, returns, instrument_key)),
    events as (
      insert into payment_event (provider, payment_id, event_id, sale_no, order_id, kind, outcome,
        received_at)
      select provider, payment_id, event_id, sale_no, order_id, kind, outcome, ${new Date(nowMs)}
      from came on conflict do nothing),
    refunds as (
      insert into payment_refund (provider, payment_id, refund_id, amount_minor_units, reported_at)
      select provider, payment_id, refund_id, amount, ${new Date(nowMs)} from came
      where returns on conflict do nothing),
    misfits as (
      insert into payment_misfit (provider, payment_id, why, kind, amount_minor_units, currency,
        sale_no, order_id, reported_at)
      select provider, payment_id, why, kind, amount, currency, sale_no, order_id,
        ${new Date(nowMs)} from came where why is not null
      on conflict (provider, payment_id, why) do nothing)
    update order_facts f set instrument_key = came.instrument_key from came
    where f.sale_no = came.sale_no and f.order_id = came.order_id
      and came.instrument_key is not null`.plannedAnew();
}

/** Whether a payment is kept for an order. */
export async function hasKeptPayment(sql: Query, order: OrderKey): Promise<boolean> {
  const [row] = await sql`
    select 1 from payment
    where sale_no = ${order.saleNo} and order_id = ${order.orderId} and kept limit 1`;
  return row !== undefined;
}

/** Keeps no payment of an order any more; returns whether money of it must go back. */
export async function releasePayments(
  tx: Transaction,
  order: OrderKey,
  nowMs: number,
): Promise<boolean> {
  const payments = await lockPayments(tx, [], [order]);
  const released = payments.map((payment) => ({
    ...payment,
    kept: false,
    dueMinorUnits: leftOf(payment),
    isNew: false,
  }));
  await writePayments(tx, released, nowMs);
  return released.some((payment) => payment.dueMinorUnits > 0);
}
