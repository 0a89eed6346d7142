import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { audit, fitOf } from "../../../../src/integrity/audit.ts";
import { sharingTail } from "../../../../src/integrity/evidence/sharing.ts";
import { FittedNulls, fittedTail, type ThingNull } from "../../../../src/integrity/fit/nulls.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "../truth/tableOf.ts";

/* How far people of an event share things is learned from the event, and no ring teaches that rings are innocent. */

const DEVICES = { two: 0.12, further: 0.33 };

const nullOf = (accounts: readonly number[]): ThingNull => ({
  thing: "device",
  channel: null,
  accounts,
});

describe("the innocent tail", () => {
  it("is the shipped one before anything is known, and for two accounts always", () => {
    for (const accounts of [2, 3, 7])
      expect(fittedTail(undefined, DEVICES, accounts)).toBe(sharingTail(DEVICES, accounts));
    expect(fittedTail(nullOf([50_000]), DEVICES, 2)).toBe(0.12);
    expect(fittedTail(nullOf([50_000]), DEVICES, 1)).toBe(1);
  });

  it("stays near the shipped one in a file of 200, and leaves it in one of 50,000", () => {
    // Three on a device: shipped 4 %; nobody among 200, nobody among 50,000.
    expect(fittedTail(nullOf([200]), DEVICES, 3)).toBeCloseTo((300 * 0.0396) / 500, 6);
    expect(fittedTail(nullOf([50_000]), DEVICES, 3)).toBeCloseTo((300 * 0.0396) / 50_300, 8);
    // The floor: half an account more may be seen.
    expect(fittedTail(nullOf([50_000]), DEVICES, 9)).toBeCloseTo(0.5 / 50_300, 8);
  });

  it("is never above the shipped one: rings and families teach nothing against it", () => {
    const rings = nullOf([6_000, 500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3_000]);
    const families = nullOf([2_000, 2_000, 2_500, 2_000, 1_000]);
    for (const accounts of [3, 5, 12]) {
      // The control: as they stand a third of all accounts would be on such a value.
      expect(fittedTail(rings, DEVICES, accounts)).toBe(sharingTail(DEVICES, accounts));
    }
    for (const accounts of [3, 4, 5])
      expect(fittedTail(families, DEVICES, accounts)).toBe(sharingTail(DEVICES, accounts));
  });

  it("falls with each further account, whatever was seen", () => {
    const counts = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(counts, (accounts) => {
        for (let n = 2; n < 90; n++)
          expect(fittedTail(nullOf(accounts), DEVICES, n + 1)).toBeLessThanOrEqual(
            fittedTail(nullOf(accounts), DEVICES, n),
          );
      }),
    );
  });

  it("is that of the channel, or the least of several and of all together", () => {
    const nulls = new FittedNulls([
      nullOf([9_000, 0, 60]),
      { ...nullOf([1_000, 0, 30]), channel: "a" },
      { ...nullOf([8_000]), channel: "b" },
    ]);
    const tail = (byChannel: readonly (readonly [string, number])[], all: number) =>
      nulls.tailOf("device", { all, byChannel: new Map(byChannel) })?.(DEVICES, all) ?? -1;
    const seen = (known: number, as: number) => (300 * 0.0396 + as) / (known + 300);
    expect(tail([["a", 3]], 3)).toBeCloseTo(seen(1_030, 30), 8);
    expect(tail([["b", 3]], 3)).toBeCloseTo(seen(8_000, 0), 8);
    const both = [
      ["a", 1],
      ["b", 2],
    ] as const;
    expect(tail(both, 3)).toBeCloseTo(seen(9_060, 60), 8);
    expect(nulls.tailOf("payment", { all: 3, byChannel: new Map([["a", 3]]) })).toBeUndefined();
  });
});

/** A sale of an hour, and in it fifty phones that six accounts have each; a ring of ten beside it. */
function sale(orderedAtMs: (phone: number, nth: number) => number): OrderRecord[] {
  const chance = new SeededChance(5);
  const alone = Array.from({ length: 9_000 }, (_, n) => ({
    orderId: `o${n}`,
    account: `a${n}`,
    deviceId: `d${n}-x${n % 7}`,
    orderedAtMs: chance.below(3_600_000),
  }));
  const shared = Array.from({ length: 300 }, (_, n) => ({
    orderId: `s${n}`,
    account: `s${n}`,
    deviceId: `phone-${n % 50}-q`,
    orderedAtMs: orderedAtMs(n % 50, Math.floor(n / 50)),
  }));
  const ring = Array.from({ length: 6 }, (_, n) => ({
    orderId: `r${n}`,
    account: `r${n}`,
    deviceId: "ring-phone-7",
    orderedAtMs: n * 600_000,
  }));
  return [...alone, ...shared, ...ring];
}

describe("values that teach", () => {
  /** P of the ring's phone, as its orders' evidence has it. */
  const tailOfRing = (orders: readonly OrderRecord[]) =>
    audit(tableOf(orders))
      .verdicts.at(-1)
      ?.score.found.find(({ signal }) => signal === "shared_device")?.p;

  it("are those of no common moment: bursts leave the tail thin, and spread orders make it fat", () => {
    const chance = new SeededChance(6);
    const bursts = sale((phone, nth) => 60_000 * phone + nth * 200);
    const spread = sale(() => chance.below(3_600_000));
    const [thin, fat] = [bursts, spread].map((orders) => fitOf(tableOf(orders)).learned.nulls[0]);
    expect(thin?.accounts[5]).toBe(6);
    expect(fat?.accounts[5]).toBeGreaterThan(270);
    // With all of them counted six accounts would be as common as shipped numbers say.
    expect(tailOfRing(spread)).toBe(sharingTail(DEVICES, 6));
    expect(tailOfRing(bursts)).toBeCloseTo((300 * sharingTail(DEVICES, 6) + 6) / 9_306, 6);
  });

  it("are counted alike in whatever order rows come, and only where a channel tells them", () => {
    const orders = sale((phone, nth) => 60_000 * phone + nth * 200).map(
      ({ deviceId = "", ...order }, n) =>
        n % 3 === 0 ? { ...order, channel: "masked" } : { ...order, channel: "own", deviceId },
    );
    const { nulls } = fitOf(tableOf(orders)).learned;
    expect(nulls.map(({ thing, channel }) => [thing, channel])).toEqual([
      ["device", null],
      ["device", "own"],
    ]);
    const mixed = new SeededChance(7).shuffled([...orders]);
    expect(fitOf(tableOf(mixed)).learned.nulls).toEqual(nulls);
  });
});
