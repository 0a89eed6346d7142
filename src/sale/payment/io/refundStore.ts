/* All SQL about refunds. */

import { inTransaction, type Query, type Sql } from "../../../db/connect.ts";

/** A refund of an order; a second one has another number. */
export interface RefundKey {
  readonly saleNo: number;
  readonly orderId: string;
  readonly refundNo: number;
}

export interface DueRefund extends RefundKey {
  /** Requests made before. */
  readonly attempts: number;
  /** The payment service's own number of the payment. */
  readonly paymentId: string;
  readonly amountMinorUnits: number;
  readonly currency: string;
}

/**
 * Records newly due refunds; completes those reported meanwhile. A payment has one open refund at
 * most (a unique index): two servers may do this at once.
 */
export async function noteRefunds(sql: Sql, nowMs: number): Promise<void> {
  await sql`
    update refund_call r set state = 'done' from payment p
    where r.state in ('due', 'calling', 'refused') and p.provider = r.provider
      and p.payment_id = r.payment_id and p.returned_minor_units >= r.done_at_minor_units`;
  // Its order keeps the payment after all, or somebody paid it back by hand.
  await sql`
    delete from refund_call r using payment p
    where r.state = 'due' and p.provider = r.provider and p.payment_id = r.payment_id
      and p.due_minor_units = 0`;
  await sql`
    insert into refund_call (sale_no, order_id, refund_no, state, next_attempt_at, provider,
      payment_id, amount_minor_units, done_at_minor_units)
    select p.sale_no, p.order_id, coalesce((select max(refund_no) from refund_call c
          where c.sale_no = p.sale_no and c.order_id = p.order_id), 0)
        + row_number() over (partition by p.sale_no, p.order_id
          order by p.first_reported_at, p.provider, p.payment_id), 'due',
      ${new Date(nowMs)}, p.provider, p.payment_id, p.due_minor_units,
      p.returned_minor_units + p.due_minor_units
    from payment p
    where p.due_minor_units > 0 and not exists (select 1 from refund_call c
      where c.provider = p.provider and c.payment_id = p.payment_id
        and c.state in ('due', 'calling', 'refused'))
    on conflict do nothing`;
}

/**
 * Claims due refunds of a service's payments until `untilMs`. The amount is fixed when a refund is
 * asked for the first time: the service takes a repeated id for the same refund.
 */
export async function takeRefunds(
  sql: Sql,
  { provider, mostCount }: { readonly provider: string; readonly mostCount: number },
  time: { readonly nowMs: number; readonly untilMs: number },
): Promise<DueRefund[]> {
  return await inTransaction(sql, async (tx) => {
    // With the payment's row: a report that is about to keep the payment goes first.
    const due = await tx<DueRefund[]>`
      select r.sale_no, r.order_id, r.refund_no, r.attempts, r.payment_id, p.currency,
        case r.state when 'due' then p.due_minor_units else r.amount_minor_units
          end as amount_minor_units
      from refund_call r join payment p using (provider, payment_id)
      where r.state in ('due', 'calling') and r.next_attempt_at <= ${new Date(time.nowMs)}
        and p.due_minor_units > 0 and r.provider = ${provider}
      order by r.next_attempt_at, r.order_id limit ${mostCount} for update of r, p skip locked`;
    await tx`
      update refund_call r set state = 'calling', attempts = least(r.attempts + 1, 30000),
        next_attempt_at = ${new Date(time.untilMs)}, amount_minor_units = taken.amount,
        done_at_minor_units = case r.state
          when 'due' then p.returned_minor_units + taken.amount else r.done_at_minor_units end
      from payment p, unnest(${due.map((one) => one.saleNo)}::int[],
          ${due.map((one) => one.orderId)}::uuid[], ${due.map((one) => one.refundNo)}::int[],
          ${due.map((one) => one.amountMinorUnits)}::bigint[])
        as taken (sale_no, order_id, refund_no, amount)
      where r.sale_no = taken.sale_no and r.order_id = taken.order_id
        and r.refund_no = taken.refund_no and p.provider = r.provider
        and p.payment_id = r.payment_id`;
    return due;
  });
}

/** When a refund is requested again, and the service's answer. */
export async function postponeRefund(
  sql: Sql,
  { saleNo, orderId, refundNo }: RefundKey,
  nextAtMs: number,
  answer: string | null,
): Promise<void> {
  await sql`
    update refund_call set answer = ${answer}, next_attempt_at = ${new Date(nextAtMs)}
    where sale_no = ${saleNo} and order_id = ${orderId} and refund_no = ${refundNo}`;
}

/** The service refused: an operator sees it, and may have it requested again. */
export async function refuseRefund(
  sql: Sql,
  { saleNo, orderId, refundNo }: RefundKey,
): Promise<void> {
  await sql`
    update refund_call set state = 'refused', answer = 'refused'
    where sale_no = ${saleNo} and order_id = ${orderId} and refund_no = ${refundNo}`;
}

/** Has an order's refused refunds requested again; returns how many. */
export async function repeatRefunds(
  sql: Query,
  { saleNo, orderId }: Omit<RefundKey, "refundNo">,
  nowMs: number,
): Promise<number> {
  const { count } = await sql`
    update refund_call set state = 'due', next_attempt_at = ${new Date(nowMs)}
    where sale_no = ${saleNo} and order_id = ${orderId} and state = 'refused'`;
  return count;
}
