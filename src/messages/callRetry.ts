/* Retries of calls to other systems: channels and the payment service. */

/** Concurrent calls per channel or payment service: slow operations for few people. */
export const CALLS_AT_ONCE = 4;
export const CALLS_PAUSE_MS = 1_000;
/** A call without an outcome after this time was cut off with its process. */
export const CUT_OFF_MS = 60_000;
const FIRST_RETRY_MS = 5_000;
export const MOST_RETRY_MS = 3_600_000;

/** Backoff before the next retry: doubles each time, up to an hour. */
export function retryWaitMs(attempts: number): number {
  return Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
}
