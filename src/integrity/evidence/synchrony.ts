/*
 * How closely a group's moments lie together, compared with everybody's arrival curve. A crowd that all comes in the
 * first seconds must never look like a group that acted together.
 */

import { floatAt } from "../../base/at.ts";
import { logChoose } from "../../base/logChoose.ts";

interface Within {
  readonly points: number;
  readonly range: number;
}

/** P(range of n uniform points ≤ r) = n·r^(n−1) − (n−1)·r^n. */
export function rangeTail({ points, range }: Within): number {
  if (points < 2 || range >= 1) return 1;
  return points * range ** (points - 1) - (points - 1) * range ** points;
}

export interface Synchrony {
  readonly p: number;
  /** The tightest stretch, as shares of the arrival curve: only orders in it carry the evidence. */
  readonly from: number;
  readonly to: number;
  /** How many orders lie in it. */
  readonly orders: number;
}

/**
 * Friends tell one another, so a large innocent group comes in waves: more of its members than this do
 * not count as deciding by themselves, or every large group would be a coincidence.
 */
const INDEPENDENT = 4;

const NO_SYNCHRONY: Synchrony = { p: 1, from: 0, to: 0, orders: 0 };

/**
 * How closely a group's moments lie together, among the moments of everybody: each is first turned into
 * the share of the same channel's orders that came before it, so a crowd that all comes in the first
 * seconds is no coincidence. Under the null these are uniform; the tightest `m` of n then have a known
 * tail (a union bound over the choices of m), which is what redrawing 999 times would approach.
 */
export function synchrony(shares: Float64Array): Synchrony {
  let best = NO_SYNCHRONY;
  for (const one of stretchesOf(shares, sizesOf(shares.length))) if (one.p < best.p) best = one;
  return best;
}

/** The stretch with the most of some moments that is as unlikely as `mostP` at least; none where there is none. */
export function widestWithin(shares: Float64Array, mostP: number): Synchrony {
  const n = shares.length;
  const sizes = EIGHTHS.map((part) => Math.ceil((n * part) / 8)).filter((m) => m >= 2);
  return stretchesOf(shares, [...new Set(sizes)]).find(({ p }) => p <= mostP) ?? NO_SYNCHRONY;
}
const EIGHTHS = [8, 7, 6, 5, 4, 3, 2];

/** The tightest stretch with each of some numbers of moments. */
function stretchesOf(shares: Float64Array, sizes: readonly number[]): Synchrony[] {
  const n = shares.length;
  if (n < 2) return [];
  const sorted = shares.toSorted();
  return sizes.map((m) => {
    const { from, to } = tightest(sorted, m);
    const range = to - from;
    const chance = Math.exp(Math.min(0, logChance(n, { points: m, range }))) * sizes.length;
    const few = rangeTail({ points: Math.min(m, INDEPENDENT), range });
    return { p: Math.min(1, Math.max(chance, few)), from, to, orders: m };
  });
}

/** How many of n moments are looked at together: all, three quarters, half. */
const sizesOf = (n: number): readonly number[] =>
  [...new Set([n, Math.ceil(0.75 * n), Math.ceil(0.5 * n)])].filter((m) => m >= 2);

/** The shortest stretch with `m` of some sorted shares. */
function tightest(sorted: Float64Array, m: number): Pick<Synchrony, "from" | "to"> {
  let at = 0;
  for (let start = 1; start + m <= sorted.length; start++) {
    if (
      floatAt(sorted, start + m - 1) - floatAt(sorted, start) <
      floatAt(sorted, at + m - 1) - floatAt(sorted, at)
    )
      at = start;
  }
  return { from: floatAt(sorted, at), to: floatAt(sorted, at + m - 1) };
}

/** Logarithm of a bound on the chance that so many of n uniform shares lie within a range. */
const logChance = (n: number, within: Within): number =>
  logChoose(n, within.points) + Math.log(Math.max(1e-300, rangeTail(within)));

/** Whether a share lies in the tightest stretch. */
export function within(found: Synchrony, share: number): boolean {
  return found.p < 1 && share >= found.from - 1e-12 && share <= found.to + 1e-12;
}

/** From the first to the last moment of the shares in it, ms. */
export function spanWithin(
  found: Synchrony,
  shares: Float64Array,
  momentOf: (at: number) => number,
): number {
  let least = Infinity;
  let most = -Infinity;
  shares.forEach((share, at) => {
    if (!within(found, share)) return;
    least = Math.min(least, momentOf(at));
    most = Math.max(most, momentOf(at));
  });
  return most > least ? most - least : 0;
}

const SELDOM = Math.log(1e-4);

/**
 * Whether shares stand closer than a crowd's: half of them within `part` of the curve, and by no chance. Asked where
 * closeness must be ruled out; there each counts as deciding by itself.
 */
export function isClose(shares: Float64Array, part: number): boolean {
  const n = shares.length;
  if (n < 2) return false;
  const sorted = shares.toSorted();
  const half = tightest(sorted, Math.max(2, Math.ceil(0.5 * n)));
  if (half.to - half.from >= part) return false;
  return sizesOf(n).some((m) => {
    const { from, to } = tightest(sorted, m);
    return logChance(n, { points: m, range: to - from }) < SELDOM;
  });
}

/** Shares of moments that came before, per channel: the arrival curve that synchrony is judged by. */
export class ArrivalCurve {
  #sorted: Float64Array;
  #count: number;

  constructor(moments: Float64Array = new Float64Array()) {
    this.#sorted = moments.filter((moment) => !Number.isNaN(moment)).sort();
    this.#count = this.#sorted.length;
  }

  get count(): number {
    return this.#count;
  }

  /** One more moment; NaN is none. */
  add(moment: number): void {
    if (Number.isNaN(moment)) return;
    if (this.#count === this.#sorted.length) {
      const larger = new Float64Array(Math.max(1_024, this.#count * 2));
      larger.set(this.#sorted);
      this.#sorted = larger;
    }
    const at = this.#firstAtLeast(moment);
    this.#sorted.copyWithin(at + 1, at, this.#count);
    this.#sorted[at] = moment;
    this.#count++;
  }

  #firstAtLeast(moment: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (floatAt(this.#sorted, middle) < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Where a moment stands, 0 to 1. Moments in the same tick (a file with minutes only) are spread over
   * the tick by `tie` (0 to 1), so that a whole crowd in one minute is not called a coincidence.
   */
  share(moment: number, tie: number): number {
    const from = this.#firstAtLeast(moment);
    const to = this.#firstAtLeast(moment + 1);
    return (from + tie * (to - from)) / Math.max(1, this.#count);
  }
}
