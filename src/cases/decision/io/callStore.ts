/*
 * SQL about calls to channels. States of a call: waiting (a cancellation, until the dispute has
 * ended) → due → calling → done or refused. A claim is committed before the request leaves, and
 * after a crash the channel is asked about it, so no order is called about twice.
 */

import type { ChannelCallKind } from "../../../connectors/channels/hook.ts";
import { inTransaction, type Query, type Sql, type Transaction } from "../../../db/connect.ts";

/** The order of a call. */
interface CallKey {
  readonly saleNo: number;
  readonly orderId: string;
}

export interface DueCall extends CallKey {
  readonly kind: ChannelCallKind;
  readonly decisionId: string;
  /** Attempts before this one. */
  readonly attempts: number;
  /** An earlier attempt began and its outcome was not recorded. */
  readonly cutOff: boolean;
  /** No longer so: an interrupted call is settled, and no new one is made. */
  readonly stale: boolean;
}

/**
 * A decision was made: the channel is told to hold the order, if it knows that, and the
 * cancellation waits.
 */
export async function noteCalls(
  tx: Transaction,
  { saleNo, orderId }: CallKey,
  channel: { readonly channelNo: number; readonly knowsHold: boolean; readonly nowMs: number },
): Promise<void> {
  const { channelNo, knowsHold, nowMs } = channel;
  await tx`
    insert into channel_call (sale_no, order_id, kind, channel_no, state, next_attempt_at)
    select ${saleNo}, ${orderId}, kind, ${channelNo}, state, ${new Date(nowMs)}
    from (values ('hold', 'due'), ('cancel', 'waiting')) as call (kind, state)
    where kind = 'cancel' or ${knowsHold}
    on conflict do nothing`;
}

/** The dispute at the channel is over: the cancellation goes out, and a hold that has not left does not. */
export async function cancelAtChannel(
  tx: Transaction,
  { saleNo, orderId }: CallKey,
  nowMs: number,
): Promise<void> {
  await tx`
    delete from channel_call
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = 'hold' and state = 'due'`;
  await tx`
    update channel_call set state = 'due', next_attempt_at = ${new Date(nowMs)}
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = 'cancel' and state = 'waiting'`;
}

/**
 * Whether the channel treats the order as cancelled, or may: it was told, or says so itself. The
 * call is locked, so that none is made meanwhile.
 */
export async function isCancelledAtChannel(
  tx: Transaction,
  { saleNo, orderId }: CallKey,
  sinceMs: number,
): Promise<boolean> {
  const [called] = await tx<{ state: string }[]>`
    select state from channel_call
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = 'cancel' for update`;
  if (called && called.state !== "waiting" && called.state !== "due") return true;
  const [said] = await tx`
    select 1 from order_status where sale_no = ${saleNo} and order_id = ${orderId}
      and status = 'cancelled_by_seller' and said_at >= ${new Date(sinceMs)} limit 1`;
  return said !== undefined;
}

/** The order stands again: no cancellation any more, and the end of a hold that left. */
export async function releaseAtChannel(
  tx: Transaction,
  { saleNo, orderId }: CallKey,
  nowMs: number,
): Promise<void> {
  await tx`
    delete from channel_call where sale_no = ${saleNo} and order_id = ${orderId}
      and (kind = 'cancel' or (kind = 'hold' and state = 'due'))`;
  await tx`
    insert into channel_call (sale_no, order_id, kind, channel_no, state, next_attempt_at)
    select sale_no, order_id, 'release', channel_no, 'due', ${new Date(nowMs)} from channel_call
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = 'hold'
      and state in ('calling', 'done')
    on conflict do nothing`;
}

/** Claims due calls to a channel until `untilMs`. A call after a hold waits for the hold's answer. */
export async function takeCalls(
  sql: Sql,
  channelCode: string,
  mostCount: number,
  time: { readonly nowMs: number; readonly untilMs: number },
): Promise<DueCall[]> {
  return await inTransaction(sql, async (tx) => {
    const due = await tx<DueCall[]>`
      select c.sale_no, c.order_id, c.kind, d.decision_id, c.attempts,
        c.state = 'calling' as cut_off,
        case c.kind when 'cancel' then p.state <> 'cancelled' when 'hold' then not p.unit_held
          else p.state = 'cancelled' end as stale
      from channel_call c join sale s using (sale_no) join purchase_order p using (sale_no, order_id)
        join lateral (select decision_id from decision i where i.account_key = p.account_key
          and i.sale_no = p.sale_no and i.order_id = p.order_id
          order by i.decided_at desc limit 1) d on true
      where c.state in ('due', 'calling') and c.next_attempt_at <= ${new Date(time.nowMs)}
        and s.definition->'channels'->(c.channel_no - 1)->>'code' = ${channelCode}
        and (c.state = 'calling' or case c.kind when 'cancel' then p.state = 'cancelled'
          when 'hold' then p.unit_held else p.state <> 'cancelled' end)
        and (c.kind = 'hold' or not exists (select 1 from channel_call h
          where h.sale_no = c.sale_no and h.order_id = c.order_id and h.kind = 'hold'
            and h.state in ('due', 'calling')))
      order by c.next_attempt_at limit ${mostCount} for update of c skip locked`;
    await tx`
      update channel_call set state = 'calling', attempts = least(attempts + 1, 30000),
        next_attempt_at = ${new Date(time.untilMs)}
      where (sale_no, order_id, kind) in (select * from unnest(
        ${due.map((one) => one.saleNo)}::int[], ${due.map((one) => one.orderId)}::uuid[],
        ${due.map((one) => one.kind)}::text[]))`;
    return due;
  });
}

/** Records the answer to a call. */
export async function endCall(
  sql: Query,
  { saleNo, orderId, kind }: DueCall,
  state: "done" | "refused",
): Promise<void> {
  await sql`
    update channel_call set state = ${state}
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = ${kind}`;
}

/** Schedules the next attempt, with the channel's answer. */
export async function postponeCall(
  sql: Query,
  { saleNo, orderId, kind }: DueCall,
  nextAtMs: number,
  answer: string | null,
): Promise<void> {
  await sql`
    update channel_call set next_attempt_at = ${new Date(nextAtMs)}, answer = ${answer}
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = ${kind}`;
}

/** Marks calls to channels that are no longer configured as refused, so that a person sees them. */
export async function refuseUnknownChannels(
  sql: Query,
  channelCodes: readonly string[],
  nowMs: number,
): Promise<void> {
  if (channelCodes.length === 0) return;
  await sql`
    update channel_call c set state = 'refused', answer = 'this channel is not set up'
    from sale s where s.sale_no = c.sale_no and c.state in ('due', 'calling')
      and c.next_attempt_at <= ${new Date(nowMs)}
      and s.definition->'channels'->(c.channel_no - 1)->>'code' <> all(${channelCodes}::text[])`;
}

/**
 * Makes refused calls about an order due again; returns how many. Calls that arrived are never
 * repeated, and nothing is told any more that no longer is so.
 */
export async function repeatCalls(
  sql: Query,
  { saleNo, orderId }: CallKey,
  nowMs: number,
): Promise<number> {
  const { count } = await sql`
    update channel_call c set state = 'due', next_attempt_at = ${new Date(nowMs)}
    from purchase_order p
    where c.sale_no = ${saleNo} and c.order_id = ${orderId} and c.state = 'refused'
      and p.sale_no = c.sale_no and p.order_id = c.order_id
      and case c.kind when 'cancel' then p.state = 'cancelled' when 'hold' then p.unit_held
        else p.state <> 'cancelled' end`;
  return count;
}
