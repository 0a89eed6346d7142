import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { audit, SHIPPED_THRESHOLDS } from "../../../../src/integrity/audit.ts";
import { EventIndex } from "../../../../src/integrity/eventIndex.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "./tableOf.ts";

/* One account is one person, whatever names, numbers and places its orders say: in a file, and order by order. */

const NAMES = ["Siti Nur Ayu", "Budi Santoso", "Rina Kusuma", "Agus Wijaya", "Dewi Lestari"];
const STREETS = ["melati raya", "kenanga asri", "cempaka indah", "mawar timur", "dahlia selatan"];
const CITIES = ["Bogor", "Medan", "Jambi", "Depok", "Manado"];

/** Orders of one account to other people at other places, with their numbers. */
const ordersOf = (account: string, count: number, from = 0): OrderRecord[] =>
  Array.from({ length: count }, (_, n) => ({
    orderId: `${account}-${n}`,
    orderedAtMs: from + n * 1_000,
    channel: "shop",
    account,
    name: NAMES[n % NAMES.length]!,
    phone: `0813${String(70_000_000 + n * 1_234_567 + account.length).padStart(8, "0")}`,
    address: `Jl ${STREETS[n % STREETS.length]} no ${n + 3}`,
    city: CITIES[n % CITIES.length]!,
  }));

function looked(orders: readonly OrderRecord[], unitsPerPersonCount: number) {
  const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount };
  const file = audit(tableOf(orders), { thresholds });
  const index = new EventIndex({ thresholds });
  const live = orders.map((order) => index.judge(index.add(order)).overLimit);
  return { over: file.verdicts.map(({ overLimit }) => overLimit), live, personOf: file.personOf };
}

describe("one account", () => {
  it("is over the limit exactly beyond it, whoever its orders go to", () => {
    for (const limit of [1, 2, 3]) {
      const { over, live, personOf } = looked(ordersOf("u1", 5), limit);
      expect(new Set(personOf).size).toBe(1);
      expect(over).toEqual([0, 1, 2, 3, 4].map((n) => n >= limit));
      expect(live).toEqual(over);
    }
  });

  it("is one where the marketplace masks all else", () => {
    const masked = ordersOf("u1", 4).map((order) => ({
      ...order,
      name: "S***i",
      phone: "(+62)812*****67",
      address: "Jl ****",
    }));
    expect(looked(masked, 1).over).toEqual([false, true, true, true]);
    expect(looked(masked, 1).live).toEqual([false, true, true, true]);
  });

  it("is no account where it means that none was given", () => {
    for (const nobody of ["0", "guest", "Guest", "NULL", "tamu", "anonymous", "00000000"]) {
      const { personOf, over } = looked(ordersOf(nobody, 5), 1);
      expect({ nobody, persons: new Set(personOf).size }).toEqual({ nobody, persons: 5 });
      expect(over).not.toContain(true);
    }
  });

  it("that orders for a friend, too, does not make the friend's own account hers", () => {
    const friend = { ...ordersOf("u1", 2)[1]!, orderId: "own", account: "u2", orderedAtMs: 9_000 };
    const { personOf } = looked([...ordersOf("u1", 5), friend], 1);
    expect(new Set(personOf).size).toBe(2);
  });

  it("on two channels is one person's by what its orders say", () => {
    const one = ordersOf("u1", 1)[0]!;
    const { personOf, over, live } = looked(
      [one, { ...one, orderId: "b", channel: "lazada", orderedAtMs: 5_000 }],
      1,
    );
    expect(new Set(personOf).size).toBe(1);
    expect(over).toEqual([false, true]);
    expect(live).toEqual(over);
  });
});

describe("where a channel masks names and numbers", () => {
  const masked = (n: number, more: Partial<OrderRecord>): OrderRecord => ({
    orderId: `m${n}`,
    orderedAtMs: n * 1_000,
    channel: "toko",
    account: `t${n}`,
    name: "S***i",
    phone: "08****",
    ...more,
  });

  it("device and means of payment together say who somebody is, and neither does alone", () => {
    const persons = (a: Partial<OrderRecord>, b: Partial<OrderRecord>) =>
      new Set(looked([masked(1, a), masked(2, b)], 1).personOf).size;
    const both = { deviceId: "3f9c2a7e", paymentId: "pay-77ab" };
    expect(persons(both, both)).toBe(1);
    expect(persons(both, { ...both, paymentId: "pay-91cd" })).toBe(2);
    expect(persons({ deviceId: "3f9c2a7e" }, { deviceId: "3f9c2a7e" })).toBe(2);
    // Where names are told, a household's things say nothing about who is who.
    expect(
      persons(
        { ...both, name: "Siti Ayu", phone: "081370000001" },
        { ...both, name: "Budi Santoso", phone: "081390000777" },
      ),
    ).toBe(2);
  });

  it("the live door finds the same", () => {
    const both = { deviceId: "3f9c2a7e", paymentId: "pay-77ab" };
    const { over, live } = looked([masked(1, both), masked(2, both)], 1);
    expect(over).toEqual([false, true]);
    expect(live).toEqual(over);
  });
});

describe("accounts of random sizes", () => {
  it("are over the limit exactly beyond it (made-up orders)", () => {
    const chance = new SeededChance(8);
    for (let draw = 0; draw < 20; draw++) {
      const sizes = Array.from({ length: 6 }, () => 1 + chance.below(6));
      const limit = 1 + chance.below(3);
      const letters = "abcdefghijklmnop";
      const word = () => Array.from({ length: 7 }, () => letters[chance.below(16)]).join("");
      const orders = chance.shuffled(
        sizes.flatMap((size, no) =>
          ordersOf(`acc${no}x`, size, no * 100_000).map((order) => {
            const phone = `0815${String(10_000_000 + chance.below(89_000_000))}`;
            return { ...order, name: word(), address: `Jl ${word()} ${word()} no 7`, phone };
          }),
        ),
      );
      const { over } = looked(orders, limit);
      const beyond = sizes.reduce((sum, size) => sum + Math.max(0, size - limit), 0);
      expect(over.filter(Boolean)).toHaveLength(beyond);
    }
  });
});
