/* SQL about the statuses that channels and couriers report for an order. */

import type { Query, Transaction } from "../../../db/connect.ts";

/**
 * Locks an order FOR SHARE, so that no decision about it is made meanwhile. Everything that depends on it is
 * read in a later statement: one that waits for a lock would miss the decision it waited for.
 */
export async function holdOrder(tx: Transaction, saleNo: number, orderId: string): Promise<void> {
  await tx`
    select 1 from purchase_order where sale_no = ${saleNo} and order_id = ${orderId} for share`;
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

/** The newest decision about an order; null where there is none. */
export async function findDecisionId(
  sql: Query,
  saleNo: number,
  orderId: string,
): Promise<string | null> {
  const [row] = await sql<{ decisionId: string }[]>`
    select d.decision_id from purchase_order p join decision d
      on d.account_key = p.account_key and d.sale_no = p.sale_no and d.order_id = p.order_id
    where p.sale_no = ${saleNo} and p.order_id = ${orderId}
    order by d.decided_at desc limit 1`;
  return row?.decisionId ?? null;
}
