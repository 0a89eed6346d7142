/** How a server answered lately. */
export interface AnswerSummary {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Answers with a status of 500 and above since `sinceMs`. */
  readonly errorCount: number;
  readonly sinceMs: number;
}

const SLOTS = 10;
const BUCKETS = 64;
/** Bucket b ends at LEAST_MS * GROWTH^b: from 0.1 ms to about 40 s, each 22 % wider than the last. */
const LEAST_MS = 0.1;
const GROWTH = 1.22;
/** Of so many requests one is timed: a listener on each would cost the join more than it is worth. */
const TIMED_ONE_IN = 8;

/**
 * Times of the last ten seconds in ten slots of a second each. Bucketed, so a quantile is up to 22 % too
 * large, and never too small but for the rounding to a tenth of a millisecond.
 */
export class AnswerTimes {
  readonly #now: () => number;
  readonly #sinceMs: number;
  readonly #counts = new Float64Array(SLOTS);
  readonly #buckets = Array.from({ length: SLOTS }, () => new Uint32Array(BUCKETS));
  #second = 0;
  #seen = 0;
  #errorCount = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#sinceMs = now();
  }

  /** Counts a request; true where it is to be timed, too. */
  arrived(): boolean {
    this.#counts[this.#slot()]!++;
    return this.#seen++ % TIMED_ONE_IN === 0;
  }

  took(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(GROWTH));
    this.#buckets[this.#slot()]![Math.min(BUCKETS - 1, bucket)]!++;
  }

  failed(): void {
    this.#errorCount++;
  }

  /** The slot of this second; those of seconds in which nothing came are emptied on the way. */
  #slot(): number {
    const second = Math.floor(this.#now() / 1_000);
    const passed = Math.min(SLOTS, Math.max(0, second - this.#second));
    for (let step = 0; step < passed; step++) {
      const slot = (second - step) % SLOTS;
      this.#counts[slot] = 0;
      this.#buckets[slot]!.fill(0);
    }
    this.#second = Math.max(this.#second, second);
    return this.#second % SLOTS;
  }

  summary(): AnswerSummary {
    const slot = this.#slot();
    const total = this.#counts.reduce((sum, count) => sum + count, 0) - this.#counts[slot]!;
    const sums = Array.from({ length: BUCKETS }, (_, bucket) =>
      this.#buckets.reduce((sum, counts) => sum + counts[bucket]!, 0),
    );
    return {
      perSecond: total / (SLOTS - 1),
      medianMs: quantile(sums, 0.5),
      p99Ms: quantile(sums, 0.99),
      errorCount: this.#errorCount,
      sinceMs: this.#sinceMs,
    };
  }
}

function quantile(sums: readonly number[], share: number): number {
  const wanted = sums.reduce((sum, count) => sum + count, 0) * share;
  if (wanted === 0) return 0;
  let seen = 0;
  const bucket = sums.findIndex((count) => (seen += count) >= wanted);
  return Math.round(LEAST_MS * GROWTH ** bucket * 10) / 10;
}
