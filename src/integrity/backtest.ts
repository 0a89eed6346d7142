import { audit, type AuditResult, type Thresholds } from "./audit.ts";
import type { OrderTable } from "./table/orders.ts";
import { principalReasons, type ReasonText } from "./reasons.ts";
import { caseId } from "./report.ts";

/** What one policy would do to a file's orders. */
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
    sum.money += table.units[row]! * table.unitPriceMinorUnits[row]!;
    const value = account.valueOf[row]!;
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
  const rows = a.verdicts.flatMap(({ outcome }, row) =>
    outcome === b.verdicts[row]!.outcome ? [] : [row],
  );
  const step = Math.max(1, rows.length / sampleSize);
  const shown = Array.from(
    { length: Math.min(sampleSize, rows.length) },
    (_, nth) => rows[Math.floor(nth * step)]!,
  );
  return {
    a: outcomeOf(table, a),
    b: outcomeOf(table, b),
    differing: rows.length,
    sample: shown.map((row) => ({
      orderId: table.orderIds[row]!,
      from: a.verdicts[row]!.outcome,
      to: b.verdicts[row]!.outcome,
      caseId: caseId(b.verdicts[row]!.caseNo),
      reasons: principalReasons(b.verdicts[row]!.score.evidence),
    })),
  };
}
