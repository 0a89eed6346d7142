/* Response times of the last ten seconds, for the operator's live page. */

import { must } from "../base/assert.ts";
import type { AnswerCounts } from "./io/serverStore.ts";

/** Recent response times of one server, or of several together. */
export interface AnswerSummary {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Answers with status 500 and above since `sinceMs`. */
  readonly errorCount: number;
  readonly sinceMs: number;
}

const SLOTS = 10;
const BUCKETS = 64;
/**
 * Bucket b ends at LEAST_MS * GROWTH^b: from 0.1 ms to about 40 s, each 22 % wider than the one
 * before.
 */
const LEAST_MS = 0.1;
const GROWTH = 1.22;
/** One request in this many is timed: a listener on each would cost a join too much. */
const TIMED_ONE_IN = 8;

/**
 * Response times of the last ten seconds, in ten slots of one second. Bucketed, so a quantile is up
 * to 22 % too high and never too low (except for rounding to 0.1 ms).
 */
export class AnswerTimes {
  readonly #now: () => number;
  readonly #sinceMs: number;
  readonly #slots = Array.from({ length: SLOTS }, () => ({
    count: 0,
    buckets: new Uint32Array(BUCKETS),
  }));
  #second = 0;
  #seen = 0;
  #errorCount = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#sinceMs = now();
  }

  /** Counts a request; true if it should be timed, too. */
  arrived(): boolean {
    this.#slot().count++;
    return this.#seen++ % TIMED_ONE_IN === 0;
  }

  took(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(GROWTH));
    const { buckets } = this.#slot();
    const at = Math.min(BUCKETS - 1, bucket);
    buckets[at] = (buckets[at] ?? 0) + 1;
  }

  failed(): void {
    this.#errorCount++;
  }

  /** The slot of this second; slots of seconds without requests are cleared on the way. */
  #slot(): { count: number; readonly buckets: Uint32Array } {
    const second = Math.floor(this.#now() / 1_000);
    const passed = Math.min(SLOTS, Math.max(0, second - this.#second));
    for (let step = 0; step < passed; step++) {
      const slot = this.#slotOf(second - step);
      slot.count = 0;
      slot.buckets.fill(0);
    }
    this.#second = Math.max(this.#second, second);
    return this.#slotOf(this.#second);
  }

  #slotOf(second: number) {
    return must(this.#slots[second % SLOTS], "a slot per second");
  }

  /** Counts of the last nine whole seconds, so that those of several servers can be added up. */
  counts(): AnswerCounts {
    const current = this.#slot();
    const total = this.#slots.reduce((sum, { count }) => sum + count, 0) - current.count;
    const sums = Array.from({ length: BUCKETS }, (_, bucket) =>
      this.#slots.reduce((sum, { buckets }) => sum + (buckets[bucket] ?? 0), 0),
    );
    return {
      perSecond: total / (SLOTS - 1),
      buckets: sums,
      errorCount: this.#errorCount,
      sinceMs: this.#sinceMs,
    };
  }
}

/** One summary of what several servers have answered. */
export function summaryOf(all: readonly AnswerCounts[]): AnswerSummary {
  const sum = (of: (one: AnswerCounts) => number) => all.reduce((now, one) => now + of(one), 0);
  const sums = Array.from({ length: BUCKETS }, (_, bucket) =>
    sum((one) => one.buckets[bucket] ?? 0),
  );
  return {
    perSecond: sum((one) => one.perSecond),
    medianMs: quantile(sums, 0.5),
    p99Ms: quantile(sums, 0.99),
    errorCount: sum((one) => one.errorCount),
    sinceMs: Math.min(...all.map((one) => one.sinceMs)),
  };
}

function quantile(sums: readonly number[], share: number): number {
  const wanted = sums.reduce((sum, count) => sum + count, 0) * share;
  if (wanted === 0) return 0;
  let seen = 0;
  const bucket = sums.findIndex((count) => (seen += count) >= wanted);
  return Math.round(LEAST_MS * GROWTH ** bucket * 10) / 10;
}
