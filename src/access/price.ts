/*
 * The price of a sign-in code in work (hashes), which grows with the rate of requests. A limit would
 * refuse the neighbours of its abuser; a price makes everybody wait, for seconds at most, or a minute or
 * two where the hour's texts are nearly used up.
 */

/** How the price of one kind of key grows. */
interface PriceRule {
  /** Requests that cost nothing. */
  readonly freeCount: number;
  /** After this time a request counts for 1/e. */
  readonly memoryMs: number;
  /** Hashes for each request above the free ones. */
  readonly hashesEach: number;
  /** The highest price, in hashes. */
  readonly mostHashes: number;
}

/** Keys in memory; the least recently used go first, so memory stays bounded. */
const MOST_KEYS = 100_000;

/** The price under a rule, in hashes, after so many requests. */
export function priceUnder(rule: PriceRule, count: number): number {
  const above = Math.max(0, count - rule.freeCount);
  return Math.min(rule.mostHashes, Math.ceil(above * rule.hashesEach));
}

/** The highest price, for one address or contact: `docs/theory/codes.md` says what it takes. */
const MOST_HASHES = 1_000_000;

/** The kinds of keys that a price is computed from. */
type PricedBy =
  | "address"
  | "site"
  | "mailbox"
  | "domain"
  | "guesses"
  /** Attempts at one operator's password, and from one address at any. */
  | "password"
  | "passwords";

/**
 * A carrier's NAT sends some requests a second, so an address starts cheap and reaches the highest price at ten requests a
 * second for a minute. A contact is its owner's alone, so its price rises at once. A domain that no
 * provider of mail is known for may be somebody's own, with a mailbox for every turn.
 */
export const PRICE_RULES: Readonly<Record<PricedBy, PriceRule>> = {
  address: { freeCount: 10, memoryMs: 60_000, hashesEach: 2_000, mostHashes: MOST_HASHES },
  site: { freeCount: 40, memoryMs: 60_000, hashesEach: 2_000, mostHashes: MOST_HASHES },
  mailbox: { freeCount: 4, memoryMs: 300_000, hashesEach: 100_000, mostHashes: MOST_HASHES },
  domain: { freeCount: 20, memoryMs: 86_400_000, hashesEach: 50_000, mostHashes: 3_000_000 },
  password: { freeCount: 10, memoryMs: 600_000, hashesEach: 100_000, mostHashes: 3_000_000 },
  passwords: { freeCount: 20, memoryMs: 60_000, hashesEach: 50_000, mostHashes: 3_000_000 },
  guesses: { freeCount: 4, memoryMs: 3_600_000, hashesEach: 50_000, mostHashes: MOST_HASHES },
};

/** Keys of a request by what they are; one without a site or domain has none. */
export type PriceKeys = Readonly<Partial<Record<PricedBy, string>>>;

const named = (keys: PriceKeys): [PricedBy, string][] =>
  Object.entries(keys) as [PricedBy, string][];

/** Less than this is as good as forgotten. */
const FORGOTTEN = 0.1;

/** Requests by key, each fading with time. One set per process; a restart forgets them. */
export class Meter {
  readonly #counts = new Map<string, { readonly count: number; readonly atMs: number }>();

  /** Requests of a key, as far as they are remembered. */
  count(kind: PricedBy, key: string, nowMs: number): number {
    const known = this.#counts.get(`${kind} ${key}`);
    if (!known) return 0;
    // With the clock set back, everything counts in full: a high price for a moment, never a refusal.
    const { memoryMs } = PRICE_RULES[kind];
    return known.count * Math.exp(-Math.max(0, nowMs - known.atMs) / memoryMs);
  }

  /** Whether any of the keys is remembered. */
  knows(keys: PriceKeys, nowMs: number): boolean {
    return named(keys).some(([kind, key]) => this.count(kind, key, nowMs) > FORGOTTEN);
  }

  /** Counts one more request under each of its keys. */
  noteAll(keys: PriceKeys, nowMs: number): void {
    for (const [kind, key] of named(keys)) this.#note(kind, key, nowMs);
  }

  #note(kind: PricedBy, key: string, nowMs: number): void {
    const count = this.count(kind, key, nowMs) + 1;
    const name = `${kind} ${key}`;
    this.#counts.delete(name);
    this.#counts.set(name, { count, atMs: nowMs });
    if (this.#counts.size <= MOST_KEYS) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}

/** From this share of the hour's texts on, each costs work whoever asks. */
const BUDGET_FREE_SHARE = 0.5;
/** The price of the hour's last text, in hashes: pages pay it in 5 to 100 s, native code in a second. */
const BUDGET_MOST_HASHES = 20_000_000;

/**
 * The price of a text by the hour's budget, in hashes. It rises steeply towards the end, so that the
 * last texts are for people who wait for one and not for a script that wants them all.
 */
export function budgetPrice({
  sentCount,
  perHourCount,
}: {
  readonly sentCount: number;
  readonly perHourCount: number;
}): number {
  // Used up, there is nothing to pay for: a refusal is free.
  if (sentCount >= perHourCount) return 0;
  const share = sentCount / perHourCount;
  const above = Math.max(0, share - BUDGET_FREE_SHARE) / (1 - BUDGET_FREE_SHARE);
  return Math.round(BUDGET_MOST_HASHES * above ** 2);
}

/** The highest of a request's prices, in hashes; 0: it is free. */
export function priceOf(meter: Meter, keys: PriceKeys, nowMs: number): number {
  const prices = named(keys).map(([kind, key]) =>
    priceUnder(PRICE_RULES[kind], meter.count(kind, key, nowMs)),
  );
  return Math.max(0, ...prices);
}
