import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { canonicalCsv } from "../../../../sim/exports.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { audit, SHIPPED_THRESHOLDS } from "../../../../src/integrity/audit.ts";
import { backtest, genuineAmong, type HeldClump } from "../../../../src/integrity/backtest.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { tableOf } from "./tableOf.ts";

const folder = mkdtempSync(join(tmpdir(), "giliran-backtest-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The point that is not said any more: the sum of the chances that the scores themselves give. */
const point = (clumps: readonly HeldClump[]) =>
  clumps.reduce((sum, { orders, bits }) => sum + orders / (1 + 2 ** bits), 0);

describe("the genuine among the held", () => {
  it("are within the interval where the point is many times off, because scores are shy", () => {
    for (const seed of [11, 12, 13]) {
      const made = new OrderMaker(seed).make({ count: 4_000, ringShare: 0.3 });
      const table = tableOf(made.map(({ order }) => order));
      const result = audit(table);
      const held = result.verdicts.flatMap(({ outcome, score }, row) =>
        outcome === "hold" ? [{ row, bits: score.bits }] : [],
      );
      const truth = held.filter(({ row }) => made[row]!.ring === null).length;
      const said = point(held.map(({ bits }) => ({ orders: 1, bits })));
      const { genuineAmongHeld } = backtest(table, {
        a: SHIPPED_THRESHOLDS,
        b: SHIPPED_THRESHOLDS,
      }).a;
      // The control: the point alone is far away from what is true.
      expect(said, `seed ${seed}`).toBeGreaterThan(10 * (truth + 1));
      expect(genuineAmongHeld.low, `seed ${seed}`).toBeLessThanOrEqual(truth);
      expect(genuineAmongHeld.high, `seed ${seed}`).toBeGreaterThanOrEqual(truth);
    }
  });

  it("come in whole cases: of 2,000 draws the interval misses few, the point's own error many", () => {
    const chance = new SeededChance(5);
    const clumps = Array.from({ length: 300 }, (_, nth) => ({
      orders: nth % 10 === 0 ? 40 : 3,
      bits: 3 + (nth % 5),
    }));
    // Orders as if each stood for itself: twice the standard error around the point.
    const mean = point(clumps);
    const spread = clumps.reduce((sum, { orders, bits }) => {
      const p = 1 / (1 + 2 ** bits);
      return sum + orders * p * (1 - p);
    }, 0);
    const interval = genuineAmong(clumps);
    const missed = { interval: 0, point: 0 };
    for (let draw = 0; draw < 2_000; draw++) {
      const truth = clumps.reduce(
        (sum, { orders, bits }) => sum + (chance.fraction() < 1 / (1 + 2 ** bits) ? orders : 0),
        0,
      );
      if (truth < interval.low || truth > interval.high) missed.interval++;
      if (Math.abs(truth - mean) > 2 * Math.sqrt(spread)) missed.point++;
    }
    expect(missed.interval / 2_000).toBeLessThanOrEqual(0.05);
    expect(missed.point / 2_000).toBeGreaterThan(0.2);
  });

  it("are none where nothing is held, and never more than the held", () => {
    expect(genuineAmong([])).toEqual({ low: 0, high: 0 });
    expect(genuineAmong([{ orders: 7, bits: 1 }])).toEqual({ low: 0, high: 7 });
    // Scores far below nothing: most must be genuine, whatever a signal says.
    const { low, high } = genuineAmong(
      Array.from({ length: 500 }, () => ({ orders: 1, bits: -9 })),
    );
    expect(low).toBeGreaterThan(300);
    expect(high).toBe(500);
  });
});

describe("a backtest of a file", () => {
  it("counts the orders that were paid and taken back, never those that were not paid", async () => {
    const made = new OrderMaker(21).make({ count: 1_500, ringShare: 0.2 });
    const statusOf = ({ ring }: (typeof made)[number], nth: number) =>
      ring !== null ? ["cancelled", "refunded"][nth % 2]! : nth % 50 === 0 ? "unpaid" : "paid";
    const [head = "", ...lines] = canonicalCsv(made.map(({ order }) => order))
      .trimEnd()
      .split("\n");
    const path = join(folder, "past.csv");
    const body = lines.map((line, nth) => `${line},${statusOf(made[nth]!, nth)}`);
    writeFileSync(path, [`${head},status`, ...body].join("\n"));
    // An order that is paid at the door stands before it is paid.
    const unpaid = made.filter(
      (one, nth) => statusOf(one, nth) === "unpaid" && one.order.paymentMethod !== "cod",
    ).length;
    const standing = await importOrders([path]);
    const past = await importOrders([path], { withTakenBack: true });
    expect(standing.table.count).toBeLessThan(1_250);
    expect(past.table.count).toBe(1_500 - unpaid);
    const held = (table: typeof past.table) =>
      audit(table).verdicts.filter(({ outcome }) => outcome === "hold").length;
    // Without those that were taken back a policy that holds the rings looks harmless.
    expect(held(past.table)).toBeGreaterThan(10 * Math.max(1, held(standing.table)));
  });
});
