/*
 * The price of a sign-in code in work (hashes), which grows with the rate of requests. A limit would
 * refuse the neighbours of its abuser; a price makes everybody wait, for seconds at most, or a minute or
 * two where the hour's texts are nearly used up.
 */

/** How the price of one kind of key grows. */
interface PriceRule {
  /** So many requests before it, and a request still costs nothing. */
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
export type PricedBy =
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
  password: { freeCount: 9, memoryMs: 600_000, hashesEach: 100_000, mostHashes: 3_000_000 },
  passwords: { freeCount: 19, memoryMs: 60_000, hashesEach: 50_000, mostHashes: 3_000_000 },
  guesses: { freeCount: 4, memoryMs: 3_600_000, hashesEach: 50_000, mostHashes: MOST_HASHES },
};

/** Keys of a request by what they are; one without a site or domain has none. */
export type PriceKeys = Readonly<Partial<Record<PricedBy, string>>>;

const named = (keys: PriceKeys): [PricedBy, string][] =>
  Object.entries(keys) as [PricedBy, string][];

/** Less than this is as good as forgotten. */
const FORGOTTEN = 0.1;

/** Whether so many requests still count. */
export const isRemembered = (count: number) => count > FORGOTTEN;

/** Requests of one key. */
interface Counted {
  readonly kind: PricedBy;
  readonly key: string;
  readonly count: number;
  readonly atMs: number;
  /** The part that no other server knows of yet; it fades like the rest. */
  readonly untoldCount: number;
}

/** Keys that others are told of in one statement. */
const TOLD_AT_ONCE = 500;

/** The share that is left of a count. */
function leftOf({ kind, atMs }: Counted, nowMs: number): number {
  // With the clock set back, everything counts in full: a high price for a moment, never a refusal.
  return Math.exp(-Math.max(0, nowMs - atMs) / PRICE_RULES[kind].memoryMs);
}

/** Requests of one key that others are to be told of. */
export interface Untold {
  readonly kind: PricedBy;
  readonly key: string;
  readonly count: number;
}

/**
 * Requests under one key before others are told of it unasked: a flood under ever new keys would fill
 * their tables. Wrong guesses are few, as each costs its asker.
 */
const tellsFrom = (kind: PricedBy) => (kind === "guesses" ? 1 : 2);

/**
 * Requests by key, each fading with time: what this process counted, and what it learned of the
 * others. One set per process; a restart forgets them, the database does not.
 */
export class Meter {
  readonly #counts = new Map<string, Counted>();
  readonly #toTell = new Set<string>();

  /** Requests of a key, as far as they are remembered. */
  count(kind: PricedBy, key: string, nowMs: number): number {
    const known = this.#counts.get(`${kind} ${key}`);
    return known ? known.count * leftOf(known, nowMs) : 0;
  }

  /** Whether any of the keys is remembered. */
  knows(keys: PriceKeys, nowMs: number): boolean {
    return named(keys).some(([kind, key]) => isRemembered(this.count(kind, key, nowMs)));
  }

  /** Counts one more request under each of its keys. */
  noteAll(keys: PriceKeys, nowMs: number): void {
    for (const [kind, key] of named(keys)) {
      const name = `${kind} ${key}`;
      const count = this.count(kind, key, nowMs) + 1;
      const untoldCount = this.#untold(name, nowMs) + 1;
      this.#set({ kind, key, count, atMs: nowMs, untoldCount });
      if (untoldCount >= tellsFrom(kind)) this.#toTell.add(name);
    }
  }

  /** The untold requests of these keys; they count as told from now on. */
  takeUntold(keys: PriceKeys, nowMs: number): Untold[] {
    return named(keys).flatMap(([kind, key]) => this.#take(`${kind} ${key}`, nowMs));
  }

  /** A bounded number of keys that others are to be told of; they count as told from now on. */
  takeToTell(nowMs: number): Untold[] {
    return [...this.#toTell].slice(0, TOLD_AT_ONCE).flatMap((name) => this.#take(name, nowMs));
  }

  /** Learns what all servers together counted under a key. */
  learn(kind: PricedBy, key: string, { count, nowMs }: { count: number; nowMs: number }): void {
    const untoldCount = this.#untold(`${kind} ${key}`, nowMs);
    // Answers may overtake each other: a lower one is older.
    const all = Math.max(this.count(kind, key, nowMs), count + untoldCount);
    this.#set({ kind, key, count: all, atMs: nowMs, untoldCount });
  }

  #untold(name: string, nowMs: number): number {
    const known = this.#counts.get(name);
    return known ? known.untoldCount * leftOf(known, nowMs) : 0;
  }

  #take(name: string, nowMs: number): Untold[] {
    this.#toTell.delete(name);
    const known = this.#counts.get(name);
    const count = this.#untold(name, nowMs);
    if (!known || !isRemembered(count)) return [];
    this.#counts.set(name, { ...known, untoldCount: 0 });
    return [{ kind: known.kind, key: known.key, count }];
  }

  #set(counted: Counted): void {
    const name = `${counted.kind} ${counted.key}`;
    this.#counts.delete(name);
    this.#counts.set(name, counted);
    if (this.#counts.size <= MOST_KEYS) return;
    const [oldest] = this.#counts.keys();
    if (oldest === undefined) return;
    this.#counts.delete(oldest);
    this.#toTell.delete(oldest);
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
