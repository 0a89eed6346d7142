import { unreachable } from "../base/assert.ts";
import type { Round } from "./definition.ts";

/*
 * The one allocation rule: arrivals fall into consecutive windows; a window is sealed when it is
 * over; its entrants are then put in an order that chance decides. Modes differ in window length.
 */

/** Windows of a round at most: one secret of the hash chain belongs to each. */
export const LONGEST_CHAIN = 200_000;

/**
 * First come publishes its entries in slices of this length; the slices have no say in the order,
 * which is by arrival. Shorter ones cost rows, longer ones delay the first offer.
 */
export const FIRST_COME_SLICE_MS = 1_000;

export interface WindowSpan {
  readonly windowNo: number;
  readonly opensAtMs: number;
  /** The window ends just before this instant. */
  readonly closesAtMs: number;
}

function sliceMs(round: Round): number {
  return round.mode === "first_come" ? FIRST_COME_SLICE_MS : round.windowMs;
}

/** The window that an arrival at `nowMs` falls into; null before the first and after closing. */
export function windowAt(round: Round, nowMs: number): WindowSpan | null {
  if (nowMs < round.lobbyOpensAtMs || nowMs >= round.closesAtMs) return null;
  if (round.mode === "draw" || nowMs < round.opensAtMs) return windowSpan(round, 0);
  const sinceOpening = Math.floor((nowMs - round.opensAtMs) / sliceMs(round));
  return windowSpan(round, firstTimedWindowNo(round) + sinceOpening);
}

/** Window 0 is the lobby of a shuffled queue; where there is no lobby, it is the first slice. */
function firstTimedWindowNo(round: Round): number {
  return round.lobbyOpensAtMs < round.opensAtMs ? 1 : 0;
}

/** Begin and end of window `windowNo`; the last one ends at closing. */
export function windowSpan(round: Round, windowNo: number): WindowSpan {
  switch (round.mode) {
    case "draw":
      return { windowNo, opensAtMs: round.opensAtMs, closesAtMs: round.closesAtMs };
    case "shuffled_queue":
    case "first_come": {
      const first = firstTimedWindowNo(round);
      if (windowNo < first) {
        return { windowNo, opensAtMs: round.lobbyOpensAtMs, closesAtMs: round.opensAtMs };
      }
      const opensAtMs = round.opensAtMs + (windowNo - first) * sliceMs(round);
      const closesAtMs = Math.min(opensAtMs + sliceMs(round), round.closesAtMs);
      return { windowNo, opensAtMs, closesAtMs };
    }
    default:
      return unreachable(round.mode);
  }
}

/** The number of the last window before closing. */
export function lastWindowNo(round: Round): number {
  if (round.mode === "draw") return 0;
  const timedCount = Math.ceil((round.closesAtMs - round.opensAtMs) / sliceMs(round));
  return firstTimedWindowNo(round) + timedCount - 1;
}

/** The last window that is over at `nowMs`; −1 while none is. */
export function lastEndedWindowNo(round: Round, nowMs: number): number {
  if (nowMs >= round.closesAtMs) return lastWindowNo(round);
  return (windowAt(round, nowMs)?.windowNo ?? 0) - 1;
}
