/*
 * Rate limits in memory, one set per process. A too tight limit refuses real buyers, which is worse
 * than a loose one, so addresses get room for a crowd.
 */

/** A token bucket: `burst` at once, then `perSecond` steadily. */
export interface RateRule {
  readonly burst: number;
  readonly perSecond: number;
}

/** Rounding error of sums of fractions of a millisecond, at most. */
const ROUNDING_MS = 1e-3;

/** Buckets in memory; the oldest go first, so memory stays bounded. */
const MOST_BUCKETS = 100_000;

/**
 * Takes one token of a bucket. `fullAtMs` is the time at which it is full again: the whole state of
 * a token bucket (the "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371).
 * Returns its next state, and 0 if there was a token, else the seconds to wait (rounded up).
 */
export function takeToken(
  fullAtMs: number,
  rule: RateRule,
  nowMs: number,
): { readonly fullAtMs: number; readonly waitSeconds: number } {
  const tokenMs = 1000 / rule.perSecond;
  const emptyMs = rule.burst * tokenMs;
  // Later than an empty bucket needs: the clock was set back, which must not lock anybody out.
  const over = fullAtMs < nowMs || fullAtMs > nowMs + emptyMs + ROUNDING_MS;
  const fromMs = over ? nowMs : fullAtMs;
  const waitMs = fromMs + tokenMs - nowMs - emptyMs;
  if (waitMs > ROUNDING_MS) return { fullAtMs, waitSeconds: Math.ceil(waitMs / 1000) };
  return { fullAtMs: fromMs + tokenMs, waitSeconds: 0 };
}

/**
 * Token buckets by key. Thousands of people share one address behind a carrier's NAT, so a tight
 * rule never uses the address: signed-in requests count by account, codes by contact, and only
 * anonymous requests by address, with room for a crowd. Limits are per process, so a restart resets
 * them.
 */
export class RateLimiter {
  /** The time at which each bucket is full again, ms. */
  readonly #fullAtMs = new Map<string, number>();

  /** 0 if the request may proceed, else the seconds to wait (rounded up). */
  take(key: string, rule: RateRule, nowMs: number): number {
    const known = this.#fullAtMs.get(key);
    const { fullAtMs, waitSeconds } = takeToken(known ?? 0, rule, nowMs);
    if (waitSeconds > 0) return waitSeconds;
    this.#fullAtMs.set(key, fullAtMs);
    if (known === undefined && this.#fullAtMs.size > MOST_BUCKETS) this.#dropOldest();
    return 0;
  }

  #dropOldest(): void {
    let toDrop = MOST_BUCKETS / 10;
    for (const key of this.#fullAtMs.keys()) {
      if (toDrop-- <= 0) return;
      this.#fullAtMs.delete(key);
    }
  }
}
