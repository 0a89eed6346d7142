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
  readonly priceMinorUnits: number;
  readonly currency: string;
}

/** Records newly due refunds; completes those reported meanwhile. */
export async function noteRefunds(sql: Sql, nowMs: number): Promise<void> {
  await sql`
    insert into refund_call (sale_no, order_id, refund_no, state, next_attempt_at)
    select p.sale_no, p.order_id, (select count(*)::int + 1 from payment_event e
        where e.sale_no = p.sale_no and e.order_id = p.order_id and e.kind = 'refunded'
          and e.outcome = 'applied'), 'due', ${new Date(nowMs)}
    from purchase_order p where p.refund_due
    on conflict do nothing`;
  await sql`
    update refund_call r set state = 'done' from purchase_order p
    where r.state in ('due', 'calling') and p.sale_no = r.sale_no and p.order_id = r.order_id
      and not p.refund_due`;
}

/** Claims due refunds until `untilMs`. */
export async function takeRefunds(
  sql: Sql,
  mostCount: number,
  time: { readonly nowMs: number; readonly untilMs: number },
): Promise<DueRefund[]> {
  return await inTransaction(sql, async (tx) => {
    const due = await tx<DueRefund[]>`
      select r.sale_no, r.order_id, r.refund_no, r.attempts,
        p.price_minor_units, p.currency
      from refund_call r join purchase_order p using (sale_no, order_id)
      where r.state in ('due', 'calling') and r.next_attempt_at <= ${new Date(time.nowMs)}
        and p.refund_due
      order by r.next_attempt_at, r.order_id limit ${mostCount} for update of r skip locked`;
    await tx`
      update refund_call set state = 'calling', attempts = least(attempts + 1, 30000),
        next_attempt_at = ${new Date(time.untilMs)}
      where (sale_no, order_id, refund_no) in (select * from unnest(
        ${due.map((one) => one.saleNo)}::int[], ${due.map((one) => one.orderId)}::uuid[],
        ${due.map((one) => one.refundNo)}::int[]))`;
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
