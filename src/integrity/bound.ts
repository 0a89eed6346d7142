/*
 * Genuine buyers are wrongly held in clumps (a dorm, an office), so a bound over orders is false comfort.
 * This one bets against "too many are held" cluster by cluster; what happens inside a cluster may depend
 * on anything (Ville's inequality; Waudby-Smith & Ramdas 2024 for the betting, Angelopoulos et al. 2021 for
 * the fixed sequence). Clusters may be drawn by strata, each weighed by its share that was drawn; why that
 * keeps the promise stands in docs/theory/integrity.md.
 */

import { must } from "../base/assert.ts";
import { logChoose } from "../base/logChoose.ts";

/** One independent cluster: everybody who may be held for the same cause. */
export interface ClusterCount {
  /** Genuine orders in it. */
  readonly genuine: number;
  /** Genuine orders of it that are held automatically, at each threshold, strictest first. */
  readonly held: readonly number[];
}

export interface BoundSettings {
  /** Share of genuine orders that may be held wrongly. */
  readonly alpha: number;
  /** How often, over many events, the promise may be broken. */
  readonly delta: number;
  /** At most this many automatic holds a cluster. */
  readonly holdsPerCase: number;
}

/** Clusters of one kind, of which some were drawn by lot and decided. */
export interface Stratum {
  /** All clusters of the event that are in it. */
  readonly size: number;
  readonly drawn: readonly ClusterCount[];
  /**
   * The first threshold at which any of all its clusters has an automatic hold; before it none has one, whatever
   * people would find.
   */
  readonly holdsFrom: number;
}

const BETS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9];

/** The final capital of a gambler who bets that fewer are held; 1 at the start. */
export function capital(
  clusters: readonly { readonly genuine: number; readonly held: number }[],
  settings: BoundSettings,
): number {
  const { alpha, holdsPerCase: k } = settings;
  let sum = 0;
  for (const bet of BETS) {
    let log = 0;
    for (const { genuine, held } of clusters) {
      const z = Math.min(held, k) - alpha * Math.min(genuine, k / alpha);
      log += Math.log(Math.max(1e-12, 1 - (bet * z) / k));
    }
    sum += Math.exp(Math.min(600, log));
  }
  return sum / BETS.length;
}

/**
 * The final capital where clusters were drawn by strata. A cluster of a stratum of which a tenth was drawn stands for
 * ten, so its bet is ten times as high; and all bets are scaled so that none can lose more than there is. A stratum
 * without any hold can only win, and limits no bet.
 */
export function stratifiedCapital(
  strata: readonly Stratum[],
  threshold: number,
  { alpha, holdsPerCase: k }: BoundSettings,
): number {
  const holding = strata.filter(({ size, holdsFrom }) => size > 0 && holdsFrom <= threshold);
  const scale = holding.reduce((least, { size, drawn }) => Math.min(least, drawn.length / size), 1);
  // Many clusters are alike: each weighed loss, as a part of k, with how often it comes.
  const times = new Map<number, number>();
  for (const { size, drawn } of strata) {
    const weight = (scale * size) / drawn.length / k;
    for (const { genuine, held } of drawn) {
      const wrong = Math.min(must(held[threshold], "a count for each threshold"), k);
      const loss = weight * (wrong - alpha * Math.min(genuine, k / alpha));
      times.set(loss, (times.get(loss) ?? 0) + 1);
    }
  }
  const sum = BETS.reduce((total, bet) => {
    let log = 0;
    for (const [loss, count] of times) log += count * Math.log(Math.max(1e-12, 1 - bet * loss));
    return total + Math.exp(Math.min(600, log));
  }, 0);
  return sum / BETS.length;
}

/**
 * The laxest threshold that the audited clusters certify; -1 when none is. Thresholds are tried from the
 * strictest on and the first that fails ends it: trying many costs no confidence in this order.
 */
export function certifiedByStrata(strata: readonly Stratum[], settings: BoundSettings): number {
  const [some] = strata.flatMap(({ drawn }) => drawn.slice(0, 1));
  const thresholds = some?.held.length ?? 0;
  let certified = -1;
  for (let threshold = 0; threshold < thresholds; threshold++) {
    if (stratifiedCapital(strata, threshold, settings) < 1 / settings.delta) break;
    certified = threshold;
  }
  return certified;
}

/** The same for clusters of which each was drawn with the same chance. */
export const certifiedThreshold = (
  clusters: readonly ClusterCount[],
  settings: BoundSettings,
): number =>
  certifiedByStrata([{ size: clusters.length, drawn: clusters, holdsFrom: 0 }], settings);

/** Clusters without any error that certify a share, about: what "no bound yet" still needs. */
export function clustersNeeded(settings: BoundSettings): number {
  for (let count = 1; count < 1_000_000; count = Math.ceil(count * 1.02)) {
    const log = BETS.map(
      (bet) => count * Math.log1p((bet * settings.alpha) / settings.holdsPerCase),
    );
    const mean = log.reduce((sum, one) => sum + Math.exp(one), 0) / BETS.length;
    if (mean >= 1 / settings.delta) return count;
  }
  return Infinity;
}

/** Upper end of Clopper & Pearson's interval (1934), one-sided: right for independent orders only. */
export function clopperPearsonUpper({
  errors,
  total,
  delta,
}: {
  readonly errors: number;
  readonly total: number;
  readonly delta: number;
}): number {
  if (errors >= total) return 1;
  let low = errors / total;
  let high = 1;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    let tail = 0;
    for (let k = 0; k <= errors; k++) {
      tail += Math.exp(
        logChoose(total, k) + k * Math.log(middle) + (total - k) * Math.log1p(-middle),
      );
    }
    if (tail > delta) low = middle;
    else high = middle;
  }
  return high;
}

const GUARD_BETS = [0.25, 0.5, 1, 2, 4, 8, 16];

/**
 * Over many sales: proof that more is held wrongly than promised. Capital that bets on every decided audit
 * grows only if wrong ones are commoner than `alpha`; that it ever reaches 1/delta has a chance of delta at
 * most while the promise is kept (Ville 1939), however often one looks. A proof stays valid.
 */
export class RunningGuard {
  readonly #alpha: number;
  readonly #bets: readonly number[];
  #logs: readonly number[];
  #most = 1;

  constructor(alpha: number) {
    this.#alpha = alpha;
    // A larger bet than 1/alpha could owe more than it has.
    this.#bets = GUARD_BETS.filter((bet) => bet * alpha < 1);
    this.#logs = this.#bets.map(() => 0);
  }

  /** Adds a decided audit: whether a genuine buyer had been held (1) or not (0). */
  add(held: 0 | 1): void {
    this.#logs = this.#logs.map(
      (log, index) => log + Math.log1p(must(this.#bets[index], "a bet") * (held - this.#alpha)),
    );
    const capital = this.#logs.reduce((sum, log) => sum + Math.exp(log), 0) / this.#logs.length;
    this.#most = Math.max(this.#most, capital);
  }

  /** The most that a stake of 1, spread over the bets, ever was. */
  get most(): number {
    return this.#most;
  }

  broken(delta: number): boolean {
    return this.#most >= 1 / delta;
  }
}
