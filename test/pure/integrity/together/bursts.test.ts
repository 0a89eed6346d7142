import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { burstsAmong } from "../../../../src/integrity/together/bursts.ts";
import { earlyClients } from "../../../../src/integrity/together/earlyClients.ts";
import { fullLimitOf, fullMark } from "../../../../src/integrity/together/marks.ts";
import { logPoissonTail } from "../../../../src/integrity/together/poissonTail.ts";

/* Patterns of a crowd, on small tables made by hand; each beside one that must not be found. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("the tail of a Poisson law", () => {
  it("is the sum of its terms", () => {
    const exact = (count: number, expected: number) => {
      let term = Math.exp(-expected);
      let below = 0;
      for (let k = 0; k < count; k++) {
        below += term;
        term *= expected / (k + 1);
      }
      return 1 - below;
    };
    for (const [count, expected] of [
      [1, 0.5],
      [3, 1],
      [12, 5],
      [20, 12],
      [40, 30],
    ] as const)
      expect(Math.exp(logPoissonTail({ count, expected }))).toBeCloseTo(exact(count, expected), 9);
  });

  it("keeps its digits far out, and is one where no more came than are expected", () => {
    expect(logPoissonTail({ count: 60, expected: 4 })).toBeCloseTo(-109.38, 2);
    expect(logPoissonTail({ count: 4, expected: 4 })).toBe(0);
    expect(logPoissonTail({ count: 0, expected: 0 })).toBe(0);
  });
});

/** One account an hour, for a hundred days. */
const quiet = (chance: SeededChance): number[] =>
  Array.from({ length: 2_400 }, (_, hour) => (hour + chance.fraction()) * HOUR);

describe("bursts of accounts", () => {
  const chance = new SeededChance(5);
  const burst = Array.from({ length: 18 }, () => 1_000 * HOUR + chance.fraction() * 50 * MINUTE);

  it("are found in the night that they were made, with all of their accounts", () => {
    const found = burstsAmong(Float64Array.from([...quiet(chance), ...burst]));
    expect(found).toHaveLength(1);
    const [one] = found;
    expect(one?.count).toBeGreaterThanOrEqual(18);
    expect(one?.p).toBeLessThan(1e-6);
    expect(one?.fromMs).toBeGreaterThanOrEqual(999 * HOUR);
    expect(one?.toMs).toBeLessThanOrEqual(1_004 * HOUR);
  });

  it("are the same in any order, and none is seen without them", () => {
    const all = [...quiet(new SeededChance(6)), ...burst];
    const turned = new SeededChance(7).shuffled(all);
    expect(burstsAmong(Float64Array.from(turned))).toEqual(burstsAmong(Float64Array.from(all)));
    for (const seed of [11, 12, 13, 14, 15, 16, 17, 18])
      expect(burstsAmong(Float64Array.from(quiet(new SeededChance(seed))))).toEqual([]);
  });

  it("are none where the hours around are as busy: evenings, and a crowd that grows towards the sale", () => {
    const draw = new SeededChance(19);
    const evenings = Array.from({ length: 60 }, (_, day) =>
      Array.from({ length: 30 }, () => (24 * day + 19 + draw.fraction() * 5) * HOUR),
    ).flat();
    expect(burstsAmong(Float64Array.from(evenings))).toEqual([]);
    const growing = Array.from({ length: 6_000 }, () => -(draw.fraction() ** 2) * 900 * 24 * HOUR);
    expect(burstsAmong(Float64Array.from(growing)).length).toBeLessThanOrEqual(1);
  });
});

describe("clients among the first orders", () => {
  /** 2,000 orders, the first hundred of them first, of forty clients. */
  const clients = (odd: (at: number) => number | null) =>
    Int32Array.from({ length: 2_000 }, (_, at) => odd(at) ?? (at * 7) % 40);
  const isFirst = (at: number) => at < 100;

  it("one that is hardly seen later is found, with how many times as often it came first", () => {
    const clientOf = clients((at) => (at < 30 ? 99 : null));
    const [one, ...others] = earlyClients({ clientOf, isFirst });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ client: 99, orders: 30 });
    expect(one?.lift).toBeGreaterThan(100);
  });

  it("a popular one is as popular later, however many of the first it has; few are no program", () => {
    expect(
      earlyClients({ clientOf: clients((at) => (at % 2 === 0 ? 99 : null)), isFirst }),
    ).toEqual([]);
    expect(earlyClients({ clientOf: clients((at) => (at < 7 ? 99 : null)), isFirst })).toEqual([]);
    expect(earlyClients({ clientOf: clients(() => -1), isFirst })).toEqual([]);
  });
});

describe("the full limit", () => {
  it("is the most that some take and few do; none where most do, or all take one", () => {
    const units = (ones: number, twos: number) =>
      Float64Array.from([...Array<number>(ones).fill(1), ...Array<number>(twos).fill(2)]);
    expect(fullLimitOf(units(900, 100))).toEqual({ units: 2, share: 0.1 });
    expect(fullLimitOf(units(400, 600))).toBeNull();
    expect(fullLimitOf(units(500, 0))).toBeNull();
    // One slip of the seller's is no limit, and a cancelled order takes none.
    expect(fullLimitOf(Float64Array.from([...units(900, 100), 40, 0, 0]))?.units).toBe(2);
  });

  it("taken by all of a place is a mark; by a family, or by some, it is none", () => {
    const full = { units: 2, share: 0.1 };
    const p = (...units: number[]) => fullMark(units, full)?.p ?? 1;
    expect(p(...Array<number>(12).fill(2))).toBeLessThan(1e-5);
    expect(p(2, 2, 2, 2)).toBe(1);
    expect(p(2, 2, 2, 1, 1, 1, 1, 1)).toBe(1);
    expect(fullMark(Array<number>(12).fill(2), null)).toBeNull();
  });
});
