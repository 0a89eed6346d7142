import { describe, expect, it } from "vitest";
import { GENERATORS, tallies, together, worstOf } from "../../../bench/rings.ts";
import { NAIVE_RULES, type NaiveOrders } from "../../../sim/naive.ts";

/* A small part of `npm run slow:rings`. Findings of the audit are not pinned here, only that they are counted rightly. */

const SALE_MS = 1_000_000_000;
const ordersOf = (list: readonly Partial<NaiveOrders[number]["order"]>[]): NaiveOrders =>
  list.map((order, nth) => ({ order: { orderId: String(nth), orderedAtMs: SALE_MS, ...order } }));

describe("the naive rules", () => {
  it("hold what shops would: above the limit by phone, address or network", () => {
    const orders = ordersOf([
      { phone: "1", units: 2 },
      { phone: "1", units: 1 },
      { address: "Jl. A", units: 1 },
      { address: "JL. A", units: 1 },
      { ip: "9", units: 3 },
      {},
    ]);
    const held = [true, true, false, false, true, false];
    expect(NAIVE_RULES["over the limit"](orders)).toEqual(held);
  });

  it("hold who is fast or new", () => {
    const orders = ordersOf([
      { orderedAtMs: SALE_MS },
      { orderedAtMs: SALE_MS + 2_999 },
      { orderedAtMs: SALE_MS + 60_000 },
      { orderedAtMs: SALE_MS + 60_000, accountCreatedAtMs: SALE_MS - 3_600_000 },
      { orderedAtMs: SALE_MS + 60_000, accountCreatedAtMs: SALE_MS - 90_000_000 },
    ]);
    expect(NAIVE_RULES["block list"](orders)).toEqual([true, true, false, true, false]);
  });

  it("hold who shares a device or a means of payment, were it only the word for none", () => {
    const orders = ordersOf([
      { deviceId: "d" },
      { deviceId: "d" },
      { paymentId: "COD" },
      { paymentId: "COD", deviceId: "e" },
      { deviceId: "COD" },
      {},
    ]);
    expect(NAIVE_RULES["shared thing"](orders)).toEqual([true, true, true, true, false, false]);
  });
});

describe("what the audit finds in made-up sales", () => {
  it("is counted by ring and by kind of buyer, and for orders that stand only", async () => {
    for (const { name, make } of GENERATORS) {
      const orders = make(1, 2_500);
      const { groups, unread } = await tallies(orders);
      expect(unread, name).toBe(0);
      const standing = orders.filter(({ apart }) => apart === undefined);
      const sum = (prefix: string) =>
        [...groups]
          .filter(([group]) => group.startsWith(prefix))
          .reduce((all, [, tally]) => all + tally.orders, 0);
      const genuine = standing.filter(({ ring }) => ring === null).length;
      expect([groups.get("genuine")?.orders, sum("genuine: ")]).toEqual([genuine, genuine]);
      const rings = standing.length - genuine;
      expect(groups.get("rings")?.orders).toBe(rings);
      const parts = ["tied by ", "its own ties: ", "ring: "].map(sum);
      expect(parts).toEqual([rings, rings, rings]);
      const twice = together([groups, groups]);
      expect(twice.get("genuine")?.orders).toBe(2 * genuine);
      expect(twice.get("genuine")?.["block list"]).toBe(2 * groups.get("genuine")!["block list"]);
      // The control: a rule of a shop's spreadsheet harms somebody, and is counted.
      expect(worstOf(groups, "shared thing")[1]).toBeGreaterThan(0.2);
      expect(worstOf(groups, "held")[1]).toBeLessThan(worstOf(groups, "shared thing")[1]);
    }
  });
});
