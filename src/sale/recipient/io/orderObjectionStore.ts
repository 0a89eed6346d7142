/* All SQL about objections to an order's waiting because of others to its recipient and place. */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { DecidedObjection, ObjectionVerdict, ObjectorKey } from "../../objection.ts";

/** Stores the objection "we are two people"; false if it was already made. */
export async function insertOrderObjection(
  tx: Transaction,
  order: ObjectorKey & { readonly orderId: string; readonly accountKey: string },
  said: { readonly statementCipher: Buffer; readonly nowMs: number },
): Promise<boolean> {
  const { saleNo, roundNo, entryId, orderId, accountKey } = order;
  const written = await tx`
    insert into order_objection (sale_no, round_no, entry_id, order_id, account_key,
      statement_cipher, objected_at)
    values (${saleNo}, ${roundNo}, ${entryId}, ${orderId}, ${accountKey}, ${said.statementCipher},
      ${new Date(said.nowMs)})
    on conflict do nothing`;
  return written.count === 1;
}

export interface OrderObjection extends ObjectorKey {
  readonly slug: string;
  readonly orderId: string;
  readonly accountKey: string;
  /** Empty after its erasure. */
  readonly statementCipher: Buffer;
  readonly objectedAt: Date;
  readonly verdict: ObjectionVerdict | null;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

/** Open ones first, oldest on top; then the decided ones, newest first. */
export async function listOrderObjections(
  sql: Query,
  mostCount: number,
): Promise<OrderObjection[]> {
  return await sql<OrderObjection[]>`
    select s.slug, o.sale_no, o.round_no, o.entry_id, o.order_id, o.account_key,
      o.statement_cipher, o.objected_at, o.verdict, o.reason, o.decided_by, o.decided_at
    from order_objection o join sale s using (sale_no)
    order by o.verdict is not null, case when o.verdict is null then o.objected_at end,
      o.decided_at desc limit ${mostCount}`;
}

/** An order of a sale. */
interface SaleOrderKey {
  readonly saleNo: number;
  readonly orderId: string;
}

/** An order of a group, as a person who decides sees it. */
export interface GroupOrder {
  readonly saleNo: number;
  /** The order whose group it is in. */
  readonly ofOrderId: string;
  readonly entryId: string;
  readonly accountKey: string;
  readonly placedAt: Date;
  readonly state: string;
  /** Null after the order's facts have expired. */
  readonly factsCipher: Buffer | null;
}

/** The orders to the recipients and places of these orders, themselves among them, by arrival. */
export async function listGroupOrders(
  sql: Query,
  orders: readonly SaleOrderKey[],
): Promise<readonly GroupOrder[]> {
  if (orders.length === 0) return [];
  return await sql<GroupOrder[]>`
    select r.sale_no, r.order_id as of_order_id, p.entry_id, p.account_key, p.placed_at, p.state,
      f.facts_cipher
    from unnest(${orders.map((order) => order.saleNo)}::int[],
        ${orders.map((order) => order.orderId)}::uuid[]) as wanted (sale_no, order_id)
      join order_recipient r on r.sale_no = wanted.sale_no and r.order_id = wanted.order_id
      join order_recipient m on m.sale_no = r.sale_no and m.group_id = r.group_id
      join purchase_order p on p.sale_no = m.sale_no and p.order_id = m.order_id
      left join order_facts f on f.sale_no = m.sale_no and f.order_id = m.order_id
    order by m.arrival_no`;
}

/** Locks an entry's objection; null without one. */
export async function lockOrderObjection(
  tx: Transaction,
  { saleNo, roundNo, entryId }: ObjectorKey,
): Promise<Pick<OrderObjection, "orderId" | "accountKey" | "verdict"> | null> {
  const [row] = await tx<
    { orderId: string; accountKey: string; verdict: ObjectionVerdict | null }[]
  >`
    select order_id, account_key, verdict from order_objection
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId} for update`;
  return row ?? null;
}

export async function writeOrderVerdict(
  tx: Transaction,
  { saleNo, roundNo, entryId }: ObjectorKey,
  found: DecidedObjection,
): Promise<void> {
  await tx`
    update order_objection set verdict = ${found.verdict}, reason = ${found.answer},
      decided_by = ${found.who}, decided_at = ${new Date(found.nowMs)}
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
}
