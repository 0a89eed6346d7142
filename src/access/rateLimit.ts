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
 * Token buckets by key. Thousands of people share one address behind a carrier's NAT, so a tight
 * rule never uses the address: signed-in requests count by account, codes by contact, and only
 * anonymous requests by address, with room for a crowd. Limits are per process, so a restart resets
 * them.
 */
export class RateLimiter {
  /**
   * The time at which each bucket is full again, ms: the whole state of a token bucket (the
   * "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371).
   */
  readonly #fullAtMs = new Map<string, number>();

  /** 0 if the request may proceed, else the seconds to wait (rounded up). */
  take(key: string, rule: RateRule, nowMs: number): number {
    const tokenMs = 1000 / rule.perSecond;
    const emptyMs = rule.burst * tokenMs;
    const known = this.#fullAtMs.get(key);
    // Later than an empty bucket needs: the clock was set back, which must not lock anybody out.
    const over = known === undefined || known < nowMs || known > nowMs + emptyMs + ROUNDING_MS;
    const fullAtMs = over ? nowMs : known;
    const waitMs = fullAtMs + tokenMs - nowMs - emptyMs;
    if (waitMs > ROUNDING_MS) return Math.ceil(waitMs / 1000);
    this.#fullAtMs.set(key, fullAtMs + tokenMs);
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
