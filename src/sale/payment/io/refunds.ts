import type { Attempt, Urgency } from "../../../messages/sending.ts";
import type { Job, Way } from "../../../messages/io/lane.ts";
import { neverLeft } from "../../../access/io/outside.ts";
import type { Clock } from "../../../base/clock.ts";
import { paymentReference, type PaymentProvider } from "../../../connectors/payments/port.ts";
import { inTransaction, type Sql } from "../../../db/connect.ts";
import {
  CALLS_AT_ONCE,
  CALLS_PAUSE_MS,
  CUT_OFF_MS,
  MOST_RETRY_MS,
  retryWaitMs,
} from "../../../messages/callRetry.ts";

/*
 * Money that is due back is asked back from the payment service, until the service reports that it went.
 * A refund has one id for all its attempts, so asking twice pays once; not asking pays never.
 */

/** How long a report may take before the service is asked again. */
const REPORT_MS = MOST_RETRY_MS;
/** Nothing else goes this way, so nothing is kept free for it. */
const URGENCY: Urgency = 0;

interface RefundRow {
  readonly sale_no: number;
  readonly order_id: string;
  readonly refund_no: number;
  readonly attempts: number;
  readonly price_minor_units: number;
  readonly currency: string;
}

/** What is due and was not asked for yet; what was reported meanwhile is done. */
async function noteRefunds(sql: Sql, nowMs: number): Promise<void> {
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

async function takeRefunds(sql: Sql, count: number, nowMs: number): Promise<RefundRow[]> {
  return await inTransaction(sql, async (tx) => {
    const rows = await tx<RefundRow[]>`
      select r.sale_no, r.order_id, r.refund_no, r.attempts, p.price_minor_units, p.currency
      from refund_call r join purchase_order p using (sale_no, order_id)
      where r.state in ('due', 'calling') and r.next_attempt_at <= ${new Date(nowMs)}
        and p.refund_due
      order by r.next_attempt_at, r.order_id limit ${count} for update of r skip locked`;
    await tx`
      update refund_call set state = 'calling', attempts = least(attempts + 1, 30000),
        next_attempt_at = ${new Date(nowMs + CUT_OFF_MS)}
      where (sale_no, order_id, refund_no) in (select * from unnest(
        ${rows.map((row) => row.sale_no)}::int[], ${rows.map((row) => row.order_id)}::uuid[],
        ${rows.map((row) => row.refund_no)}::int[]))`;
    return rows;
  });
}

async function ask(provider: PaymentProvider, row: RefundRow): Promise<Attempt> {
  const { sale_no: saleNo, order_id: orderId } = row;
  try {
    const answer = await provider.refund({
      refundId: `${saleNo}.${orderId}.refund.${row.refund_no}`,
      reference: paymentReference(saleNo, orderId),
      amountMinorUnits: row.price_minor_units,
      currency: row.currency,
    });
    if (answer === "taken") return { result: "sent" };
    return { result: "refused", why: "refused", forGood: true };
  } catch (error) {
    const why = (error as Error).message.slice(0, 200);
    return { result: neverLeft(error) ? "away" : "unclear", why };
  }
}

async function recordAnswer(
  sql: Sql,
  row: RefundRow,
  attempt: Attempt,
  nowMs: number,
): Promise<void> {
  const { sale_no: saleNo, order_id: orderId, refund_no: refundNo } = row;
  const where = sql`sale_no = ${saleNo} and order_id = ${orderId} and refund_no = ${refundNo}`;
  if (attempt.result === "sent") {
    await sql`
      update refund_call set answer = null, next_attempt_at = ${new Date(nowMs + REPORT_MS)}
      where ${where}`;
  } else if (attempt.result === "refused") {
    await sql`update refund_call set state = 'refused', answer = 'refused' where ${where}`;
  } else if ("why" in attempt) {
    const nextMs = nowMs + retryWaitMs(row.attempts);
    await sql`
      update refund_call set answer = ${attempt.why}, next_attempt_at = ${new Date(nextMs)}
      where ${where}`;
  }
}

/** The way to the payment service, for refunds. */
export function refundWay(sql: Sql, clock: Clock, provider: PaymentProvider): Way {
  const job = (row: RefundRow): Job => ({
    urgency: URGENCY,
    send: () => ask(provider, row),
    record: (attempt) => recordAnswer(sql, row, attempt, clock.nowMs()),
  });
  return {
    name: "refunds",
    connections: CALLS_AT_ONCE,
    pauseMs: CALLS_PAUSE_MS,
    due: async (nowMs) => {
      await noteRefunds(sql, nowMs);
      return [URGENCY];
    },
    claim: async (_urgency, count, nowMs) => (await takeRefunds(sql, count, nowMs)).map(job),
  };
}
