import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import {
  audit,
  fitOf,
  SHIPPED_THRESHOLDS,
  type OrderVerdict,
} from "../../../../src/integrity/audit.ts";
import { EventIndex } from "../../../../src/integrity/eventIndex.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "../truth/tableOf.ts";

/*
 * Between two fits an order that came by itself is judged as all orders together are under the same fit, bit for bit;
 * also in the moments just before and just after a fit is made.
 */

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };

/** A crowd with a device number that an app gives to many. */
function crowd(seed: number, count: number): OrderRecord[] {
  const chance = new SeededChance(seed + 100);
  return new OrderMaker(seed)
    .make({ count, ringShare: 0.2 })
    .map(({ order, ring }) => ({
      ...order,
      userAgent: `Toko/1 (Redmi ${chance.below(40)}; Android 9)`,
      ...(ring === null && chance.below(30) === 0 ? { deviceId: "c0ffee5e-0b1e-4c1a" } : {}),
    }))
    .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
}

/** Numbers as they are, to the last bit; the case is the batch's alone. */
const said = ({ outcome, overLimit, score }: OrderVerdict) => ({
  outcome,
  overLimit,
  bits: score.bits,
  evidence: score.evidence.map(({ signal, bits, p }) => [signal, bits, p]),
  uncounted: score.uncounted.map(({ signal, bits }) => [signal, bits]),
});

function sameAsBatch(index: EventIndex, orders: readonly OrderRecord[]) {
  const { verdicts, fit } = audit(tableOf(orders), { thresholds, fit: index.fit });
  expect(fit.digest).toBe(index.fit.digest);
  const judged = orders.map((_, row) => said(index.judge(row)));
  expect(judged).toEqual(verdicts.map(said));
  return judged;
}

describe("between two fits", () => {
  it.each([1, 2])(
    "one order at a time says what a batch under the same fit says (crowd %i)",
    (seed) => {
      const orders = crowd(seed, 2_600);
      const index = new EventIndex({ thresholds });
      const moments = new Set([60, 124, 125, 700, 1_999, 2_000, 2_001, 2_600]);
      const outcomes = new Set<string>();
      const digests = new Set<string>();
      orders.forEach((order, row) => {
        index.add(order);
        if (!moments.has(row + 1)) return;
        digests.add(index.fit.digest);
        for (const { outcome } of sameAsBatch(index, orders.slice(0, row + 1)))
          outcomes.add(outcome);
      });
      // A crowd in which nothing happens, or a fit that never changes, would prove nothing.
      expect([...outcomes].sort()).toEqual(["accept", "hold", "step_up"]);
      expect(digests.size).toBeGreaterThan(3);
      expect(index.fit.learned.manyPeoples).toHaveLength(1);
    },
    60_000,
  );

  it("a fit of all orders is the one that a batch learns by itself", () => {
    const orders = crowd(3, 1_300);
    const index = new EventIndex({ thresholds });
    for (const order of orders) index.add(order);
    expect(index.fit.digest).not.toBe(fitOf(tableOf(orders)).digest);
    index.refresh();
    expect(index.fit.digest).toBe(fitOf(tableOf(orders)).digest);
    expect(index.fit.digest).toBe(fitOf(tableOf(orders.toReversed())).digest);
  });
});
