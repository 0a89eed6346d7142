/*
 * Failures of our own in a person's turn. A unit counts as lost through us only if the server could
 * not answer its buyer for the better part of a minute near the end of her time: whoever can make
 * one request fail must not gain a unit by it. A place counts as lost if a join with valid work was
 * never answered and the person is not in the line.
 */

/** How long our failure must have lasted, in ms, or half of the last third where that is shorter. */
export const LEAST_FAILED_MS = 60_000;

/** A span of time, ms since 1970 UTC. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whether requests that failed over this span took the last third of a hold from its buyer. */
export function tookLastThird(failed: Span, hold: Span): boolean {
  const thirdMs = (hold.toMs - hold.fromMs) / 3;
  const fromMs = Math.max(failed.fromMs, hold.toMs - thirdMs);
  const toMs = Math.min(failed.toMs, hold.toMs);
  return toMs - fromMs >= Math.min(LEAST_FAILED_MS, thirdMs / 2);
}
