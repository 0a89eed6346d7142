/*
 * The sum of evidence. The evidence of an order is its explanation, so the score must be exactly its sum.
 *
 * Must never happen: weak evidence carries a hold, or one cause counts twice as two.
 */

import {
  clipSignal,
  LOUD_BITS,
  type Evidence,
  type EvidenceGroup,
  WEAK_KIND_BITS,
  type WeakKind,
} from "./evidence/evidence.ts";
import { signalOf } from "./signals/registered.ts";

/** Share of orders that are of rings before anything is known of one. */
export const RING_SHARE = 0.02;

export interface Score {
  /** Bits: log2 odds that the order is a ring's. The prior and the evidence add up to it exactly. */
  readonly bits: number;
  readonly priorBits: number;
  readonly evidence: readonly Evidence[];
  /** Evidence that was seen and counts nothing, because only strong evidence may carry it. */
  readonly uncounted: readonly Evidence[];
  /** All evidence as it was found, before one cause was counted once and weak evidence left out. */
  readonly found: readonly Evidence[];
  /** Two different groups of evidence, at least one of it strong: what a hold needs. */
  readonly twoGroups: boolean;
  /** One strong signal of a bit at least: a hold rests on it, and names it. */
  readonly carries: boolean;
  /** One strong signal as loud as it can be: enough to open a case, never to hold by itself. */
  readonly oneLoud: boolean;
  /** Nothing strong speaks, but three independent weak kinds: they may ask, and open a case, and never hold. */
  readonly threeWeak: boolean;
  /** Whether weak kinds were allowed to. */
  readonly weakKindsAsk: boolean;
}

export function priorBits(share: number): number {
  return Math.log2(share / (1 - share));
}

const groupOf = (one: Evidence): EvidenceGroup => signalOf(one.signal).group;
const isStrong = (one: Evidence): boolean => signalOf(one.signal).strength === "strong";

/** Signals of one cause: the strongest counts whole, the others half. */
function withoutDoubleCounting(evidence: readonly Evidence[]): Evidence[] {
  const strongest = new Map<EvidenceGroup, Evidence>();
  for (const one of evidence) {
    const group = groupOf(one);
    const known = strongest.get(group);
    if (one.bits > 0 && (known === undefined || one.bits > known.bits)) strongest.set(group, one);
  }
  return evidence.map((one) => {
    const first = one.bits <= 0 || strongest.get(groupOf(one)) === one;
    const bits = clipSignal(first ? one.bits : one.bits / 2);
    // Most evidence counts as it is, and many orders have the same.
    return bits === one.bits ? one : { ...one, bits };
  });
}

const clipped = (one: Evidence): Evidence => ({ ...one, bits: clipSignal(one.bits) });

/** A hold rests on strong evidence of so many bits at least; less is what couples and families show. */
const CARRYING_BITS = 1;
export const carriesHold = (one: Evidence): boolean => one.bits >= CARRYING_BITS && isStrong(one);

const NOTHING: readonly Evidence[] = [];

/** So many independent weak kinds may ask together. */
const WEAK_KINDS = 3;
/** The strongest evidence of each weak kind that says enough; none where these are fewer than three. */
function weakKinds(evidence: readonly Evidence[]): Evidence[] {
  const strongest = new Map<WeakKind, Evidence>();
  for (const one of evidence) {
    if (one.asks === undefined || one.bits < WEAK_KIND_BITS) continue;
    const known = strongest.get(one.asks);
    if (known === undefined || one.bits > known.bits) strongest.set(one.asks, one);
  }
  return strongest.size < WEAK_KINDS ? [] : [...strongest.values()];
}

/**
 * A score is the sum of its evidence, so the evidence is the explanation. `weakKindsAsk`: three independent weak kinds
 * count where nothing strong speaks.
 */
export function scoreOf(
  evidence: readonly Evidence[],
  ringShare: number = RING_SHARE,
  weakKindsAsk = false,
): Score {
  const prior = priorBits(ringShare);
  const weighed = withoutDoubleCounting(evidence).toSorted((a, b) => b.bits - a.bits);
  const strong = weighed.some((one) => one.bits > 0 && isStrong(one));
  // Kinds are independent of each other, so each counts whole.
  const asking = strong || !weakKindsAsk ? NOTHING : weakKinds(evidence);
  const kept = [...asking.map(clipped), ...weighed.filter((one) => one.bits <= 0)];
  const counted = strong ? weighed : kept.toSorted((a, b) => b.bits - a.bits);
  const isLeft = ({ signal, bits }: Evidence) =>
    bits > 0 && asking.every((one) => one.signal !== signal);
  const groups = new Set(counted.filter((one) => one.bits >= 0.25).map(groupOf));
  groups.delete("habit");
  return {
    bits: counted.reduce((sum, one) => sum + one.bits, prior),
    priorBits: prior,
    evidence: counted,
    uncounted: strong ? NOTHING : weighed.filter(isLeft),
    found: evidence,
    carries: counted.some(carriesHold),
    twoGroups: strong && groups.size >= 2,
    oneLoud: counted.some((one) => one.bits >= LOUD_BITS && isStrong(one)),
    threeWeak: asking.length > 0,
    weakKindsAsk,
  };
}

/** Scores that are looked back at: more would take longer than to add one up again. */
const SCORES_KEPT = 6;

/** Orders of a group that show the same have one score: it is added up once, and kept once. */
export class KnownScores {
  readonly #known: { readonly shown: readonly Evidence[]; readonly score: Score }[] = [];
  #next = 0;

  of(shown: readonly Evidence[], score: () => Score): Score {
    for (const one of this.#known) if (isSame(one.shown, shown)) return one.score;
    const fresh = { shown, score: score() };
    this.#known[this.#next++ % SCORES_KEPT] = fresh;
    return fresh.score;
  }
}

const isSame = (a: readonly Evidence[], b: readonly Evidence[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);
