import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import { audit, SHIPPED_THRESHOLDS, type OrderVerdict } from "../../../src/integrity/audit.ts";
import { EventIndex } from "../../../src/integrity/eventIndex.ts";
import type { OrderRecord } from "../../../src/integrity/table/orders.ts";
import { tableOf } from "./truth/tableOf.ts";

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
const made = (seed: number, count: number): OrderRecord[] =>
  new OrderMaker(seed)
    .make({ count, ringShare: 0.2 })
    .map(({ order }) => order)
    .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);

function batch(orders: readonly OrderRecord[]): readonly OrderVerdict[] {
  return audit(tableOf(orders), { thresholds }).verdicts;
}

/** A verdict without the case that only a batch can number. */
const said = ({ outcome, overLimit, score }: OrderVerdict) => ({
  outcome,
  overLimit,
  bits: score.bits.toFixed(9),
  evidence: score.evidence.map(({ signal, bits }) => `${signal} ${bits.toFixed(9)}`),
});

describe("one order at a time", () => {
  it.each([1, 2, 3])("says of every order what the batch says (made-up crowd %i)", (seed) => {
    const orders = made(seed, 3_000);
    const index = new EventIndex({ thresholds });
    for (const order of orders) index.add(order);
    index.refresh();
    const judged = orders.map((_, row) => said(index.judge(row)));
    expect(judged).toEqual(batch(orders).map(said));
    // A crowd in which nothing happens would prove nothing.
    const outcomes = new Set(judged.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(["accept", "hold", "step_up"]);
    expect(judged.some(({ overLimit }) => overLimit)).toBe(true);
  });

  it("while the event goes on, only the weights of words lag behind", () => {
    const orders = made(4, 3_000);
    const index = new EventIndex({ thresholds });
    let agreed = 0;
    let looked = 0;
    for (const [row, order] of orders.entries()) {
      index.add(order);
      if (row % 250 !== 249) continue;
      const verdicts = batch(orders.slice(0, row + 1));
      for (let back = 0; back < 20; back++) {
        looked++;
        if (index.judge(row - back).outcome === verdicts[row - back]!.outcome) agreed++;
      }
    }
    expect(looked).toBe(240);
    expect(agreed / looked).toBeGreaterThanOrEqual(0.98);
  });

  it("a crowd behind one address or one network ties nobody, and is no neighbourhood of thousands", () => {
    const chance = new SeededChance(5);
    const index = new EventIndex({ thresholds });
    for (let person = 0; person < 4_000; person++) {
      index.add({
        orderId: `o${person}`,
        account: `a${person}`,
        channel: "shop",
        orderedAtMs: person * 1_000,
        deviceId: `d${person}-${Math.floor(chance.fraction() * 1e9)}`,
        ip: "10.0.0.1",
        address: "Kampus Jalan Ganesha 10",
        district: "Coblong",
      });
    }
    expect(index.judge(3_999)).toMatchObject({ outcome: "accept", score: { evidence: [] } });
  });
});
