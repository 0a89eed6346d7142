/** A token bucket: `burst` at once, then `perSecond` steadily. */
export interface RateRule {
  readonly burst: number;
  readonly perSecond: number;
}

/** Sums of fractions of a millisecond are this exact at least. */
const ROUNDING_MS = 1e-3;

/**
 * The part of a network address that one customer of a provider cannot change: all of an IPv4 address, and
 * the first 64 bits of an IPv6 address, of which each home and phone has all the rest for itself.
 */
export function customerAddress(ip: string): string {
  if (!ip.includes(":")) return ip;
  if (ip.startsWith("::ffff:") && ip.includes(".")) return ip.slice("::ffff:".length);
  const [before = "", after] = ip.split("::");
  const groups = before === "" ? [] : before.split(":");
  const last = after === undefined || after === "" ? [] : after.split(":");
  const zeros = after === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const all = [...groups, ...Array<string>(zeros).fill("0"), ...last];
  return `${all.slice(0, 4).join(":")}::`;
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
  /**
   * When each key's bucket will be full again, ms: all that a token bucket needs to remember (the
   * "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371).
   */
  readonly #fullAtMs = new Map<string, number>();

  /** 0 when the request may go on, else the seconds to wait (rounded up). */
  take(key: string, rule: RateRule, nowMs: number): number {
    const tokenMs = 1000 / rule.perSecond;
    const emptyMs = rule.burst * tokenMs;
    const known = this.#fullAtMs.get(key);
    // Later than an empty bucket needs: the clock was set back, and nobody is to wait for that.
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
