/*
 * The server's time in the browser, by the browser's monotonic clock. A phone's own clock may be
 * wrong or change while the page is open, and a page from a cache is older than it looks.
 */

/** Header with the server's time of the answer, in ms. */
const TIME_HEADER = "giliran-time";

let aheadMs: number | null = null;

/**
 * Learns from an answer. A possibly cached one only shows that it is not earlier than it says; the
 * newest of these counts. A fresh one (`no-store`) that differs by more than a second replaces
 * them: the device slept, or the server's clock was set.
 */
export function noteServerTime(headers: Headers, sentAtMs: number): void {
  const saidMs = Number(headers.get(TIME_HEADER) ?? Number.NaN);
  if (!Number.isFinite(saidMs) || saidMs <= 0) return;
  const leastMs = saidMs - performance.now();
  const fresh = /no-store/.test(headers.get("cache-control") ?? "");
  const contradicts = fresh && aheadMs !== null && saidMs - sentAtMs < aheadMs - 1_000;
  if (aheadMs === null || contradicts || leastMs > aheadMs) aheadMs = leastMs;
}

/** The server's time in ms; null before its first answer. */
export const serverNowMs = (): number | null =>
  aheadMs === null ? null : performance.now() + aheadMs;
