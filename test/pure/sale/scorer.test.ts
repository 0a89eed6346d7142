import { describe, expect, it } from "vitest";
import { scoreOrder, type ScorerTask } from "../../../src/sale/stepUp/io/scoreOrder.ts";
import { SHIPPED_THRESHOLDS } from "../../../src/integrity/audit.ts";
import type { OrderRecord } from "../../../src/integrity/table/orders.ts";

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
let saleNo = 100;

/** A sale of its own: the thread remembers what it was told. */
function newSale() {
  const [own, startMs] = [saleNo++, 1_600_000_000_000];
  let id = 0;
  const order = (orderId: string, account: string): OrderRecord => ({
    orderId,
    account,
    channel: "shop",
    orderedAtMs: startMs + id++ * 60_000,
    name: "Sari Wulandari",
    address: "Jalan Melati 12 RT 03 RW 05",
    district: "Coblong",
  });
  const ask = (candidate: OrderRecord, news: Partial<ScorerTask> = {}) =>
    scoreOrder({ saleNo: own, thresholds, placed: [], cancelled: [], candidate, ...news });
  return { order, ask };
}

describe("the limit, while a sale goes on", () => {
  it("asks who orders under a name and address that has its unit", () => {
    const { order, ask } = newSale();
    const first = order("a", "one");
    expect(ask(first)).toBeNull();
    const doubt = ask(order("b", "two"), { placed: [first] });
    expect(doubt?.reasons[0]?.en).toContain("what one person may have");
    expect(doubt?.strong).toBe(false);
  });

  it("does not ask who tries again after an order that was cancelled, or never placed", () => {
    const { order, ask } = newSale();
    const first = order("a", "one");
    expect(ask(first)).toBeNull();
    // Judged, but never placed: it has taken nothing.
    expect(ask(order("b", "one"))).toBeNull();
    const placed = order("c", "one");
    expect(ask(placed)).toBeNull();
    expect(ask(order("d", "one"), { placed: [placed] })).not.toBeNull();
    expect(ask(order("e", "one"), { cancelled: ["c"] })).toBeNull();
  });

  it("gives an order that is scored twice the same score", () => {
    const { order, ask } = newSale();
    const first = order("a", "one");
    ask(first);
    const second = order("b", "two");
    expect(ask(second, { placed: [first] })).toEqual(ask(second));
  });
});
