/*
 * Scores orders beside those numbered before them in their sale, whose index lives as long as the
 * thread. The index follows from the numbers alone, never from the time or the portions in which they
 * came: all servers answer alike, and so does a server that has just started. An order that
 * left the sequence must never count against anybody: it takes no unit.
 */

import { must } from "../../../base/assert.ts";
import { opensCase, type Thresholds } from "../../../integrity/audit.ts";
import { EventIndex } from "../../../integrity/eventIndex.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { principalReasons } from "../../../integrity/reasons.ts";
import { LIMIT_USED } from "../../words.ts";
import type { Doubt } from "../../doubt.ts";

/** One number of a sale's sequence. */
export type ScoringStep =
  | { readonly scoreNo: number; readonly order: OrderRecord }
  /** An order takes so many units of its person's limit from here on. */
  | { readonly scoreNo: number; readonly orderNo: number; readonly units: number };

/** A task: the numbers since the last task, and the order to score after them. */
export interface ScorerTask {
  readonly saleNo: number;
  readonly thresholds: Thresholds;
  /** The number that the thread has to know; after 0 the sale begins again. */
  readonly afterNo: number;
  readonly steps: readonly ScoringStep[];
  /** The number of the order to score; null: none. */
  readonly judgeNo: number | null;
}

/** The sequence of one sale, as an index of its orders. */
class SaleScores {
  readonly #thresholds: Thresholds;
  readonly #index: EventIndex;
  /** Rows of the index by the numbers of their orders. */
  readonly #rows = new Map<number, number>();
  #untilNo = 0;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
    this.#index = new EventIndex({ thresholds });
  }

  get untilNo(): number {
    return this.#untilNo;
  }

  /** Makes a fit that is due after the last number, and that its order did not wait for. */
  learn(): void {
    this.#index.learnIfDue();
  }

  /** Takes the next number. */
  take(step: ScoringStep): void {
    this.learn();
    this.#untilNo = step.scoreNo;
    if ("order" in step) this.#rows.set(step.scoreNo, this.#index.put(step.order));
    else {
      const row = this.#rows.get(step.orderNo);
      // None if the order was forgotten, as its sale was analysed.
      if (row !== undefined) this.#index.setUnits({ row, units: step.units });
    }
  }

  /** The doubt about an order; null without a reason for asking. */
  judge(scoreNo: number): Doubt | null {
    const row = must(this.#rows.get(scoreNo), "an order is judged after its number");
    const { outcome, score, overLimit } = this.#index.judge(row);
    if (outcome === "accept") return null;
    const reasons = principalReasons(score.evidence);
    const told = overLimit ? [LIMIT_USED, ...reasons] : reasons;
    return {
      bits: score.bits,
      reasons: told.slice(0, 4).map(({ id, en }) => ({ id, en })),
      // Three weak kinds are answered by the address, too: they are no more than a habit.
      strong: opensCase(score, this.#thresholds) && !score.threeWeak,
    };
  }
}

const sales = new Map<number, SaleScores>();

function scoresOf({ saleNo, thresholds, afterNo }: ScorerTask): SaleScores {
  const known = afterNo === 0 ? undefined : sales.get(saleNo);
  const scores = known ?? new SaleScores(thresholds);
  sales.set(saleNo, scores);
  // A number left out would make this server answer otherwise than the others.
  if (scores.untilNo !== afterNo) throw new Error("numbers of the sequence are missing");
  return scores;
}

/** Takes in the numbers of a task, and scores its order; null without a reason for asking. */
export function scoreOrder(task: ScorerTask): Doubt | null {
  const scores = scoresOf(task);
  for (const step of task.steps) scores.take(step);
  const doubt = task.judgeNo === null ? null : scores.judge(task.judgeNo);
  // After the answer, unless the next task is there already, which then waits for it.
  setImmediate(() => scores.learn());
  return doubt;
}
