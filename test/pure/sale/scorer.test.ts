import { describe, expect, it } from "vitest";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import { scoreOrder, type ScoringStep } from "../../../src/sale/stepUp/io/scoreOrder.ts";
import { SHIPPED_THRESHOLDS } from "../../../src/integrity/audit.ts";
import type { OrderRecord } from "../../../src/integrity/table/orders.ts";

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
let saleNo = 100;

/** A sale of its own, whose numbers a thread is told one after the other. */
function newSale() {
  const own = saleNo++;
  let scoreNo = 0;
  const tell = (steps: readonly ScoringStep[], judgeNo: number | null = null) => {
    const afterNo = scoreNo;
    scoreNo = steps.at(-1)?.scoreNo ?? afterNo;
    return scoreOrder({ saleNo: own, thresholds, afterNo, steps, judgeNo });
  };
  const order = (account: string, change: Partial<OrderRecord> = {}): OrderRecord => ({
    orderId: `order ${scoreNo + 1} of ${own}`,
    account,
    channel: "shop",
    orderedAtMs: 1_600_000_000_000 + scoreNo * 60_000,
    name: "Sari Wulandari",
    address: "Jalan Melati 12 RT 03 RW 05",
    district: "Coblong",
    ...change,
  });
  /** The number and the doubt of a new order. */
  const ask = (account: string, change: Partial<OrderRecord> = {}) => {
    const no = scoreNo + 1;
    return { no, doubt: tell([{ scoreNo: no, order: order(account, change) }], no) };
  };
  const units = (orderNo: number, count: number) =>
    tell([{ scoreNo: scoreNo + 1, orderNo, units: count }]);
  return { ask, units, tell, again: (no: number) => tell([], no) };
}

describe("the limit, while a sale goes on", () => {
  it("asks who orders under a name and address that has its unit, or is about to", () => {
    const { ask } = newSale();
    expect(ask("one").doubt).toBeNull();
    const { doubt } = ask("two");
    expect(doubt?.reasons[0]?.en).toContain("what one person may have");
    expect(doubt?.strong).toBe(false);
  });

  it("does not ask who tries again after an order that was cancelled, or never placed", () => {
    const { ask, units } = newSale();
    const first = ask("one");
    expect(first.doubt).toBeNull();
    units(first.no, 0);
    const second = ask("one");
    expect(second.doubt).toBeNull();
    expect(ask("one").doubt).not.toBeNull();
  });

  it("counts an order again whose question was answered", () => {
    const { ask, units } = newSale();
    const first = ask("one");
    units(first.no, 0);
    units(first.no, 1);
    expect(ask("one").doubt).not.toBeNull();
  });

  it("gives an order that is scored twice the same score", () => {
    const { ask, again } = newSale();
    ask("one");
    const second = ask("two");
    expect(again(second.no)).toEqual(second.doubt);
  });

  it("takes no number before those that come before it", () => {
    const { ask, tell } = newSale();
    ask("one");
    expect(() => tell([{ scoreNo: 9, orderNo: 1, units: 0 }], 1)).not.toThrow();
    const task = { saleNo: saleNo - 1, thresholds, steps: [], judgeNo: null };
    expect(() => scoreOrder({ ...task, afterNo: 12 })).toThrow("missing");
  });
});

describe("one sequence", () => {
  /** A crowd with rings, in which every eleventh order leaves again, and some of them come back. */
  function sequenceOf(seed: number, count: number): ScoringStep[] {
    const orders = new OrderMaker(seed)
      .make({ count, ringShare: 0.3 })
      .map(({ order }) => order)
      .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
    const steps: ScoringStep[] = [];
    const add = (step: (scoreNo: number) => ScoringStep) => steps.push(step(steps.length + 1));
    for (const [index, order] of orders.entries()) {
      const orderNo = steps.length + 1;
      add((scoreNo) => ({ scoreNo, order }));
      if (index % 11 === 3) add((scoreNo) => ({ scoreNo, orderNo, units: 0 }));
      if (index % 44 === 3) add((scoreNo) => ({ scoreNo, orderNo, units: 1 }));
    }
    return steps;
  }

  /** The answers about some orders, if the numbers are told in portions that end with those and some others. */
  function answers(steps: readonly ScoringStep[], asked: ReadonlySet<number>, size: number) {
    const { tell } = newSale();
    const found: unknown[] = [];
    let from = 0;
    for (const [index, { scoreNo }] of steps.entries()) {
      if (!asked.has(scoreNo) && (index - from) % size !== size - 1) continue;
      const doubt = tell(steps.slice(from, index + 1), asked.has(scoreNo) ? scoreNo : null);
      if (asked.has(scoreNo)) found.push(doubt);
      from = index + 1;
    }
    return found;
  }

  it("gives the same answers however it is told, to a server that starts late too", () => {
    const steps = sequenceOf(5, 1_400);
    const orders = steps.filter((step) => "order" in step).map(({ scoreNo }) => scoreNo);
    const all = new Set(orders);
    const each = answers(steps, all, 1);
    const even = new Set(orders.filter((_, index) => index % 2 === 0));
    expect(answers(steps, even, 64)).toEqual(each.filter((_, index) => index % 2 === 0));
    const late = new Set(orders.slice(-120));
    expect(answers(steps, late, 500)).toEqual(each.slice(-120));
    expect(each.filter((doubt) => doubt !== null).length).toBeGreaterThan(150);
    // The control: the same orders, each server knowing its own alone until a portion is over.
    const own = steps.filter((step) => !("order" in step) || even.has(step.scoreNo));
    const known = new Set(orders.filter((no) => even.has(no)));
    const alone = own.filter((step) => "order" in step || known.has(step.orderNo));
    expect(answers(alone, even, 64)).not.toEqual(each.filter((_, index) => index % 2 === 0));
  });
});
