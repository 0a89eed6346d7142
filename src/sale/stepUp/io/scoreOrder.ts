import { opensCase, type Thresholds } from "../../../integrity/audit.ts";
import { EventIndex } from "../../../integrity/eventIndex.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { principalReasons } from "../../../integrity/reasons.ts";
import { LIMIT_USED } from "../../words.ts";
import type { Doubt } from "../../doubt.ts";

/*
 * Scores one order beside those of its sale that were placed before. It remembers each sale's orders for as long as the
 * thread lives. An order that was only scored must never count against anybody: it takes no unit.
 */

/** What is asked of the thread: an order, and those of its sale that were placed since it was asked last. */
export interface ScorerTask {
  readonly saleNo: number;
  readonly thresholds: Thresholds;
  /** An order goes by the name of its offer, so that one which was judged before it was placed is known. */
  readonly placed: readonly OrderRecord[];
  /** Of those that were placed, what was cancelled since: it takes nothing of a person's limit any more. */
  readonly cancelled: readonly string[];
  readonly candidate: OrderRecord;
}

interface Watched {
  index: EventIndex;
  readonly placed: OrderRecord[];
  readonly known: Set<string>;
  readonly cancelled: Set<string>;
  /** Rows of all that is in the index. What was judged and not placed is left out when it is made anew. */
  readonly rows: Map<string, number>;
  remakeAt: number;
}

/** Below this a sale is too young for its words and curves to have settled. */
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

/** An order that was placed takes its units; one that was only judged, or was cancelled, takes none. */
function count(sale: Watched, order: OrderRecord): void {
  const row = sale.rows.get(order.orderId) ?? sale.index.add(order);
  sale.rows.set(order.orderId, row);
  sale.index.setUnits(row, sale.cancelled.has(order.orderId) ? 0 : (order.units ?? 1));
}

/** From what was really placed, with words and curves as they are now. */
function remake(sale: Watched, thresholds: Thresholds): void {
  sale.index = new EventIndex({ thresholds });
  sale.rows.clear();
  sale.placed.sort((a, b) => a.orderedAtMs - b.orderedAtMs);
  for (const order of sale.placed) count(sale, order);
  sale.index.refresh();
  sale.remakeAt = Math.max(FIRST_REMAKE, sale.index.count * 2);
}

/** Null where nothing speaks for asking. */
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
    if (row !== undefined) sale.index.setUnits(row, 0);
  }
  if (sale.index.count >= sale.remakeAt) remake(sale, task.thresholds);
  const { candidate } = task;
  count(sale, candidate);
  const row = sale.rows.get(candidate.orderId)!;
  const { outcome, score, overLimit } = sale.index.judge(row);
  if (!sale.known.has(candidate.orderId)) sale.index.setUnits(row, 0);
  if (outcome === "accept") return null;
  const reasons = principalReasons(score.evidence);
  const told = overLimit ? [LIMIT_USED, ...reasons] : reasons;
  return {
    bits: score.bits,
    reasons: told.slice(0, 4).map(({ id, en }) => ({ id, en })),
    strong: opensCase(score, task.thresholds),
  };
}
