/*
 * Scores one order against the placed ones of its sale, whose index lives as long as the thread. An
 * order that was only scored must never count against anybody: it takes no unit.
 */

import { must } from "../../../base/assert.ts";
import { opensCase, type Thresholds } from "../../../integrity/audit.ts";
import { EventIndex } from "../../../integrity/eventIndex.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { principalReasons } from "../../../integrity/reasons.ts";
import { LIMIT_USED } from "../../words.ts";
import type { Doubt } from "../../doubt.ts";

/** A task: an order, and the orders placed in its sale since the last task. */
export interface ScorerTask {
  readonly saleNo: number;
  readonly thresholds: Thresholds;
  /** An order is named by its offer, so that one scored before it was placed is recognised. */
  readonly placed: readonly OrderRecord[];
  /** Orders cancelled since: they no longer count against a person's limit. */
  readonly cancelled: readonly string[];
  readonly candidate: OrderRecord;
}

interface Watched {
  index: EventIndex;
  readonly placed: OrderRecord[];
  readonly known: Set<string>;
  readonly cancelled: Set<string>;
  /** Index rows by order. Scored but unplaced orders are dropped when the index is rebuilt. */
  readonly rows: Map<string, number>;
  remakeAt: number;
}

/** Below this a sale is too young for stable word and arrival statistics. */
const FIRST_REMAKE = 500;
const sales = new Map<number, Watched>();

function watched(task: ScorerTask): Watched {
  const known = sales.get(task.saleNo);
  if (known) return known;
  const fresh: Watched = {
    index: new EventIndex({ thresholds: task.thresholds }),
    placed: [],
    known: new Set<string>(),
    cancelled: new Set<string>(),
    rows: new Map<string, number>(),
    remakeAt: FIRST_REMAKE,
  };
  sales.set(task.saleNo, fresh);
  return fresh;
}

/** Placed orders count with their units; scored-only and cancelled ones with none. */
function count(sale: Watched, order: OrderRecord): void {
  const row = sale.rows.get(order.orderId) ?? sale.index.add(order);
  sale.rows.set(order.orderId, row);
  sale.index.setUnits({ row, units: sale.cancelled.has(order.orderId) ? 0 : (order.units ?? 1) });
}

/** Rebuilds the index from placed orders, with current statistics. */
function remake(sale: Watched, thresholds: Thresholds): void {
  sale.index = new EventIndex({ thresholds });
  sale.rows.clear();
  sale.placed.sort((a, b) => a.orderedAtMs - b.orderedAtMs);
  for (const order of sale.placed) count(sale, order);
  sale.index.refresh();
  sale.remakeAt = Math.max(FIRST_REMAKE, sale.index.count * 2);
}

/** Null without a reason for asking. */
export function scoreOrder(task: ScorerTask): Doubt | null {
  const sale = watched(task);
  for (const order of task.placed) {
    if (sale.known.has(order.orderId)) continue;
    sale.known.add(order.orderId);
    sale.placed.push(order);
    count(sale, order);
  }
  for (const orderId of task.cancelled) {
    sale.cancelled.add(orderId);
    const row = sale.rows.get(orderId);
    if (row !== undefined) sale.index.setUnits({ row, units: 0 });
  }
  if (sale.index.count >= sale.remakeAt) remake(sale, task.thresholds);
  const { candidate } = task;
  count(sale, candidate);
  const row = must(sale.rows.get(candidate.orderId), "counted just now");
  const { outcome, score, overLimit } = sale.index.judge(row);
  if (!sale.known.has(candidate.orderId)) sale.index.setUnits({ row, units: 0 });
  if (outcome === "accept") return null;
  const reasons = principalReasons(score.evidence);
  const told = overLimit ? [LIMIT_USED, ...reasons] : reasons;
  return {
    bits: score.bits,
    reasons: told.slice(0, 4).map(({ id, en }) => ({ id, en })),
    strong: opensCase(score, task.thresholds),
  };
}
