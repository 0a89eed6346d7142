/* How calls to others are repeated: to a channel, to a payment service. */

/** Calls taken in one round of work. */
export const AT_ONCE = 20;
const FIRST_RETRY_MS = 5_000;
export const MOST_RETRY_MS = 3_600_000;

/** The wait before the next try, twice as long each time, an hour at most. */
export function retryWaitMs(attempts: number): number {
  return Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
}
