/* How often a page may ask its server. Pure: time and chance are arguments. */

/**
 * Most uncached calls of one page in any minute, in every state. Fifty thousand waiting pages make
 * ten thousand calls a second at worst.
 */
export const MOST_CALLS = 12;
/**
 * One call is reserved for a failed read of a shared document: only the failure shows that no cache
 * answered.
 */
const MOST_ASKED = MOST_CALLS - 1;
const MINUTE_MS = 60_000;

/** Least time in ms between two calls without a button; the first few of a minute may be closer. */
const LEAST_BETWEEN_MS = 5_000;
const SOON_CALLS = 6;
const SOON_MS = 1_500;
const MOST_BETWEEN_MS = 60_000;

/** Counts a page's calls. Button presses are counted and never delayed. */
export class CallBudget {
  #times: number[] = [];

  spend(nowMs: number): void {
    this.#times = this.#ofMinute(nowMs);
    this.#times.push(nowMs);
  }

  /** The wait in ms before a call without a button; 0 for none. */
  waitMs(nowMs: number): number {
    const ofMinute = this.#ofMinute(nowMs);
    const oldest = ofMinute.at(-MOST_ASKED);
    const newest = ofMinute.at(-1);
    if (newest === undefined) return 0;
    const betweenMs = ofMinute.length < SOON_CALLS ? SOON_MS : LEAST_BETWEEN_MS;
    const freeMs = oldest === undefined ? 0 : oldest + MINUTE_MS;
    return Math.max(0, newest + betweenMs - nowMs, freeMs - nowMs);
  }

  #ofMinute(nowMs: number): number[] {
    return this.#times.filter((time) => time > nowMs - MINUTE_MS);
  }
}

/**
 * Events that reach all pages at once (joining opens, a sale resumes) spread their questions over this time,
 * in ms.
 */
export const AT_ONCE_MS = 3_000;

/** A wait varied by a quarter up or down, so that pages do not ask in step; `chance` is 0 to 1. */
export const spread = (waitMs: number, chance: number): number => waitMs * (0.75 + chance / 2);

/**
 * The wait in ms after this many failures in a row: 5 s, doubled up to a minute, plus up to half of
 * it at random, and never less than the server asked for.
 */
export function backoffMs(failures: number, chance: number, retryAfterMs = 0): number {
  const wait = Math.min(MOST_BETWEEN_MS, LEAST_BETWEEN_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(wait, retryAfterMs) * (1 + chance / 2);
}
