import { describe, expect, it } from "vitest";
import { ArrivalCurve, rangeTail, synchrony } from "../../../src/integrity/evidence/synchrony.ts";
import { accountsMadeTogether } from "../../../src/integrity/signals/accountsMadeTogether.ts";
import { sameMoment } from "../../../src/integrity/signals/sameMoment.ts";
import { logChoose } from "../../../src/base/logChoose.ts";

/* Orders that lie close together among everybody's: pinned by hand-made groups on a line from 0 to 1. */

const near = (value: number, digits = 9): unknown => expect.closeTo(value, digits);
const found = (...shares: readonly number[]) => synchrony(Float64Array.from(shares));

/** `count` moments evenly from `from` on, `width` wide together. */
const tight = (count: number, from: number, width: number) =>
  Array.from({ length: count }, (_, at) => from + (width * at) / (count - 1));

describe("the log of a binomial coefficient", () => {
  it("is that of Pascal's triangle", () => {
    const table: readonly (readonly [n: number, k: number, choose: number])[] = [
      [0, 0, 1],
      [5, 0, 1],
      [5, 5, 1],
      [5, 1, 5],
      [5, 2, 10],
      [5, 3, 10],
      [8, 6, 28],
      [52, 5, 2_598_960],
      [52, 47, 2_598_960],
    ];
    for (const [n, k, choose] of table) {
      expect({ n, k, is: Math.exp(logChoose(n, k)) / choose }).toEqual({ n, k, is: near(1) });
    }
  });
});

describe("the range of uniform points", () => {
  it("of two is 1 − (1 − r)², of three 3r² − 2r³", () => {
    for (const r of [0.01, 0.25, 0.9]) {
      expect(rangeTail({ points: 2, range: r })).toBeCloseTo(1 - (1 - r) ** 2, 12);
      expect(rangeTail({ points: 3, range: r })).toBeCloseTo(3 * r * r - 2 * r ** 3, 12);
    }
  });

  it("is certain for one point, and for all of the line", () => {
    expect(rangeTail({ points: 1, range: 0.01 })).toBe(1);
    expect(rangeTail({ points: 5, range: 1 })).toBe(1);
    expect(rangeTail({ points: 5, range: 1.5 })).toBe(1);
    expect(rangeTail({ points: 2, range: 0 })).toBe(0);
  });
});

describe("the tightest stretch of a group", () => {
  it("of one order is none", () => {
    expect(found(0.5)).toEqual({ p: 1, from: 0, to: 0, orders: 0 });
    expect(found()).toEqual({ p: 1, from: 0, to: 0, orders: 0 });
  });

  it("of two is their distance, counted once: there is one choice", () => {
    expect(found(0.51, 0.5)).toEqual({ p: near(0.0199), from: 0.5, to: 0.51, orders: 2 });
  });

  it("of three is tried over two and three of them, so it costs a factor of two", () => {
    // All three within 0.01: 3·10⁻⁴ − 2·10⁻⁶.
    expect(found(...tight(3, 0.3, 0.01))).toMatchObject({ p: near(2 * 2.98e-4), orders: 3 });
    // Two of three within 0.001, where any pair of the three could have been.
    const pair = found(0.1, 0.5, 0.501);
    expect(pair).toMatchObject({ from: 0.5, to: 0.501, orders: 2 });
    expect(pair.p).toBeCloseTo(2 * 3 * 0.001999, 9);
  });

  it("of four is tried over two, three and four", () => {
    // All four within 0.1: 4·10⁻³ − 3·10⁻⁴, three choices.
    expect(found(...tight(4, 0.3, 0.1))).toMatchObject({ p: near(3 * 3.7e-3), orders: 4 });
  });

  it("of many never counts more than four as deciding by themselves", () => {
    // Six of eight lie within 1/14, which would be 10⁻⁶; friends tell one another, so it is what four would be.
    const r = 1 / 14;
    const found8 = found(...tight(8, 0.3, 0.1));
    expect(found8).toMatchObject({ p: near(4 * r ** 3 - 3 * r ** 4), orders: 6, from: 0.3 });
  });

  it("is three quarters of them, or half, rounded up, where the others came apart", () => {
    const six = found(...tight(6, 0.4, 0.001), 0.9);
    expect(six).toMatchObject({ from: 0.4, to: 0.401, orders: 6 });
    // Of seven: all, six or four; five together are looked at as four.
    expect(found(...tight(5, 0.4, 0.001), 0.05, 0.9).orders).toBe(4);
    expect(found(...tight(4, 0.4, 0.001), 0.05, 0.2, 0.9).orders).toBe(4);
    // Half of nine is five: four together show less.
    expect(found(...tight(5, 0.4, 0.001), 0.05, 0.1, 0.2, 0.9).orders).toBe(5);
    expect(found(...tight(4, 0.4, 0.001), 0.05, 0.1, 0.2, 0.7, 0.9).p).toBeGreaterThan(0.5);
  });

  it("half of eight pays for the choice of half: C(8, 4) times three", () => {
    const half = found(...tight(4, 0.4, 0.001), 0.05, 0.2, 0.7, 0.9);
    expect(half.orders).toBe(4);
    expect(half.p / (70 * 3 * (4e-9 - 3e-12))).toBeCloseTo(1, 6);
  });

  it("is the first of two that are as tight", () => {
    // Numbers that a double holds exactly, so that neither is tighter by rounding.
    const four = [0, 1, 2, 3].map((at) => at / 4_096);
    const both = [...four.map((one) => 0.25 + one), ...four.map((one) => 0.75 + one)];
    expect(found(...both)).toMatchObject({ from: 0.25, to: 0.25 + 3 / 4_096, orders: 4 });
  });

  it("is nothing where all are far apart", () => {
    expect(found(0.01, 0.3, 0.6, 0.99)).toEqual({ p: 1, from: 0, to: 0, orders: 0 });
  });

  it("of the same moment is as rare as a number can be, not an error", () => {
    const same = found(0.5, 0.5, 0.5, 0.5);
    expect(same.p).toBeLessThan(1e-290);
    expect(same).toMatchObject({ from: 0.5, to: 0.5, orders: 4 });
  });
});

describe("bits of a common moment", () => {
  const moment = (p: number, orders: number) => ({ p, from: 0.1, to: 0.2, orders });

  it("go to six where nothing innocent is done together", () => {
    const bits = (p: number) =>
      sameMoment.evaluate({ found: moment(p, 9), spanMs: 0, together: false })?.bits ?? null;
    expect([1, 0.25, 1 / 16, 2 ** -13, 2 ** -14, 2 ** -20].map(bits)).toEqual([
      null,
      null,
      1,
      5.5,
      6,
      6,
    ]);
  });

  it("of what households do together count each further order as a companion's with a quarter", () => {
    const bits = (orders: number, p = 1e-12) =>
      sameMoment.evaluate({ found: moment(p, orders), spanMs: 0, together: true })?.bits ?? null;
    const made = (orders: number, p = 1e-12) =>
      accountsMadeTogether.evaluate({ found: moment(p, orders), spanMs: 0, together: false })?.bits;
    // Two: a quarter. Three: a sixteenth. Four: a sixty-fourth. Then the cap of five bits.
    expect([1, 2, 3, 4].map((orders) => bits(orders))).toEqual([null, null, near(1), near(2)]);
    expect(bits(20)).toBe(5);
    expect(bits(0)).toBeNull();
    // Households register together: accounts count so whatever is said of a purse.
    expect([made(3), made(20)]).toEqual([near(1), 5]);
    // Loose moments add to it: 1/16 and 1/16.
    expect(bits(3, 1 / 16)).toBeCloseTo(0.5, 9);
  });

  it("say how many orders in how many seconds, and how rare that is among others", () => {
    const found = moment(1 / 16, 7);
    expect(sameMoment.evaluate({ found, spanMs: 1_500, together: true })).toEqual({
      signal: "same_moment",
      bits: near(-1 - Math.log2(1 / 16 + 4 ** -6) / 2),
      p: 1 / 16,
      facts: { orders: 7, seconds: 2 },
    });
    // "Within 1 second" must be true: never less than it was.
    const seconds = (spanMs: number) =>
      sameMoment.evaluate({ found, spanMs, together: false })?.facts.seconds;
    expect([0, 1, 1_000, 1_001].map(seconds)).toEqual([1, 1, 1, 2]);
  });
});

describe("the arrival curve", () => {
  it("is where a moment stands among all, ties spread over their tick", () => {
    const curve = new ArrivalCurve(Float64Array.of(30, 10, Number.NaN, 20, 20));
    expect(curve.count).toBe(4);
    const table: readonly (readonly [moment: number, tie: number, share: number])[] = [
      [9, 0.5, 0],
      [10, 0, 0],
      [10, 0.5, 0.125],
      [11, 0.9, 0.25],
      [20, 0, 0.25],
      [20, 0.5, 0.5],
      [20, 1, 0.75],
      [30, 0.5, 0.875],
      [31, 0.5, 1],
    ];
    for (const [moment, tie, share] of table) {
      expect({ moment, tie, share: curve.share(moment, tie) }).toEqual({ moment, tie, share });
    }
  });

  it("of nobody has everybody at its beginning", () => {
    expect(new ArrivalCurve().share(5, 0.5)).toBe(0);
  });

  it("grows one by one to what it would have been at once", () => {
    const moments = Array.from({ length: 2_500 }, (_, at) => (at * 7_919) % 2_003);
    const grown = new ArrivalCurve();
    for (const moment of moments) grown.add(moment);
    grown.add(Number.NaN);
    const whole = new ArrivalCurve(Float64Array.from(moments));
    expect(grown.count).toBe(2_500);
    for (const moment of [-1, 0, 500, 1_000.5, 2_002, 9_999]) {
      expect(grown.share(moment, 0.5)).toBe(whole.share(moment, 0.5));
      expect(whole.share(moment, 0)).toBe(moments.filter((one) => one < moment).length / 2_500);
    }
  });

  it("grows from what it was built with", () => {
    const curve = new ArrivalCurve(Float64Array.of(10, 30));
    curve.add(20);
    expect([curve.count, curve.share(20, 0), curve.share(21, 0)]).toEqual([3, 1 / 3, 2 / 3]);
  });
});
