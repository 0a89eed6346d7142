import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, CallBudget, MOST_CALLS, spread } from "../../../web/ui/pace.ts";

const MINUTE_MS = 60_000;

/** The most calls in any minute. */
const busiest = (times: readonly number[]) =>
  Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE_MS).length),
  );

/** Asks again as soon as the budget lets it, for so long; `wishes` are the ms between two wishes to ask. */
function askOften(budget: CallBudget, wishes: readonly number[], forMs: number): number[] {
  const times: number[] = [];
  let nowMs = 1_000;
  for (let i = 0; nowMs < forMs; i++) {
    const waitMs = budget.waitMs(nowMs);
    if (waitMs > 0) nowMs += waitMs;
    else {
      budget.spend(nowMs);
      times.push(nowMs);
      nowMs += wishes[i % wishes.length] as number;
    }
  }
  return times;
}

describe("the pace of a page", () => {
  it("whatever it wishes, a page makes at most twelve calls in any minute", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1 }), (wishes) => {
        expect(busiest(askOften(new CallBudget(), wishes, 600_000))).toBeLessThan(MOST_CALLS);
      }),
    );
    expect(MOST_CALLS).toBe(12);
  });

  it("what a person presses is not held back, and counts", () => {
    const budget = new CallBudget();
    for (let i = 0; i < 20; i++) budget.spend(1_000 + i);
    expect(budget.waitMs(2_000)).toBeGreaterThan(50_000);
    expect(budget.waitMs(1_019 + MINUTE_MS)).toBe(0);
  });

  it("the first calls of a minute may follow each other soon, the others after 5 s", () => {
    const times = askOften(new CallBudget(), [1], 60_000);
    const gaps = times.slice(1).map((at, i) => at - (times[i] as number));
    expect(gaps.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 1_500));
    expect(Math.min(...gaps.slice(5))).toBe(5_000);
  });

  it("waits longer after each failure, up to a minute, and never less than it was told to", () => {
    const waits = [1, 2, 3, 4, 5, 6, 50].map((failures) => backoffMs(failures, 0));
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 600_000 }),
        (failures, chance, toldMs) => {
          const waitMs = backoffMs(failures, chance, toldMs);
          expect(waitMs).toBeGreaterThanOrEqual(Math.max(5_000, toldMs));
          expect(waitMs).toBeLessThanOrEqual(1.5 * Math.max(60_000, toldMs));
        },
      ),
    );
  });

  it("no two pages keep step: a wait varies by a quarter both ways", () => {
    expect([0, 0.5, 1].map((chance) => spread(2_000, chance))).toEqual([1_500, 2_000, 2_500]);
  });
});
