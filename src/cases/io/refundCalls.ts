import { paymentReference, type PaymentProvider } from "../../connectors/payment.ts";
import { inTransaction, type Sql } from "../../db/connect.ts";
import { AT_ONCE, MOST_RETRY_MS, retryWaitMs } from "./retry.ts";

/*
 * Money that is due back is asked back from the payment service, until the service reports that it went.
 * A refund has one id for all its attempts, so asking twice pays once; not asking pays never.
 */

/** How long a report may take before the service is asked again. */
const REPORT_MS = MOST_RETRY_MS;

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

async function takeRefunds(sql: Sql, nowMs: number): Promise<RefundRow[]> {
  return await inTransaction(sql, async (tx) => {
    const rows = await tx<RefundRow[]>`
      select r.sale_no, r.order_id, r.refund_no, r.attempts, p.price_minor_units, p.currency
      from refund_call r join purchase_order p using (sale_no, order_id)
      where r.state in ('due', 'calling') and r.next_attempt_at <= ${new Date(nowMs)}
        and p.refund_due
      order by r.next_attempt_at, r.order_id limit ${AT_ONCE} for update of r skip locked`;
    for (const row of rows) {
      const waitMs = retryWaitMs(row.attempts);
      await tx`
        update refund_call set state = 'calling', attempts = least(attempts + 1, 30000),
          next_attempt_at = ${new Date(nowMs + waitMs)}
        where sale_no = ${row.sale_no} and order_id = ${row.order_id}
          and refund_no = ${row.refund_no}`;
    }
    return rows;
  });
}

/** Asks for the refunds that are due; returns how many the service took. */
export async function runRefunds(
  sql: Sql,
  provider: PaymentProvider,
  nowMs: number,
): Promise<number> {
  await noteRefunds(sql, nowMs);
  let taken = 0;
  for (const row of await takeRefunds(sql, nowMs)) {
    const { sale_no: saleNo, order_id: orderId, refund_no: refundNo } = row;
    const where = sql`sale_no = ${saleNo} and order_id = ${orderId} and refund_no = ${refundNo}`;
    try {
      const answer = await provider.refund({
        refundId: `${saleNo}.${orderId}.refund.${refundNo}`,
        reference: paymentReference(saleNo, orderId),
        amountMinorUnits: row.price_minor_units,
        currency: row.currency,
      });
      if (answer === "taken") {
        taken++;
        await sql`
          update refund_call set answer = null, next_attempt_at = ${new Date(nowMs + REPORT_MS)}
          where ${where}`;
      } else await sql`update refund_call set state = 'refused', answer = 'refused' where ${where}`;
    } catch (error) {
      const said = (error as Error).message.slice(0, 200);
      await sql`update refund_call set answer = ${said} where ${where}`;
    }
  }
  return taken;
}
