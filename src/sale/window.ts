/*
 * The one allocation rule: arrivals fall into consecutive windows; a window is sealed when it is
 * over; a draw then orders its entrants. Modes differ only in window length.
 */

import { unreachable } from "../base/assert.ts";
import type { Round } from "./definition.ts";

/** Windows of a round at most: each needs one secret of the hash chain. */
export const LONGEST_CHAIN = 200_000;

/**
 * Length of the slices in which first come publishes its entries. They do not affect the order,
 * which is by arrival. Shorter ones cost rows, longer ones delay the first offer.
 */
export const FIRST_COME_SLICE_MS = 1_000;

export interface WindowSpan {
  readonly windowNo: number;
  readonly opensAtMs: number;
  /** Exclusive end of the window. */
  readonly closesAtMs: number;
}

/** Length of a timed window. */
export function sliceMs(round: Round): number {
  return round.mode === "first_come" ? FIRST_COME_SLICE_MS : round.windowMs;
}

/** The window of an arrival at `nowMs`; null before the first and after closing. */
export function windowAt(round: Round, nowMs: number): WindowSpan | null {
  if (nowMs < round.lobbyOpensAtMs || nowMs >= round.closesAtMs) return null;
  if (round.mode === "draw" || nowMs < round.opensAtMs) return windowSpan(round, 0);
  const sinceOpening = Math.floor((nowMs - round.opensAtMs) / sliceMs(round));
  return windowSpan(round, firstTimedWindowNo(round) + sinceOpening);
}

/** Window 0 is the lobby of a shuffled queue; without a lobby it is the first slice. */
function firstTimedWindowNo(round: Round): number {
  return round.lobbyOpensAtMs < round.opensAtMs ? 1 : 0;
}

/** Start and end of window `windowNo`; the last one ends at closing. */
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

/** The last window that is over at `nowMs`; −1 before that. */
export function lastEndedWindowNo(round: Round, nowMs: number): number {
  if (nowMs >= round.closesAtMs) return lastWindowNo(round);
  return (windowAt(round, nowMs)?.windowNo ?? 0) - 1;
}
