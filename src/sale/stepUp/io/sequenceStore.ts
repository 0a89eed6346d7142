/*
 * All SQL about the sequence in which the orders of a sale are scored. Numbers are given under the
 * sale's row in `scoring`, which is held for a few statements and a commit, and by a transaction that
 * holds no other lock.
 */

import { must } from "../../../base/assert.ts";
import type { Query, Sql, Transaction } from "../../../db/connect.ts";
import { numbered, type ComingOrder, type ScoredOrder } from "../sequence.ts";

/** An order that is about to be placed, with what a scorer needs of it. */
export interface OrderToScore extends ComingOrder {
  readonly accountKey: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly nowMs: number;
  readonly factsCipher: Buffer;
}

/** Cancelled orders are looked for so often. */
const LOOK_MS = 1_000;
/** A transaction commits later than it says; the longest that cancels orders takes less. */
const OVERLAP_MS = 120_000;

interface Sequence {
  readonly lastNo: number;
  readonly lastAt: Date;
  readonly lookedAt: Date;
}

async function lockSequence(tx: Transaction, saleNo: number): Promise<Sequence> {
  const lock = async () =>
    await tx<Sequence[]>`
      select last_no, last_at, looked_at from scoring where sale_no = ${saleNo} for update`;
  const [known] = await lock();
  if (known) return known;
  await tx`insert into scoring (sale_no) values (${saleNo}) on conflict do nothing`;
  const [fresh] = await lock();
  return must(fresh, "inserted just now");
}

interface ScoredRow extends Omit<ScoredOrder, "comingAtMs"> {
  readonly comingAt: Date;
}

/** Orders whose state may have changed since, and all of some offers. */
async function listChanging(
  tx: Transaction,
  saleNo: number,
  { offerIds, cancelledSince }: { offerIds: readonly string[]; cancelledSince: Date | null },
): Promise<ScoredOrder[]> {
  const rows = await tx<ScoredRow[]>`
    with changing as materialized (
      select score_no from scored_order
        where sale_no = ${saleNo} and state in ('coming', 'answering')
      union
      select score_no from scored_order
        where sale_no = ${saleNo} and offer_id = any(${offerIds}::uuid[])
      union
      select s.score_no from purchase_order p cross join lateral (select score_no from scored_order o
          where o.sale_no = p.sale_no and o.offer_id = p.offer_id and o.state = 'counted') s
        where p.sale_no = ${saleNo} and p.state = 'cancelled' and p.settled_at > ${cancelledSince})
    select s.score_no, s.offer_id, s.facts_key, s.state, s.coming_at, p.placed,
      coalesce(u.asked, false) as is_asked
    from changing c
      cross join lateral (select * from scored_order o
        where o.sale_no = ${saleNo} and o.score_no = c.score_no limit 1) s
      left join lateral (select case state when 'cancelled' then state else 'stands' end as placed
        from purchase_order o where o.sale_no = s.sale_no and o.offer_id = s.offer_id limit 1) p
        on true
      left join lateral (select passed_at is null as asked from step_up o
        where o.sale_no = s.sale_no and o.offer_id = s.offer_id limit 1) u on true
    order by s.score_no`.plannedAnew();
  return rows.map(({ comingAt, ...order }) => ({ ...order, comingAtMs: comingAt.getTime() }));
}

/** A scored order as parameters of the statement. */
const rowOf = (
  order: OrderToScore,
  { scoreNo, scoredAtMs }: { readonly scoreNo: number; readonly scoredAtMs: number },
) => ({
  score_no: scoreNo,
  offer_id: order.offerId,
  account_key: order.accountKey,
  channel_no: order.channelNo,
  variant_no: order.variantNo,
  scored_at: new Date(scoredAtMs),
  facts_key: order.factsKey,
  facts: order.factsCipher.toString("hex"),
  state: order.isAnswer ? "answering" : "coming",
});

/** What `numberOrders` did. */
export interface NumberedOrders {
  /** By the index of each order. */
  readonly scoreNos: readonly number[];
  readonly lastNo: number;
}

/**
 * Numbers orders that are about to be placed, and notes what became of those before them. After the
 * commit every server reads them in this order.
 */
export async function numberOrders(
  tx: Transaction,
  saleNo: number,
  orders: readonly OrderToScore[],
  nowMs: number,
): Promise<NumberedOrders> {
  const { lastNo: before, lastAt, lookedAt } = await lockSequence(tx, saleNo);
  // The lock first: a statement that waits for it sees everything else as it was before the wait.
  const looks = nowMs - lookedAt.getTime() >= LOOK_MS;
  const known = await listChanging(tx, saleNo, {
    offerIds: orders.map(({ offerId }) => offerId),
    cancelledSince: looks ? new Date(lookedAt.getTime() - OVERLAP_MS) : null,
  });
  const plan = numbered(known, orders, nowMs);
  let lastNo = before;
  const changes = plan.changes.map(({ orderNo, state, units }) => {
    const score_no = units === null ? null : ++lastNo;
    return { score_no, order_no: orderNo, state, units };
  });
  let lastAtMs = lastAt.getTime();
  const fresh: ReturnType<typeof rowOf>[] = [];
  const scoreNos = orders.map((order, index) => {
    const same = plan.known[index] ?? null;
    if (same !== null) return same;
    lastAtMs = Math.max(lastAtMs, order.nowMs);
    fresh.push(rowOf(order, { scoreNo: ++lastNo, scoredAtMs: lastAtMs }));
    return lastNo;
  });
  await tx`
    with came as (
      insert into scored_order (sale_no, score_no, offer_id, account_key, channel_no, variant_no,
        scored_at, facts_key, facts_cipher, state, coming_at)
      select ${saleNo}, score_no, offer_id, account_key, channel_no, variant_no, scored_at,
        facts_key, decode(facts, 'hex'), state, ${new Date(nowMs)}
      from json_to_recordset(${tx.json(fresh)}) as came (score_no int, offer_id uuid,
        account_key uuid, channel_no smallint, variant_no smallint, scored_at timestamptz,
        facts_key uuid, facts text, state text)),
    changed as materialized (select * from json_to_recordset(${tx.json(changes)})
      as changed (score_no int, order_no int, state text, units smallint)),
    noted as (
      insert into scored_change (sale_no, score_no, order_no, units)
      select ${saleNo}, score_no, order_no, units from changed where score_no is not null),
    states as (
      update scored_order o set state = changed.state,
        coming_at = case when changed.state in ('coming', 'answering') then ${new Date(nowMs)}
          else o.coming_at end
      from changed where o.sale_no = ${saleNo} and o.score_no = changed.order_no)
    update scoring set last_no = ${lastNo}, last_at = ${new Date(lastAtMs)},
      looked_at = ${looks ? new Date(nowMs) : lookedAt}
    where sale_no = ${saleNo}`.plannedAnew();
  return { scoreNos, lastNo };
}

/**
 * Numbers orders that were placed while nothing was scored, so that those after them are scored
 * beside them. Seldom there are any, and then this takes as long as there are many.
 */
export async function numberUnscored(sql: Sql, saleNo: number): Promise<void> {
  const unscored = (query: Query) => query`
    from purchase_order p left join order_facts f using (sale_no, order_id)
    where p.sale_no = ${saleNo} and p.state <> 'cancelled' and not exists (
      select 1 from scored_order s where s.sale_no = p.sale_no and s.offer_id = p.offer_id)`;
  // Without the lock: an order's number is committed before the order is.
  const [any] = await sql`select 1 ${unscored(sql)} limit 1`;
  if (!any) return;
  await sql.begin(async (tx) => {
    const { lastNo, lastAt } = await lockSequence(tx, saleNo);
    await tx`
      with came as (
        insert into scored_order (sale_no, score_no, offer_id, account_key, channel_no, variant_no,
          scored_at, facts_cipher, state, coming_at)
        select p.sale_no, ${lastNo} + row_number() over (order by p.placed_at, p.order_id),
          p.offer_id, p.account_key, p.channel_no, p.variant_no, greatest(p.placed_at, ${lastAt}),
          f.facts_cipher, 'counted', p.placed_at ${unscored(tx)}
        returning score_no, scored_at)
      update scoring set last_no = coalesce((select max(score_no) from came), last_no),
        last_at = coalesce((select max(scored_at) from came), last_at)
      where sale_no = ${saleNo}`;
  });
}

/** One number of a sequence: an order, or that one of them takes so many units from here on. */
export type SequenceRow = { readonly scoreNo: number } & (
  | {
      readonly orderNo: null;
      readonly offerId: string;
      readonly accountKey: string;
      readonly channelNo: number;
      readonly variantNo: number;
      readonly scoredAt: Date;
      readonly factsCipher: Buffer | null;
    }
  | { readonly orderNo: number; readonly units: number }
);

/** The numbers after one, in their order, at most `size`. */
export async function listSequence(
  sql: Query,
  saleNo: number,
  { afterNo, size }: { readonly afterNo: number; readonly size: number },
): Promise<SequenceRow[]> {
  return await sql<SequenceRow[]>`
    (select score_no, null as order_no, null as units, offer_id, account_key, channel_no, variant_no,
        scored_at, facts_cipher
      from scored_order where sale_no = ${saleNo} and score_no > ${afterNo}
      order by score_no limit ${size})
    union all
    (select score_no, order_no, units, null, null, null, null, null, null
      from scored_change where sale_no = ${saleNo} and score_no > ${afterNo}
      order by score_no limit ${size})
    order by score_no limit ${size}`;
}

/** Sales that sell, with the last number of each. */
export async function listSequences(
  sql: Query,
): Promise<{ readonly slug: string; readonly lastNo: number }[]> {
  return await sql<{ slug: string; lastNo: number }[]>`
    select s.slug, c.last_no from scoring c join sale s using (sale_no)
    where s.state in ('live', 'paused')`;
}
