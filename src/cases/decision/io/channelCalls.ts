/*
 * Tells channels about disputed orders: hold, the end of a hold, cancelled. No call is made twice: `calling` is committed before the request leaves, and after a crash the channel is
 * asked whether it got the call before it is called again.
 */

import type { Attempt, Urgency } from "../../../messages/sending.ts";
import type { Job, Way } from "../../../messages/io/lane.ts";
import { neverLeft } from "../../../access/io/outside.ts";
import type { Clock } from "../../../base/clock.ts";
import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import type { Sql } from "../../../db/connect.ts";
import {
  CALLS_AT_ONCE,
  CALLS_PAUSE_MS,
  CUT_OFF_MS,
  retryWaitMs,
} from "../../../messages/callRetry.ts";
import { endCall, postponeCall, takeCalls, type DueCall } from "./callStore.ts";

/** The channel's connections carry nothing else, so none are reserved. */
const URGENCY: Urgency = 0;

/**
 * Makes one call. A call interrupted earlier is asked for first, so that it is never made twice.
 */
async function call(port: ChannelPort, due: DueCall, signal: AbortSignal): Promise<Attempt> {
  const { orderId, decisionId, kind } = due;
  const callId = `${due.saleNo}.${orderId}.${kind}`;
  const refused: Attempt = { result: "refused", why: "refused", forGood: true };
  const tell = kind === "cancel" ? port.cancel : port.hold?.[kind];
  if (!tell) return { ...refused, why: "the channel knows no hold" };
  try {
    if (due.cutOff && (await port.knows(callId, signal))) return { result: "sent" };
    if (due.stale) return { ...refused, why: "no longer so before it was called" };
    const answer = await tell(callId, { orderId, decisionId }, signal);
    return answer === "done" ? { result: "sent" } : refused;
  } catch (error) {
    const why = (error as Error).message.slice(0, 200);
    return { result: neverLeft(error) ? "away" : "unclear", why };
  }
}

/** A claimed call as a job of the sender; its outcome is recorded in a statement of its own. */
function callJob(sql: Sql, port: ChannelPort, clock: Clock, due: DueCall): Job {
  return {
    urgency: URGENCY,
    send: (signal) => call(port, due, signal),
    record: async (attempt) => {
      if (attempt.result === "sent" || attempt.result === "refused") {
        await endCall(sql, due, attempt.result === "sent" ? "done" : "refused");
        return;
      }
      // Unreachable or unclear: the row stays `calling`, so the next attempt asks before it calls.
      const nextAtMs = clock.nowMs() + retryWaitMs(due.attempts);
      await postponeCall(sql, due, nextAtMs, "why" in attempt ? attempt.why : null);
    },
  };
}

/** One way out for each channel that has to be told. */
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
    claim: async (_urgency, { count, nowMs }) => {
      const time = { nowMs, untilMs: nowMs + CUT_OFF_MS };
      const calls = await takeCalls(sql, code, count, time);
      return calls.map((due) => callJob(sql, port, clock, due));
    },
  }));
}
