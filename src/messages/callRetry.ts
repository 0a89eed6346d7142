/* How calls to others are repeated: to a channel, to a payment service. */

/** Calls to one channel, or to the payment service, at once: those are slow things of few people. */
export const CALLS_AT_ONCE = 4;
export const CALLS_PAUSE_MS = 1_000;
/** A call that was not answered for within this time was cut off with its process. */
export const CUT_OFF_MS = 60_000;
const FIRST_RETRY_MS = 5_000;
export const MOST_RETRY_MS = 3_600_000;

/** The wait before the next try, twice as long each time, an hour at most. */
export function retryWaitMs(attempts: number): number {
  return Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
}
