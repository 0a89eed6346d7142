/*
 * A circuit breaker per way out (a mail server, a gateway). States: closed, open after several
 * faults in a row (nothing is sent), half open (one trial attempt).
 * Opening too early delays a working way; opening too late costs every message an attempt.
 */

export interface Breaker {
  /** Faults in a row since the last answer. */
  readonly faults: number;
  /** Openings since the last answer; each one lasts longer. */
  readonly openings: number;
  /** Open until then; null while closed. */
  readonly openUntilMs: number | null;
}

export const CLOSED: Breaker = { faults: 0, openings: 0, openUntilMs: null };

/**
 * With fewer, some lost connections stop a working way; with more, each costs a message an attempt.
 */
const MOST_FAULTS = 5;
const FIRST_REST_MS = 1_000;
/** With longer rests, codes expire although the way works again. */
export const MOST_REST_MS = 30_000;

export type BreakerState = "closed" | "open" | "half_open";

export function breakerState(breaker: Breaker, nowMs: number): BreakerState {
  if (breaker.openUntilMs === null) return "closed";
  const leftMs = breaker.openUntilMs - nowMs;
  // More left than the longest rest: the clock was set back.
  return leftMs > 0 && leftMs <= MOST_REST_MS ? "open" : "half_open";
}

/**
 * The breaker after an unanswered attempt. `chance` in [0, 1) spreads the rests of several servers,
 * so that they do not all retry at once. A fault while open belongs to an earlier attempt and
 * changes nothing.
 */
export function afterFault(
  breaker: Breaker,
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): Breaker {
  const state = breakerState(breaker, nowMs);
  if (state === "open") return breaker;
  const faults = breaker.faults + 1;
  if (state === "closed" && faults < MOST_FAULTS) return { ...breaker, faults };
  const longestMs = Math.min(MOST_REST_MS, FIRST_REST_MS * 2 ** breaker.openings);
  const restMs = Math.round(longestMs * (0.5 + chance / 2));
  return { faults, openings: breaker.openings + 1, openUntilMs: nowMs + restMs };
}
