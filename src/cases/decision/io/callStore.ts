/*
 * SQL about calls to channels. States of a call: due → calling → done or refused. A claim is
 * committed before the request leaves, and after a crash the channel is asked about it, so no order
 * is called about twice.
 */

import { inTransaction, type Query, type Sql } from "../../../db/connect.ts";

/** The order of a call. */
interface CallKey {
  readonly saleNo: number;
  readonly orderId: string;
}

export interface DueCall extends CallKey {
  readonly decisionId: string;
  /** Attempts before this one. */
  readonly attempts: number;
  /** An earlier attempt began and its outcome was not recorded. */
  readonly cutOff: boolean;
  /**
   * The decision was overturned meanwhile: an interrupted call is settled, and no new one is made.
   */
  readonly overturned: boolean;
}

/** Claims due calls to a channel until `untilMs`. */
export async function takeCalls(
  sql: Sql,
  channelCode: string,
  mostCount: number,
  time: { readonly nowMs: number; readonly untilMs: number },
): Promise<DueCall[]> {
  return await inTransaction(sql, async (tx) => {
    const due = await tx<DueCall[]>`
      select c.sale_no, c.order_id, d.decision_id,
        c.attempts, c.state = 'calling' as cut_off, d.state = 'overturned' as overturned
      from channel_call c join sale s using (sale_no) join decision d using (sale_no, order_id)
      where c.state in ('due', 'calling') and c.next_attempt_at <= ${new Date(time.nowMs)}
        and s.definition->'channels'->(c.channel_no - 1)->>'code' = ${channelCode}
        and (d.state <> 'overturned' or c.state = 'calling')
      order by c.next_attempt_at limit ${mostCount} for update of c skip locked`;
    await tx`
      update channel_call set state = 'calling', attempts = least(attempts + 1, 30000),
        next_attempt_at = ${new Date(time.untilMs)}
      where kind = 'cancel' and (sale_no, order_id) in (select * from unnest(
        ${due.map((one) => one.saleNo)}::int[], ${due.map((one) => one.orderId)}::uuid[]))`;
    return due;
  });
}

/** Records the answer to a call. */
export async function endCall(
  sql: Query,
  { saleNo, orderId }: CallKey,
  state: "done" | "refused",
): Promise<void> {
  await sql`
    update channel_call set state = ${state}
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = 'cancel'`;
}

/** Schedules the next attempt, with the channel's answer. */
export async function postponeCall(
  sql: Query,
  { saleNo, orderId }: CallKey,
  nextAtMs: number,
  answer: string | null,
): Promise<void> {
  await sql`
    update channel_call set next_attempt_at = ${new Date(nextAtMs)}, answer = ${answer}
    where sale_no = ${saleNo} and order_id = ${orderId} and kind = 'cancel'`;
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
 * repeated, and nothing is told any more about an overturned decision.
 */
export async function repeatCalls(
  sql: Query,
  { saleNo, orderId }: CallKey,
  nowMs: number,
): Promise<number> {
  const { count } = await sql`
    update channel_call c set state = 'due', next_attempt_at = ${new Date(nowMs)}
    where sale_no = ${saleNo} and order_id = ${orderId} and state = 'refused'
      and exists (select 1 from decision d where d.sale_no = c.sale_no
        and d.order_id = c.order_id and d.state <> 'overturned')`;
  return count;
}
