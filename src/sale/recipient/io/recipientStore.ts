/* All SQL about orders by whom and where they go to, and about those that wait for a person. */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { Objection, ObjectionVerdict } from "../../objection.ts";

/** A recipient of a sale's orders. */
export interface RecipientKey {
  readonly saleNo: number;
  readonly recipientKey: string;
}

/**
 * Locks recipients, so that of two orders to one of them the second sees the first. In sorted order,
 * so there is no deadlock.
 */
export async function lockRecipients(
  tx: Transaction,
  keys: readonly RecipientKey[],
): Promise<void> {
  const named = new Map(keys.map((key) => [`${key.saleNo} ${key.recipientKey}`, key]));
  const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
  const saleNos = sorted.map((key) => key.saleNo);
  const recipientKeys = sorted.map((key) => key.recipientKey);
  await tx`
    insert into recipient (sale_no, recipient_key)
    select * from unnest(${saleNos}::int[], ${recipientKeys}::uuid[]) on conflict do nothing`;
  await tx`
    select 1 from unnest(${saleNos}::int[], ${recipientKeys}::uuid[]) with ordinality
      as wanted (sale_no, recipient_key, position)
    cross join lateral (select 1 from recipient g where g.sale_no = wanted.sale_no
      and g.recipient_key = wanted.recipient_key for update) locked
    order by position`;
}

/** An order to a recipient that is looked at. */
export interface RecipientOrder extends RecipientKey {
  readonly accountKey: string;
  readonly groupId: string;
  readonly standing: boolean;
  /** Null after the order's facts have expired. */
  readonly factsCipher: Buffer | null;
}

/** All orders to these recipients, in the order of their arrival. */
export async function listOrdersTo(
  tx: Transaction,
  keys: readonly RecipientKey[],
): Promise<RecipientOrder[]> {
  return await tx<RecipientOrder[]>`
    with wanted as materialized (select distinct * from unnest(${keys.map((key) => key.saleNo)}::int[],
      ${keys.map((key) => key.recipientKey)}::uuid[]) as wanted (sale_no, recipient_key))
    select r.sale_no, r.recipient_key, r.account_key, r.group_id,
      p.state <> 'cancelled' or p.unit_held as standing, f.facts_cipher
    from wanted cross join lateral (select * from order_recipient m
      where m.sale_no = wanted.sale_no and m.recipient_key = wanted.recipient_key offset 0) r
    cross join lateral (select state, unit_held from purchase_order o
      where o.sale_no = r.sale_no and o.order_id = r.order_id limit 1) p
    left join lateral (select facts_cipher from order_facts o
      where o.sale_no = r.sale_no and o.order_id = r.order_id limit 1) f on true
    order by r.arrival_no`;
}

export interface NewRecipient extends RecipientKey {
  readonly orderId: string;
  readonly accountKey: string;
  readonly groupId: string;
}

/** Stores whom placed orders go to, in the order of their arrival. */
export async function insertRecipients(
  tx: Transaction,
  orders: readonly NewRecipient[],
): Promise<void> {
  if (orders.length === 0) return;
  await tx`
    insert into order_recipient (sale_no, order_id, account_key, recipient_key, group_id)
    select sale_no, order_id, account_key, recipient_key, group_id
    from unnest(${orders.map((order) => order.saleNo)}::int[],
      ${orders.map((order) => order.orderId)}::uuid[],
      ${orders.map((order) => order.accountKey)}::uuid[],
      ${orders.map((order) => order.recipientKey)}::uuid[],
      ${orders.map((order) => order.groupId)}::uuid[]) with ordinality
      as came (sale_no, order_id, account_key, recipient_key, group_id, position)
    order by position`;
}

/** A placed order that waits for a person, as its buyer sees it. */
export interface OrderHold {
  readonly groupId: string;
  /** Further orders to the same recipient and place, cancelled ones left out. */
  readonly otherCount: number;
  readonly waits: boolean;
  readonly objection: Objection | null;
  /** The text of the person who decided. */
  readonly answer: string | null;
}

/** Null for an order that neither waits nor was objected to. */
export async function findOrderHold(
  sql: Query,
  { saleNo, orderId }: { readonly saleNo: number; readonly orderId: string },
): Promise<OrderHold | null> {
  const [row] = await sql<
    (Omit<OrderHold, "objection"> & {
      readonly objected: boolean;
      readonly verdict: ObjectionVerdict | null;
    })[]
  >`
    select r.group_id, h.order_id is not null as waits, o.order_id is not null as objected,
      o.verdict, o.reason as answer,
      (select count(*)::int from order_recipient m
        join purchase_order q on q.sale_no = m.sale_no and q.order_id = m.order_id
        where m.sale_no = r.sale_no and m.group_id = r.group_id and m.order_id <> r.order_id
          and (q.state <> 'cancelled' or q.unit_held)) as other_count
    from order_recipient r
      left join held_order h on h.sale_no = r.sale_no and h.order_id = r.order_id
      left join order_objection o on o.sale_no = r.sale_no and o.order_id = r.order_id
    where r.sale_no = ${saleNo} and r.order_id = ${orderId}
      and (h.order_id is not null or o.order_id is not null)`;
  if (!row) return null;
  const { objected, verdict, ...hold } = row;
  return { ...hold, objection: objected ? (verdict ?? "waiting") : null };
}

/** An order that waits for a person. */
export interface HeldOrder {
  readonly orderId: string;
  readonly groupId: string;
}

/** Paid and confirmed orders of a sale that wait for a person. */
export async function listHeldOrders(sql: Query, saleNo: number): Promise<HeldOrder[]> {
  return await sql<HeldOrder[]>`
    select h.order_id, h.group_id from held_order h join purchase_order p using (sale_no, order_id)
    where h.sale_no = ${saleNo} and p.state in ('paid', 'cod_confirmed')
    order by h.group_id, p.placed_at, h.order_id`;
}

/**
 * Lets orders stand that wait for a person although nobody has opened a case for them, and that were
 * bought at a channel before this moment: their channel would cancel them by itself. Only in sales
 * that were not analysed yet; afterwards they are in cases. At most `mostCount` at once.
 */
export async function letHeldStand(
  tx: Transaction,
  channelCode: string,
  when: { readonly placedBeforeMs: number; readonly nowMs: number },
  mostCount: number,
): Promise<readonly { readonly slug: string; readonly orderId: string }[]> {
  return await tx<{ slug: string; orderId: string }[]>`
    with late as materialized (
      select p.sale_no, p.order_id, s.slug from sale s join purchase_order p using (sale_no)
      where s.state <> 'draft' and p.state in ('paid', 'cod_confirmed')
        and not exists (select 1 from sale_audit a where a.sale_no = s.sale_no)
        and p.placed_at < ${new Date(when.placedBeforeMs)}
        and s.definition->'channels'->(p.channel_no - 1)->>'code' = ${channelCode})
    update order_recipient r set let_stand_at = ${new Date(when.nowMs)}
    from (select late.* from late join held_order h using (sale_no, order_id)
      order by sale_no, order_id limit ${mostCount}) found
    where r.sale_no = found.sale_no and r.order_id = found.order_id and r.let_stand_at is null
    returning found.slug, r.order_id`;
}
