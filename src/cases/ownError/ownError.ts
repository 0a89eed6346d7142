import { clopperPearsonUpper, RunningGuard } from "../../integrity/bound.ts";

/**
 * Accepted orders by what was thought of them: looked at in a case and released, asked a question first, or
 * never doubted. Mistakes are thick where there was doubt, and the never doubted are nearly all: each kind is
 * drawn by itself, and counts for as many orders as it has.
 */
export const ACCEPTED_STRATA = ["released", "asked", "undoubted"] as const;
export type AcceptedStratum = (typeof ACCEPTED_STRATA)[number];

/** How many of `count` to draw of each kind: the same of each that has so many; what is left goes to the last. */
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

/** An order of the sample, and what a person found when it was judged again. */
export interface JudgedOrder {
  readonly stratum: "refused" | "accepted";
  /** Of an accepted one, what was thought of it. */
  readonly acceptedAs: AcceptedStratum | null;
  readonly rules: readonly string[];
  readonly channel: string;
  readonly paymentMethod: string;
  /** Where it was to go, as far as a case says so; "–" where nothing does. */
  readonly region: string;
  readonly found: "genuine" | "not_genuine";
}

/** A share with the interval that the sample allows; 0 to 1. */
export interface MeasuredShare {
  readonly wrong: number;
  readonly audited: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.025;

/** Clopper & Pearson's exact interval (1934), 95 % unless said otherwise. */
export function measuredShare(wrong: number, audited: number, tail = TAIL): MeasuredShare {
  if (audited === 0) return { wrong, audited, share: 0, low: 0, high: 1 };
  return {
    wrong,
    audited,
    share: wrong / audited,
    // The lower end is the mirror of the upper one of what was right.
    low: wrong === 0 ? 0 : 1 - clopperPearsonUpper(audited - wrong, audited, tail),
    high: clopperPearsonUpper(wrong, audited, tail),
  };
}

/**
 * The share among all orders of all kinds, each kind weighed by its size. The interval is the weighted sum of
 * the kinds' own, each at a part of the tail (Bonferroni): wider than it need be, never narrower.
 */
export function weighedShare(
  kinds: readonly { readonly wrong: number; readonly audited: number; readonly size: number }[],
): MeasuredShare {
  const there = kinds.filter(({ size }) => size > 0);
  const total = there.reduce((sum, { size }) => sum + size, 0);
  const audited = kinds.reduce((sum, kind) => sum + kind.audited, 0);
  const wrong = kinds.reduce((sum, kind) => sum + kind.wrong, 0);
  if (audited === 0 || total === 0) return measuredShare(wrong, audited);
  const parts = there.map((kind) => ({
    weight: kind.size / total,
    ...measuredShare(kind.wrong, kind.audited, TAIL / there.length),
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
  /** Accepted orders that should have been refused: the other mistake. */
  readonly wronglyAccepted: MeasuredShare;
  /** The same by what was thought of them. */
  readonly byAccepted: Readonly<Record<AcceptedStratum, MeasuredShare>>;
  readonly byRule: Readonly<Record<string, MeasuredShare>>;
  readonly byChannel: Readonly<Record<string, MeasuredShare>>;
  readonly byPaymentMethod: Readonly<Record<string, MeasuredShare>>;
  /** Regions with fewer than five judged orders are one, "–": a public number must not point at a house. */
  readonly byRegion: Readonly<Record<string, MeasuredShare>>;
}

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
  return Object.fromEntries(
    [...groups].map(([key, { wrong, audited }]) => [key, measuredShare(wrong, audited)]),
  );
}

const REGION_AT_LEAST = 5;

/** A region's name, where enough of its orders were judged that it names nobody. */
function publicRegion(orders: readonly JudgedOrder[]): (order: JudgedOrder) => string {
  const counts = new Map<string, number>();
  for (const { region } of orders) counts.set(region, (counts.get(region) ?? 0) + 1);
  return ({ region }) => ((counts.get(region) ?? 0) >= REGION_AT_LEAST ? region : "–");
}

/** How often it was wrong, measured on a sample of both kinds; `sizes` are those of all accepted orders. */
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
    wronglyRefused: measuredShare(count(refusedOrders, "genuine"), refusedOrders.length),
    wronglyAccepted: weighedShare(kinds),
    byAccepted: Object.fromEntries(
      kinds.map(({ stratum, wrong, audited }) => [stratum, measuredShare(wrong, audited)]),
    ) as Record<AcceptedStratum, MeasuredShare>,
    byRule: shares(refusedOrders, (order) => order.rules),
    byChannel: shares(refusedOrders, (order) => [order.channel]),
    byPaymentMethod: shares(refusedOrders, (order) => [order.paymentMethod]),
    byRegion: shares(refusedOrders, (order) => [regionOf(order)]),
  };
}

/** The running guard over all sales under one version of a policy. */
export interface Guard {
  /** Cases of which a cancelled order was judged again, and those where it was a genuine buyer's. */
  readonly judgedCases: number;
  readonly wrongCases: number;
  /** The most that betting on a broken promise ever made of 1, and what proves it: 1/(1 − confidence). */
  readonly capital: number;
  readonly enough: number;
  /** More cases hit genuine buyers than the policy promises: every case is decided by a person from now on. */
  readonly broken: boolean;
}

/** `wrong` of each judged case, in the order in which they were judged. */
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

const LEAST_WRONG = 2;

/**
 * Rules that were wrong more often than their policy allows: from now on they may ask for a look, and carry
 * no cancellation. The share itself decides, not its lower end: to go on with a bad rule until the proof is
 * complete costs genuine buyers; to look twice costs the desk an hour. One wrong case alone is an accident.
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
