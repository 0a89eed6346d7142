/*
 * Bursts of moments: many more of them in a short stretch than in the hours around it (a scan statistic). Pure in the
 * moments, so the order in which they came leaves no trace.
 *
 * Must never happen: a busy evening is called a burst. So a stretch is compared with the busier of its two sides and
 * with the same hours a day before and after, and its chance is multiplied by the number of stretches that were looked at.
 */

import { floatAt } from "../../base/at.ts";
import { logPoissonTail } from "./poissonTail.ts";

const MINUTE_MS = 60_000;
/** Lengths of the stretches that are looked at. The longest is "within a hundred minutes of one moment". */
const LENGTHS_MS = [10 * MINUTE_MS, 60 * MINUTE_MS, 200 * MINUTE_MS] as const;
/** The neighbouring hours: so long on either side. */
const AROUND_MS = 300 * MINUTE_MS;
const DAY_MS = 1_440 * MINUTE_MS;
/** Registrations come in twos and threes, since people tell one another: expect so many times more. */
const CLUMPS = 1.5;
/** Fewer are no burst, however quiet the hours around them are. */
const LEAST_MOMENTS = 5;
/** A stretch this likely by chance, of all that were looked at, is none. */
const MOST_P = 0.05;

/** A stretch with too many moments. */
export interface Burst {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  /** As many were to be expected by the hours around it. */
  readonly expected: number;
  /** How likely such a stretch is anywhere in the event. */
  readonly p: number;
}

/** A stretch of time. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}
const later = ({ fromMs, toMs }: Stretch, byMs: number): Stretch => ({
  fromMs: fromMs + byMs,
  toMs: toMs + byMs,
});

/** How many of some sorted moments lie in a stretch, its ends included. */
function countIn(sorted: Float64Array, { fromMs, toMs }: Stretch): number {
  return firstAfter(sorted, toMs) - firstAfter(sorted, fromMs - 1);
}

/** The first place whose moment is later than a millisecond. */
function firstAfter(sorted: Float64Array, ms: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (floatAt(sorted, middle) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** So many moments are to be expected in a stretch: by the busier side of it, and by the same hours a day before and after. */
function expectedIn(sorted: Float64Array, stretch: Stretch): number {
  const { fromMs, toMs } = stretch;
  const before = countIn(sorted, { fromMs: fromMs - AROUND_MS, toMs: fromMs - 1 });
  const behind = countIn(sorted, { fromMs: toMs + 1, toMs: toMs + AROUND_MS });
  const around = (Math.max(before, behind) + 1) * ((toMs - fromMs) / AROUND_MS);
  const days = [-DAY_MS, DAY_MS].map((byMs) => countIn(sorted, later(stretch, byMs)));
  return CLUMPS * Math.max(around, days.reduce((sum, count) => sum + count, 0) / 2);
}

/** The stretches of one length that start with a moment each, and hold too many. */
function ofLength(sorted: Float64Array, lengthMs: number): Burst[] {
  const found: Burst[] = [];
  const looked = sorted.length * LENGTHS_MS.length;
  for (let at = 0; at < sorted.length; at++) {
    const fromMs = floatAt(sorted, at);
    const end = firstAfter(sorted, fromMs + lengthMs);
    const count = end - at;
    if (count < LEAST_MOMENTS) continue;
    const expected = expectedIn(sorted, { fromMs, toMs: fromMs + lengthMs });
    const p = Math.min(1, Math.exp(logPoissonTail({ count, expected })) * looked);
    if (p <= MOST_P) found.push({ fromMs, toMs: floatAt(sorted, end - 1), count, expected, p });
  }
  return found;
}

/** The likeliest to be no chance first; of two as likely the longer, then the earlier. */
const byChance = (a: Burst, b: Burst): number =>
  a.p - b.p || b.count - a.count || a.fromMs - b.fromMs;

/** Of stretches that overlap in a chain only the best: one burst is one. */
function bestOfChains(found: Burst[]): Burst[] {
  const sorted = found.toSorted((a, b) => a.fromMs - b.fromMs || byChance(a, b));
  const best: Burst[] = [];
  let chainEndMs = -Infinity;
  for (const one of sorted) {
    const last = best.at(-1);
    if (last === undefined || one.fromMs > chainEndMs) best.push(one);
    else if (byChance(one, last) < 0) best[best.length - 1] = one;
    chainEndMs = Math.max(chainEndMs, one.toMs);
  }
  return best;
}

/** The bursts among some moments, ms, in the order of their beginnings. */
export function burstsAmong(moments: Float64Array): Burst[] {
  const sorted = moments.filter((moment) => !Number.isNaN(moment)).sort();
  return bestOfChains(LENGTHS_MS.flatMap((lengthMs) => ofLength(sorted, lengthMs)));
}
