/* All SQL about objections to an order's waiting because of others to its recipient and place. */

import type { Query, Transaction } from "../../../db/connect.ts";

/** An entry of a round, whose order waits. */
export interface ObjectorKey {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly entryId: string;
}

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
  /** Empty after its erasure. */
  readonly statementCipher: Buffer;
  readonly objectedAt: Date;
  readonly verdict: "apart" | "same" | null;
  readonly reason: string | null;
  readonly decidedBy: string | null;
}

/** Open ones first, oldest on top; then the decided ones, newest first. */
export async function listOrderObjections(
  sql: Query,
  mostCount: number,
): Promise<OrderObjection[]> {
  return await sql<OrderObjection[]>`
    select s.slug, o.sale_no, o.round_no, o.entry_id, o.order_id, o.statement_cipher,
      o.objected_at, o.verdict, o.reason, o.decided_by
    from order_objection o join sale s using (sale_no)
    order by o.verdict is not null, case when o.verdict is null then o.objected_at end,
      o.decided_at desc limit ${mostCount}`;
}

/** An order of a group, as a person who decides sees it. */
export interface GroupOrder {
  readonly entryId: string;
  readonly accountKey: string;
  readonly placedAt: Date;
  readonly state: string;
  /** Null after the order's facts have expired. */
  readonly factsCipher: Buffer | null;
}

/** The orders to the recipient and place of an order, itself among them. */
export async function listGroupOrders(
  sql: Query,
  { saleNo, orderId }: { readonly saleNo: number; readonly orderId: string },
): Promise<GroupOrder[]> {
  return await sql<GroupOrder[]>`
    select p.entry_id, p.account_key, p.placed_at, p.state, f.facts_cipher
    from order_recipient r
      join order_recipient m on m.sale_no = r.sale_no and m.group_id = r.group_id
      join purchase_order p on p.sale_no = m.sale_no and p.order_id = m.order_id
      left join order_facts f on f.sale_no = m.sale_no and f.order_id = m.order_id
    where r.sale_no = ${saleNo} and r.order_id = ${orderId} order by m.arrival_no`;
}

/** Locks an entry's objection; null without one. */
export async function lockOrderObjection(
  tx: Transaction,
  { saleNo, roundNo, entryId }: ObjectorKey,
): Promise<(Pick<OrderObjection, "orderId" | "verdict"> & { readonly accountKey: string }) | null> {
  const [row] = await tx<
    { orderId: string; accountKey: string; verdict: "apart" | "same" | null }[]
  >`
    select order_id, account_key, verdict from order_objection
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId} for update`;
  return row ?? null;
}

export async function writeOrderVerdict(
  tx: Transaction,
  { saleNo, roundNo, entryId }: ObjectorKey,
  found: {
    readonly verdict: "apart" | "same";
    readonly answer: string;
    readonly who: string;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`
    update order_objection set verdict = ${found.verdict}, reason = ${found.answer},
      decided_by = ${found.who}, decided_at = ${new Date(found.nowMs)}
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
}
