/* How often a page asks its server. Pure: time and chance are handed in. */

/**
 * Calls that no cache answers, by one page in any minute, whatever state it is in. Fifty thousand pages that
 * wait at once are then ten thousand calls a second at the very worst.
 */
export const MOST_CALLS = 12;
/** One is left for a look at a shared document that fails: only then is it known that no cache answered it. */
const MOST_ASKED = MOST_CALLS - 1;
const MINUTE_MS = 60_000;

/** Two questions that nobody pressed a button for are this far apart; the first few of a minute may be closer. */
const LEAST_BETWEEN_MS = 5_000;
const SOON_CALLS = 6;
const SOON_MS = 1_500;
const MOST_BETWEEN_MS = 60_000;

/** Counts a page's calls. What a person presses is never held back, but counts. */
export class CallBudget {
  #times: number[] = [];

  spend(nowMs: number): void {
    this.#times = this.#ofMinute(nowMs);
    this.#times.push(nowMs);
  }

  /** How long to wait, in ms, before a call that nobody pressed a button for; 0 for none. */
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

/** A wait with a quarter more or less, so that pages do not ask in step. `chance` is from 0 to 1. */
export const spread = (waitMs: number, chance: number): number => waitMs * (0.75 + chance / 2);

/**
 * The wait after so many failures or vain questions one after the other: 5 s, doubled each time up to a
 * minute, up to half of it more by chance, and never less than the server asked for.
 */
export function backoffMs(failures: number, chance: number, retryAfterMs = 0): number {
  const wait = Math.min(MOST_BETWEEN_MS, LEAST_BETWEEN_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(wait, retryAfterMs) * (1 + chance / 2);
}
