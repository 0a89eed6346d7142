/* SQL about the statuses that channels and couriers report for an order. */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { OrderTruth } from "../status.ts";

/**
 * Our own records of an order, its row locked FOR SHARE; null if it does not exist. The lock is a
 * statement of its own: a statement that waits for a lock would miss the decision it waited for.
 */
export async function readTruth(
  sql: Query,
  saleNo: number,
  orderId: string,
): Promise<OrderTruth | null> {
  await sql`
    select 1 from purchase_order where sale_no = ${saleNo} and order_id = ${orderId} for share`;
  const [row] = await sql<
    {
      cancelReason: string | null;
      decision: OrderTruth["decision"] | null;
      open: boolean;
      handover: string | null;
    }[]
  >`
    select p.cancel_reason,
      (select d.state from decision d where d.sale_no = p.sale_no and d.order_id = p.order_id
        order by d.decided_at desc limit 1) as decision,
      exists (select 1 from case_order o join suspicion_case c using (sale_no, case_no)
        where o.sale_no = p.sale_no and o.order_id = p.order_id and c.state <> 'closed'
          and o.verdict is distinct from 'release') as open,
      (select handover_reference from order_status s where s.sale_no = p.sale_no
        and s.order_id = p.order_id and handover_reference is not null
        order by status_no desc limit 1) as handover
    from purchase_order p where p.sale_no = ${saleNo} and p.order_id = ${orderId}`;
  if (!row) return null;
  return {
    decision: row.decision ?? "none",
    inOpenCase: row.open,
    cancelledByBuyer: row.cancelReason === "by_buyer",
    handoverReference: row.handover,
  };
}

/** Appends a report about an order; earlier ones stay. */
export async function writeOrderStatus(
  tx: Transaction,
  said: {
    readonly saleNo: number;
    readonly orderId: string;
    readonly status: string;
    readonly handoverReference: string | null;
    readonly who: string;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`
    insert into order_status (sale_no, order_id, status, handover_reference, said_by, said_at)
    values (${said.saleNo}, ${said.orderId}, ${said.status}, ${said.handoverReference},
      ${said.who}, ${new Date(said.nowMs)})`;
}
