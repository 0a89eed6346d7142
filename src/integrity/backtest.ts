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
   * Held orders that are genuine, as the scores themselves estimate it: Σ 1/(1+2^S). An estimate of the
   * model about itself, good for comparing policies and no bound.
   */
  readonly estimatedWrongHolds: number;
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

function outcomeOf(table: OrderTable, result: AuditResult): PolicyOutcome {
  const { account } = table.columns;
  const sum = { held: 0, askedToConfirm: 0, heldSingleOrders: 0, money: 0, wrong: 0 };
  result.verdicts.forEach(({ outcome, score }, row) => {
    if (outcome === "step_up") sum.askedToConfirm++;
    if (outcome !== "hold") return;
    sum.held++;
    sum.wrong += 1 / (1 + 2 ** score.bits);
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
    estimatedWrongHolds: sum.wrong,
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
