/*
 * When a request arrived: as its head was read, or as a trusted proxy says.
 * Must never happen: a caller chooses the moment of its own arrival.
 */

/**
 * How long before the end of its body a request counts as arrived at most. A shorter time costs
 * people with slow phones their window; with a longer one a script could send the head of a request
 * early and decide later.
 */
export const LONGEST_BODY_MS = 1_000;

/** How far back a proxy's word about the arrival is believed. */
export const LONGEST_AT_PROXY_MS = 30_000;

/** The arrival of a request whose head was read at `headMs` and that was complete at `nowMs`. */
export function arrivalMs({
  headMs,
  nowMs,
}: {
  readonly headMs: number;
  readonly nowMs: number;
}): number {
  return Math.min(nowMs, Math.max(headMs, nowMs - LONGEST_BODY_MS));
}

/**
 * The arrival in a header `X-Request-Start`, never later than `nowMs` nor long before it; null if
 * it is no time.
 */
export function saidArrivalMs(header: string, nowMs: number): number | null {
  const digits = /^(?:t=)?(\d{9,17}(?:\.\d{1,6})?)$/.exec(header.trim())?.[1];
  if (digits === undefined) return null;
  // Seconds (nginx), milliseconds (Heroku) or microseconds (Apache), told apart by their size.
  const value = Number(digits);
  const ms = value < 1e11 ? value * 1_000 : value < 1e14 ? value : value / 1_000;
  return Math.min(nowMs, Math.max(ms, nowMs - LONGEST_AT_PROXY_MS));
}
