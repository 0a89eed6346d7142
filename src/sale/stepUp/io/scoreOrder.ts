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

interface Counted {
  readonly order: OrderRecord;
  units: number;
  /** Whether the index has it; one that left is dropped when the index is rebuilt. */
  isIn: boolean;
  /** Its row there, or `NO_ROW`. */
  row: number;
}

const NO_ROW = -1;
/** Below this a sale is too young for stable word and arrival statistics. */
const FIRST_REMAKE = 500;

/** The sequence of one sale, and the index of its orders. */
class SaleScores {
  readonly #thresholds: Thresholds;
  readonly #orders = new Map<number, Counted>();
  #index: EventIndex;
  #untilNo = 0;
  /** Rows of the index, once everything below is in it. */
  #count = 0;
  #remakeAt = FIRST_REMAKE;
  /** The orders that the index is to be rebuilt from, before those that came since. */
  #base: readonly Counted[] | null = null;
  #ahead: Counted[] = [];

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
    this.#index = new EventIndex({ thresholds });
  }

  get untilNo(): number {
    return this.#untilNo;
  }

  /** Takes the next number; it goes into the index when that is asked. */
  take(step: ScoringStep): void {
    this.#untilNo = step.scoreNo;
    if ("order" in step) {
      if (this.#count >= this.#remakeAt) this.#remake();
      const counted: Counted = { order: step.order, units: 1, isIn: false, row: NO_ROW };
      this.#orders.set(step.scoreNo, counted);
      this.#add(counted);
    } else {
      const counted = this.#orders.get(step.orderNo);
      // The order was forgotten: its sale was analysed.
      if (counted === undefined) return;
      counted.units = step.units;
      if (step.units > 0 && !counted.isIn) this.#add(counted);
      else if (counted.isIn) this.#ahead.push(counted);
    }
  }

  #add(counted: Counted): void {
    counted.isIn = true;
    this.#count++;
    this.#ahead.push(counted);
  }

  /** Drops the orders that left, and weighs all others again. */
  #remake(): void {
    const base: Counted[] = [];
    for (const counted of this.#orders.values()) {
      counted.isIn = counted.units > 0;
      counted.row = NO_ROW;
      if (counted.isIn) base.push(counted);
    }
    this.#base = base;
    this.#ahead = [];
    this.#count = base.length;
    this.#remakeAt = Math.max(FIRST_REMAKE, this.#count * 2);
  }

  #catchUp(): void {
    if (this.#base !== null) {
      this.#index = new EventIndex({ thresholds: this.#thresholds });
      for (const counted of this.#base) counted.row = this.#index.add(counted.order);
      this.#index.refresh();
      this.#base = null;
    }
    for (const counted of this.#ahead) {
      if (counted.row === NO_ROW) counted.row = this.#index.add(counted.order);
      this.#index.setUnits({ row: counted.row, units: counted.units });
    }
    this.#ahead = [];
  }

  /** The doubt about an order; null without a reason for asking. */
  judge(scoreNo: number): Doubt | null {
    this.#catchUp();
    const { row } = must(this.#orders.get(scoreNo), "an order is judged after its number");
    // A repeated request whose order has left meanwhile.
    if (row === NO_ROW) return null;
    const { outcome, score, overLimit } = this.#index.judge(row);
    if (outcome === "accept") return null;
    const reasons = principalReasons(score.evidence);
    const told = overLimit ? [LIMIT_USED, ...reasons] : reasons;
    return {
      bits: score.bits,
      reasons: told.slice(0, 4).map(({ id, en }) => ({ id, en })),
      strong: opensCase(score, this.#thresholds),
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
  return task.judgeNo === null ? null : scores.judge(task.judgeNo);
}
