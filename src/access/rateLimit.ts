/** A token bucket: `burst` at once, then `perSecond` steadily. */
export interface RateRule {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Buckets held at most; the oldest go first, so memory stays bounded. */
const MOST_BUCKETS = 100_000;

/**
 * Limits for one process, in memory: a limit is a refusal, and refusals may be cached. The key says
 * whom it counts. Thousands of people share one address behind a carrier's NAT, so an address is
 * never the key of a tight rule: signed-in requests count by account, codes by contact, and only
 * anonymous requests by address, with room for a crowd.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** 0 when the request may go on, else the seconds to wait (rounded up). */
  take(key: string, rule: RateRule, nowMs: number): number {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = { tokens: rule.burst, atMs: nowMs };
      this.#buckets.set(key, bucket);
      if (this.#buckets.size > MOST_BUCKETS) this.#dropOldest();
    }
    const elapsedSeconds = Math.max(0, nowMs - bucket.atMs) / 1000;
    bucket.tokens = Math.min(rule.burst, bucket.tokens + elapsedSeconds * rule.perSecond);
    bucket.atMs = nowMs;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - bucket.tokens) / rule.perSecond);
  }

  #dropOldest(): void {
    let toDrop = MOST_BUCKETS / 10;
    for (const key of this.#buckets.keys()) {
      if (toDrop-- <= 0) return;
      this.#buckets.delete(key);
    }
  }
}
