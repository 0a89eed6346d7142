/*
 * The server's time, by the browser's steady clock: a phone's own clock may be wrong, and may be set while the
 * page is open; a page that was kept by a cache, or comes back by the Back button, is older than it looks.
 */

/** The server's time when it answered, ms. */
const TIME_HEADER = "giliran-time";

let aheadMs: number | null = null;

/**
 * Learns from an answer. One that may come from a cache tells only that it is not earlier than it says; the newest
 * of these counts. A fresh one (`no-store`) that contradicts them by more than a second counts alone: then
 * this device slept, or the server's clock was set.
 */
export function noteServerTime(headers: Headers, sentAtMs: number): void {
  const saidMs = Number(headers.get(TIME_HEADER) ?? Number.NaN);
  if (!Number.isFinite(saidMs) || saidMs <= 0) return;
  const leastMs = saidMs - performance.now();
  const fresh = /no-store/.test(headers.get("cache-control") ?? "");
  const contradicts = fresh && aheadMs !== null && saidMs - sentAtMs < aheadMs - 1_000;
  if (aheadMs === null || contradicts || leastMs > aheadMs) aheadMs = leastMs;
}

/** The server's time, ms; null until it has answered once. */
export const serverNowMs = (): number | null =>
  aheadMs === null ? null : performance.now() + aheadMs;
