import type { Attempt, Urgency } from "../../../messages/sending.ts";
import type { Job, Way } from "../../../messages/io/lane.ts";
import { neverLeft } from "../../../access/io/outside.ts";
import type { Clock } from "../../../base/clock.ts";
import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import { inTransaction, type Sql } from "../../../db/connect.ts";
import {
  CALLS_AT_ONCE,
  CALLS_PAUSE_MS,
  CUT_OFF_MS,
  retryWaitMs,
} from "../../../messages/callRetry.ts";

/*
 * Calls to channels. That a call is about to be made is on the disk before it is made; after a crash the
 * channel is asked whether it arrived, so that no order is called about twice.
 */

/** Nothing else goes this way, so nothing is kept free for it. */
const URGENCY: Urgency = 0;

interface CallRow {
  readonly sale_no: number;
  readonly order_id: string;
  readonly decision_id: string;
  readonly attempts: number;
  readonly cut_off: boolean;
  /** The decision was overturned meanwhile: what was cut off is cleared up, and nothing is called. */
  readonly overturned: boolean;
}

async function takeCalls(sql: Sql, code: string, count: number, nowMs: number): Promise<CallRow[]> {
  return await inTransaction(sql, async (tx) => {
    const rows = await tx<CallRow[]>`
      select c.sale_no, c.order_id, d.decision_id, c.attempts,
        c.state = 'calling' as cut_off, d.state = 'overturned' as overturned
      from channel_call c join sale s using (sale_no) join decision d using (sale_no, order_id)
      where c.state in ('due', 'calling') and c.next_attempt_at <= ${new Date(nowMs)}
        and s.definition->'channels'->(c.channel_no - 1)->>'code' = ${code}
        and (d.state <> 'overturned' or c.state = 'calling')
      order by c.next_attempt_at limit ${count} for update of c skip locked`;
    await tx`
      update channel_call set state = 'calling', attempts = least(attempts + 1, 30000),
        next_attempt_at = ${new Date(nowMs + CUT_OFF_MS)}
      where kind = 'cancel' and (sale_no, order_id) in (select * from unnest(
        ${rows.map((row) => row.sale_no)}::int[], ${rows.map((row) => row.order_id)}::uuid[]))`;
    return rows;
  });
}

async function call(port: ChannelPort, row: CallRow, signal: AbortSignal): Promise<Attempt> {
  const callId = `${row.sale_no}.${row.order_id}.cancel`;
  const refused: Attempt = { result: "refused", why: "refused", forGood: true };
  try {
    if (row.cut_off && (await port.knows(callId, signal))) return { result: "sent" };
    if (row.overturned) return { ...refused, why: "overturned before it was called" };
    const { order_id: orderId, decision_id: decisionId } = row;
    const order = { orderId, decisionId, status: "cancelled_by_seller" } as const;
    return (await port.cancel(callId, order, signal)) === "done" ? { result: "sent" } : refused;
  } catch (error) {
    const why = (error as Error).message.slice(0, 200);
    return { result: neverLeft(error) ? "away" : "unclear", why };
  }
}

function callJob(sql: Sql, port: ChannelPort, clock: Clock, row: CallRow): Job {
  const where = sql`sale_no = ${row.sale_no} and order_id = ${row.order_id} and kind = 'cancel'`;
  return {
    urgency: URGENCY,
    send: (signal) => call(port, row, signal),
    record: async (attempt) => {
      if (attempt.result === "sent" || attempt.result === "refused") {
        const state = attempt.result === "sent" ? "done" : "refused";
        await sql`update channel_call set state = ${state} where ${where}`;
        return;
      }
      // Not reached, or no clear answer: it stays "calling", so the next attempt asks before it calls.
      const nextMs = clock.nowMs() + retryWaitMs(row.attempts);
      await sql`
        update channel_call set next_attempt_at = ${new Date(nextMs)},
          answer = ${"why" in attempt ? attempt.why : null}
        where ${where}`;
    },
  };
}

/** A way out for each channel that must be told. */
export function channelWays(
  sql: Sql,
  clock: Clock,
  ports: ReadonlyMap<string, ChannelPort>,
): Way[] {
  return [...ports].map(([code, port]) => ({
    name: `channel ${code}`,
    connections: CALLS_AT_ONCE,
    pauseMs: CALLS_PAUSE_MS,
    due: async () => [URGENCY],
    claim: async (_urgency, count, nowMs) => {
      const rows = await takeCalls(sql, code, count, nowMs);
      return rows.map((row) => callJob(sql, port, clock, row));
    },
  }));
}

/** Calls to a channel that nobody can reach any more, as it is not set up: a person sees them as refused. */
export async function refuseUnknownChannels(
  sql: Sql,
  ports: ReadonlyMap<string, ChannelPort>,
  nowMs: number,
): Promise<void> {
  if (ports.size === 0) return;
  await sql`
    update channel_call c set state = 'refused', answer = 'this channel is not set up'
    from sale s where s.sale_no = c.sale_no and c.state in ('due', 'calling')
      and c.next_attempt_at <= ${new Date(nowMs)}
      and s.definition->'channels'->(c.channel_no - 1)->>'code' <> all(${[...ports.keys()]}::text[])`;
}
