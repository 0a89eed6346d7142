/*
 * Two policies on the same orders: what each would hold, and some orders on which they differ. Nothing is written.
 */

import { must } from "../base/assert.ts";
import { floatAt, wholeAt } from "../base/at.ts";
import { audit, type AuditResult, type Thresholds } from "./audit.ts";
import type { OrderTable } from "./table/orders.ts";
import { principalReasons, type ReasonText } from "./reasons.ts";
import { MemberIds } from "./memberIds.ts";
import { byLetters } from "../base/canonical.ts";

/** The effect of one policy on a file's orders. */
export interface PolicyOutcome {
  readonly cases: number;
  readonly held: number;
  readonly askedToConfirm: number;
  /** Accounts with exactly one order that would be held: where wrong holds hurt most. */
  readonly heldSingleOrders: number;
  /** Money of the held orders, minor units; null where the file gives no prices. */
  readonly heldMinorUnits: number | null;
  /**
   * Held orders that are genuine lie between these, unless scores are further off than on labelled tables. An
   * estimate of the model about itself, good for comparing policies and no bound.
   */
  readonly genuineAmongHeld: Interval;
}

/** From the least to the most; orders. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Difference {
  readonly orderId: string;
  readonly from: string;
  readonly to: string;
  readonly caseId: string;
  readonly reasons: readonly ReasonText[];
}

export interface Backtest {
  readonly a: PolicyOutcome;
  readonly b: PolicyOutcome;
  readonly differing: number;
  /** Some of those that differ, evenly spread: to be looked at. */
  readonly sample: readonly Difference[];
}

/** One held clump: its orders, and their mean score in bits. */
export interface HeldClump {
  readonly orders: number;
  readonly bits: number;
}

/**
 * Scores may be so many bits too shy, or too bold. On two labelled public tables the genuine among the held were between
 * a sixtieth of what the scores say and three times as many.
 */
const SHY_BITS = 6;
const BOLD_BITS = 3;

/** Both ends miss the truth in one of forty, so that the interval holds in 95 % where scores are off by no more. */
const LOG_TAIL = Math.log(40);

/**
 * The mean of Σ orders·X, X true with the chance that scores of so many bits more leave; and how far chance may lead
 * from it (Bernstein's inequality).
 */
function genuineIn(clumps: readonly HeldClump[], moreBits: number): { mean: number; off: number } {
  const sum = { mean: 0, variance: 0, most: 0 };
  for (const { orders, bits } of clumps) {
    const chance = 1 / (1 + 2 ** (bits + moreBits));
    sum.mean += orders * chance;
    sum.variance += orders ** 2 * chance * (1 - chance);
    sum.most = Math.max(sum.most, orders);
  }
  const third = (sum.most * LOG_TAIL) / 3;
  return { mean: sum.mean, off: third + Math.sqrt(third ** 2 + 2 * sum.variance * LOG_TAIL) };
}

/**
 * How many held orders may be genuine. A case is genuine as a whole or not at all, so chance does not even out over its
 * orders; and nobody has compared scores with truth here, so each may be off.
 */
export function genuineAmong(clumps: readonly HeldClump[]): Interval {
  const held = clumps.reduce((sum, { orders }) => sum + orders, 0);
  const least = genuineIn(clumps, SHY_BITS);
  const most = genuineIn(clumps, -BOLD_BITS);
  return {
    low: Math.max(0, Math.floor(least.mean - least.off)),
    high: Math.min(held, Math.ceil(most.mean + most.off)),
  };
}

/** The held orders of each case; one that is in none is a clump of its own. */
function heldClumps({ verdicts }: AuditResult): HeldClump[] {
  const clumps = new Map<number, { orders: number; bits: number }>();
  verdicts.forEach(({ outcome, caseNo, score }, row) => {
    if (outcome !== "hold") return;
    const key = caseNo < 0 ? -1 - row : caseNo;
    const { orders, bits } = clumps.get(key) ?? { orders: 0, bits: 0 };
    clumps.set(key, { orders: orders + 1, bits: bits + score.bits });
  });
  return Array.from(clumps.values(), ({ orders, bits }) => ({ orders, bits: bits / orders }));
}

function outcomeOf(table: OrderTable, result: AuditResult): PolicyOutcome {
  const { account } = table.columns;
  const sum = { held: 0, askedToConfirm: 0, heldSingleOrders: 0, money: 0 };
  result.verdicts.forEach(({ outcome }, row) => {
    if (outcome === "step_up") sum.askedToConfirm++;
    if (outcome !== "hold") return;
    sum.held++;
    sum.money += floatAt(table.units, row) * floatAt(table.unitPriceMinorUnits, row);
    const value = wholeAt(account.valueOf, row);
    if (value < 0 || account.counts[value] === 1) sum.heldSingleOrders++;
  });
  return {
    cases: result.cases.length,
    held: sum.held,
    askedToConfirm: sum.askedToConfirm,
    heldSingleOrders: sum.heldSingleOrders,
    heldMinorUnits: Number.isNaN(sum.money) ? null : sum.money,
    genuineAmongHeld: genuineAmong(heldClumps(result)),
  };
}

/** Two policies on one file: what each would hold, and where they differ. */
export function backtest(
  table: OrderTable,
  policies: { readonly a: Thresholds; readonly b: Thresholds },
  sampleSize = 12,
): Backtest {
  const a = audit(table, { thresholds: policies.a });
  const b = audit(table, { thresholds: policies.b });
  const differing = a.verdicts.flatMap((one, row) => {
    const other = must(b.verdicts[row], "a verdict of each order");
    return one.outcome === other.outcome ? [] : [{ row, from: one.outcome, to: other }];
  });
  const idOf = (row: number) => must(table.orderIds[row], "an id of each order");
  differing.sort((one, other) => byLetters(idOf(one.row), idOf(other.row)));
  const ids = new MemberIds(table, b);
  const step = Math.max(1, differing.length / sampleSize);
  const shown = Array.from({ length: Math.min(sampleSize, differing.length) }, (_, nth) =>
    must(differing[Math.floor(nth * step)], "a difference at each step"),
  );
  return {
    a: outcomeOf(table, a),
    b: outcomeOf(table, b),
    differing: differing.length,
    sample: shown.map(({ row, from, to }) => ({
      orderId: idOf(row),
      from,
      to: to.outcome,
      caseId: ids.case(to.caseNo),
      reasons: principalReasons(to.score.evidence),
    })),
  };
}
