/*
 * How often the system was wrong, measured on random samples that people judge again: genuine
 * buyers refused, and orders accepted that should have been refused. Exact intervals; they may be
 * too wide, never too narrow.
 * Must never happen: a public share identifies a household (regions with few judged orders are
 * merged).
 */

import { clopperPearsonUpper, RunningGuard } from "../../integrity/bound.ts";

/**
 * Kinds of accepted orders: released from a case, asked a question first, never doubted. Mistakes
 * are frequent where there was doubt, and most orders were never doubted; so each kind is sampled
 * by itself and weighted by its size.
 */
export const ACCEPTED_STRATA = ["released", "asked", "undoubted"] as const;
export type AcceptedStratum = (typeof ACCEPTED_STRATA)[number];

/**
 * How many of `count` to draw of each kind: equal parts where a kind is large enough; the rest goes
 * to the last kind.
 */
export function acceptedCounts(
  sizes: Readonly<Record<AcceptedStratum, number>>,
  count: number,
): Record<AcceptedStratum, number> {
  const counts = { released: 0, asked: 0, undoubted: 0 };
  let left = count;
  ACCEPTED_STRATA.forEach((stratum, index) => {
    const share = Math.floor(left / (ACCEPTED_STRATA.length - index));
    counts[stratum] = Math.min(share, sizes[stratum]);
    left -= counts[stratum];
  });
  return counts;
}

/** An order of the sample and the person's finding. */
export interface JudgedOrder {
  readonly stratum: "refused" | "accepted";
  /** For accepted orders, their kind. */
  readonly acceptedAs: AcceptedStratum | null;
  readonly rules: readonly string[];
  readonly channel: string;
  readonly paymentMethod: string;
  /** The delivery region as far as a case records it, else "–". */
  readonly region: string;
  readonly found: "genuine" | "not_genuine";
}

/** A share (0 to 1) with its interval. */
export interface MeasuredShare {
  readonly wrong: number;
  readonly audited: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Each tail of a 95 % interval. */
const TAIL = 0.025;

/** The exact interval of Clopper and Pearson (1934), 95 % by default. */
export function measuredShare(
  { wrong, audited }: Pick<MeasuredShare, "wrong" | "audited">,
  tail = TAIL,
): MeasuredShare {
  if (audited === 0) return { wrong, audited, share: 0, low: 0, high: 1 };
  return {
    wrong,
    audited,
    share: wrong / audited,
    // The lower end is one minus the upper end for the complement.
    low:
      wrong === 0
        ? 0
        : 1 - clopperPearsonUpper({ errors: audited - wrong, total: audited, delta: tail }),
    high: clopperPearsonUpper({ errors: wrong, total: audited, delta: tail }),
  };
}

/**
 * The share over all kinds, each weighted by its size. The interval is the weighted sum of the
 * kinds' intervals, each at a part of the tail (Bonferroni): wider than necessary, never too
 * narrow.
 */
export function weighedShare(
  kinds: readonly { readonly wrong: number; readonly audited: number; readonly size: number }[],
): MeasuredShare {
  const there = kinds.filter(({ size }) => size > 0);
  const total = there.reduce((sum, { size }) => sum + size, 0);
  const audited = kinds.reduce((sum, kind) => sum + kind.audited, 0);
  const wrong = kinds.reduce((sum, kind) => sum + kind.wrong, 0);
  if (audited === 0 || total === 0) return measuredShare({ wrong, audited });
  const parts = there.map((kind) => ({
    weight: kind.size / total,
    ...measuredShare(kind, TAIL / there.length),
  }));
  const sum = (of: (part: (typeof parts)[number]) => number) =>
    parts.reduce((total, part) => total + part.weight * of(part), 0);
  return {
    wrong,
    audited,
    share: sum((part) => part.share),
    low: sum((part) => part.low),
    high: sum((part) => part.high),
  };
}

export interface OwnError {
  readonly wronglyRefused: MeasuredShare;
  /** Accepted orders that should have been refused: the opposite mistake. */
  readonly wronglyAccepted: MeasuredShare;
  /** The same for each kind of accepted order. */
  readonly byAccepted: Readonly<Record<AcceptedStratum, MeasuredShare>>;
  /** All accepted orders of each kind: the weights of the share. Reports from before have none. */
  readonly acceptedSizes?: Readonly<Record<AcceptedStratum, number>>;
  readonly byRule: Readonly<Record<string, MeasuredShare>>;
  readonly byChannel: Readonly<Record<string, MeasuredShare>>;
  readonly byPaymentMethod: Readonly<Record<string, MeasuredShare>>;
  /**
   * Regions with fewer than five judged orders are merged into "–", so that no number points at a
   * household.
   */
  readonly byRegion: Readonly<Record<string, MeasuredShare>>;
}

/** Shares of wrongly refused orders by key; an order may have several. */
function shares(
  refusedOrders: readonly JudgedOrder[],
  keys: (order: JudgedOrder) => readonly string[],
): Record<string, MeasuredShare> {
  const groups = new Map<string, { wrong: number; audited: number }>();
  for (const order of refusedOrders) {
    for (const key of keys(order)) {
      const group = groups.get(key) ?? { wrong: 0, audited: 0 };
      group.audited++;
      if (order.found === "genuine") group.wrong++;
      groups.set(key, group);
    }
  }
  return Object.fromEntries([...groups].map(([key, group]) => [key, measuredShare(group)]));
}

/** Fewer judged orders than this of a region could point at a household. */
const REGION_AT_LEAST = 5;

/** Maps an order to its region, or to "–" where too few orders of the region were judged. */
function publicRegion(orders: readonly JudgedOrder[]): (order: JudgedOrder) => string {
  const counts = new Map<string, number>();
  for (const { region } of orders) counts.set(region, (counts.get(region) ?? 0) + 1);
  return ({ region }) => ((counts.get(region) ?? 0) >= REGION_AT_LEAST ? region : "–");
}

/** Measures both errors; `sizes` counts all accepted orders of the sale. */
export function ownError(
  judged: readonly JudgedOrder[],
  sizes: Readonly<Record<AcceptedStratum, number>>,
): OwnError {
  const refusedOrders = judged.filter((order) => order.stratum === "refused");
  const kinds = ACCEPTED_STRATA.map((stratum) => {
    const orders = judged.filter((order) => order.acceptedAs === stratum);
    const wrong = orders.filter((order) => order.found === "not_genuine").length;
    return { stratum, wrong, audited: orders.length, size: sizes[stratum] };
  });
  const regionOf = publicRegion(refusedOrders);
  const count = (orders: readonly JudgedOrder[], found: JudgedOrder["found"]) =>
    orders.filter((order) => order.found === found).length;
  return {
    wronglyRefused: measuredShare({
      wrong: count(refusedOrders, "genuine"),
      audited: refusedOrders.length,
    }),
    wronglyAccepted: weighedShare(kinds),
    byAccepted: Object.fromEntries(
      kinds.map((kind) => [kind.stratum, measuredShare(kind)]),
    ) as Record<AcceptedStratum, MeasuredShare>,
    acceptedSizes: sizes,
    byRule: shares(refusedOrders, (order) => order.rules),
    byChannel: shares(refusedOrders, (order) => [order.channel]),
    byPaymentMethod: shares(refusedOrders, (order) => [order.paymentMethod]),
    byRegion: shares(refusedOrders, (order) => [regionOf(order)]),
  };
}

/** A kind of accepted order, with its part of the share. */
export interface WeighedKind extends MeasuredShare {
  readonly stratum: AcceptedStratum;
  /** All accepted orders of the kind, and their part of all accepted ones (0 to 1). */
  readonly size: number;
  readonly weight: number;
  /** Its part of the share of wrongly accepted orders. */
  readonly adds: number;
}

/** How the share of wrongly accepted orders comes about; empty where the sizes are not known. */
export function weights(
  error: Pick<OwnError, "byAccepted"> & {
    readonly acceptedSizes?: OwnError["acceptedSizes"] | undefined;
  },
): WeighedKind[] {
  const { acceptedSizes: sizes } = error;
  const total = sizes ? ACCEPTED_STRATA.reduce((sum, kind) => sum + sizes[kind], 0) : 0;
  if (!sizes || total === 0) return [];
  return ACCEPTED_STRATA.map((stratum) => {
    const measured = error.byAccepted[stratum];
    const weight = sizes[stratum] / total;
    return { stratum, size: sizes[stratum], weight, adds: weight * measured.share, ...measured };
  });
}

/** The running guard over all sales under one version of a policy. */
export interface Guard {
  /**
   * Cases with a cancelled order that was judged again, and those of them that hit a genuine buyer.
   */
  readonly judgedCases: number;
  readonly wrongCases: number;
  /**
   * The largest capital that a bet against the promise reached, starting from 1, and the value that
   * proves the promise broken: 1/(1 − confidence).
   */
  readonly capital: number;
  readonly enough: number;
  /**
   * More genuine buyers were hit than the policy promises; from now on people decide every case.
   */
  readonly broken: boolean;
}

/** Runs the guard over `wrong`, one value per judged case in the order of judging. */
export function runningGuard(
  wrong: readonly boolean[],
  promise: { readonly wrongCasesShare: number; readonly confidence: number },
): Guard {
  const guard = new RunningGuard(promise.wrongCasesShare);
  for (const one of wrong) guard.add(one ? 1 : 0);
  return {
    judgedCases: wrong.length,
    wrongCases: wrong.filter(Boolean).length,
    capital: guard.most,
    enough: 1 / (1 - promise.confidence),
    broken: guard.broken(1 - promise.confidence),
  };
}

/** One wrong case alone is taken as chance. */
const LEAST_WRONG = 2;

/**
 * Rules that were wrong more often than their policy allows. They may then ask for a check, and
 * carry no cancellation. The share itself decides, without waiting for its lower bound: keeping a
 * bad rule until there is proof costs genuine buyers, checking twice costs the desk an hour. A
 * single wrong case is taken as chance.
 */
export function overCeiling(
  rules: readonly { readonly ruleId: string; readonly errorCeiling: number }[],
  byRule: Readonly<Record<string, MeasuredShare>>,
): string[] {
  return rules
    .filter(({ ruleId, errorCeiling }) => {
      const measured = byRule[ruleId];
      return (
        measured !== undefined && measured.wrong >= LEAST_WRONG && measured.share > errorCeiling
      );
    })
    .map((rule) => rule.ruleId);
}
