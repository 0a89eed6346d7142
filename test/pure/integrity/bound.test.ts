import { describe, expect, it } from "vitest";
import {
  capital,
  certifiedThreshold,
  clopperPearsonUpper,
  clustersNeeded,
  RunningGuard,
} from "../../../src/integrity/bound.ts";

/* The bound's numbers, beside the same sums written out, and beside the textbook's. */

const BETS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9];
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const settings = { alpha: 0.01, delta: 0.05, holdsPerCase: 3 } as const;

describe("the capital", () => {
  it("of nobody is one", () => expect(capital([], settings)).toBe(1));

  it("is the mean over the bets of the product over the clusters", () => {
    const clusters = [
      { genuine: 10, held: 0 },
      { genuine: 4, held: 1 },
    ];
    // Z = held − α·genuine: −0.1 and 0.96.
    const expected = mean(BETS.map((bet) => (1 + (bet * 0.1) / 3) * (1 - (bet * 0.96) / 3)));
    expect(capital(clusters, settings)).toBeCloseTo(expected, 12);
  });

  it("counts three holds of a cluster at most, and as many genuine orders as those are a share of", () => {
    const one = (genuine: number, held: number) => capital([{ genuine, held }], settings);
    expect(one(10, 3)).toBe(one(10, 30));
    expect(one(10, 2)).toBeGreaterThan(one(10, 3));
    // 3 / 0.01 = 300.
    expect(one(300, 0)).toBe(one(3_000, 0));
    expect(one(299, 0)).toBeLessThan(one(300, 0));
    expect(one(300, 0)).toBeCloseTo(mean(BETS.map((bet) => 1 + bet)), 12);
  });

  it("stays a number where everything is lost, and where everything is won", () => {
    const many = (genuine: number, held: number) =>
      Array.from({ length: 60_000 }, () => ({ genuine, held }));
    expect(capital(many(0, 3), { ...settings, alpha: 0.5 })).toBeGreaterThanOrEqual(0);
    expect(capital(many(300, 0), settings)).toBe(Math.exp(600));
    const broke = capital([{ genuine: 0, held: 9 }], { ...settings, holdsPerCase: 1 });
    expect(broke).toBeCloseTo(mean(BETS.map((bet) => 1 - bet)), 12);
  });
});

describe("the certified threshold", () => {
  const clean = (count: number, ...held: readonly number[]) =>
    Array.from({ length: count }, () => ({ genuine: 3, held }));

  it("is the laxest of those that hold before the first that fails", () => {
    expect(certifiedThreshold([], settings)).toBe(-1);
    expect(certifiedThreshold(clean(10, 0, 0), settings)).toBe(-1);
    expect(certifiedThreshold(clean(1_000, 0, 0), settings)).toBe(1);
    expect(certifiedThreshold(clean(1_000, 0, 1), settings)).toBe(0);
    // A lax one that would do again is not reached any more.
    expect(certifiedThreshold(clean(1_000, 0, 1, 0), settings)).toBe(0);
    expect(certifiedThreshold(clean(1_000, 1, 0, 0), settings)).toBe(-1);
  });

  it("takes a capital of twenty for one in twenty", () => {
    // Clusters of one order each: the number from which the capital is 1/δ.
    const needed = Array.from({ length: 3_000 }, (_, at) => at).find(
      (count) => mean(BETS.map((bet) => (1 + (bet * 0.01) / 3) ** count)) >= 1 / settings.delta,
    );
    const ones = (count: number) =>
      Array.from({ length: count }, () => ({ genuine: 1, held: [0] }));
    expect(certifiedThreshold(ones(needed ?? 0), settings)).toBe(0);
    expect(certifiedThreshold(ones((needed ?? 0) - 1), settings)).toBe(-1);
  });
});

describe("clusters without an error that certify a share", () => {
  /** The exact number; what is shown is this or up to two of a hundred more. */
  const exact = (alpha: number, delta: number, holdsPerCase: number) => {
    let count = 1;
    while (mean(BETS.map((bet) => (1 + (bet * alpha) / holdsPerCase) ** count)) < 1 / delta)
      count++;
    return count;
  };

  it("are what operators are told", () => {
    const told = (holdsPerCase: number) =>
      [0.005, 0.01, 0.02].map((alpha) => clustersNeeded({ alpha, delta: 0.05, holdsPerCase }));
    expect(told(3)).toEqual([3_103, 1_540, 774]);
    expect(told(1)).toEqual([1_029, 513, 260]);
  });

  it("are about as many as the exact sum says", () => {
    for (const [alpha, delta, holdsPerCase] of [
      [0.01, 0.05, 3],
      [0.02, 0.05, 3],
      [0.01, 0.1, 1],
    ] as const) {
      const needed = clustersNeeded({ alpha, delta, holdsPerCase });
      const least = exact(alpha, delta, holdsPerCase);
      expect(needed).toBeGreaterThanOrEqual(least);
      expect(needed).toBeLessThanOrEqual(Math.ceil(least * 1.02));
    }
  });

  it("are none at all for no promise, and endless for an impossible one", () => {
    expect(clustersNeeded({ alpha: 0.01, delta: 1, holdsPerCase: 3 })).toBe(1);
    expect(clustersNeeded({ alpha: 1e-9, delta: 0.05, holdsPerCase: 3 })).toBe(Infinity);
  });
});

describe("Clopper and Pearson's upper end", () => {
  it("without errors is 1 − δ^(1/n), and with errors the tables'", () => {
    expect(clopperPearsonUpper({ errors: 0, total: 100, delta: 0.05 })).toBeCloseTo(
      1 - 0.05 ** (1 / 100),
      9,
    );
    expect(clopperPearsonUpper({ errors: 0, total: 1, delta: 0.05 })).toBeCloseTo(0.95, 9);
    // One-sided 97.5 % of 10 errors of 100: 0.1762226; of 1 of 10: 0.4450161.
    expect(clopperPearsonUpper({ errors: 10, total: 100, delta: 0.025 })).toBeCloseTo(0.1762226, 6);
    expect(clopperPearsonUpper({ errors: 1, total: 10, delta: 0.025 })).toBeCloseTo(0.4450161, 6);
    expect(clopperPearsonUpper({ errors: 9, total: 10, delta: 0.05 })).toBeCloseTo(0.95 ** 0.1, 6);
    expect(clopperPearsonUpper({ errors: 5, total: 5, delta: 0.05 })).toBe(1);
    expect(clopperPearsonUpper({ errors: 6, total: 5, delta: 0.05 })).toBe(1);
  });
});

describe("the running guard", () => {
  /** The same bets, written out: each wins bet·(held − α). */
  const BETS_OF_GUARD = [0.25, 0.5, 1, 2, 4, 8, 16];
  const most = (alpha: number, audits: readonly (0 | 1)[]) => {
    const bets = BETS_OF_GUARD.filter((bet) => bet * alpha < 1);
    let highest = 1;
    audits.forEach((_, at) => {
      const sofar = audits.slice(0, at + 1);
      const products = bets.map((bet) =>
        sofar.reduce<number>((product, held) => product * (1 + bet * (held - alpha)), 1),
      );
      highest = Math.max(highest, mean(products));
    });
    return highest;
  };
  const guardAfter = (alpha: number, audits: readonly (0 | 1)[]) => {
    const guard = new RunningGuard(alpha);
    for (const held of audits) guard.add(held);
    return guard;
  };

  it("begins with one, and has what its bets have won at the most", () => {
    expect(new RunningGuard(0.01).most).toBe(1);
    for (const audits of [[0], [1], [0, 1, 0, 0, 1, 1, 0]] as const) {
      expect(guardAfter(0.01, audits).most).toBeCloseTo(most(0.01, audits), 9);
    }
    // It never falls: what was proved once stays proved.
    expect(guardAfter(0.01, [1, 0, 0, 0]).most).toBe(guardAfter(0.01, [1]).most);
  });

  it("takes no bet that could owe more than it has", () => {
    // 16 · 0.07 and 8 · 0.07: the first is left out. 16 · 1/16 is one, and left out, too.
    for (const alpha of [0.07, 1 / 16, 0.06, 0.3]) {
      expect(guardAfter(alpha, [1]).most).toBeCloseTo(most(alpha, [1]), 9);
    }
    expect(guardAfter(1 / 16, [1]).most).not.toBeCloseTo(guardAfter(0.0624, [1]).most, 1);
  });

  it("is broken from a capital of 1/δ on", () => {
    const guard = guardAfter(0.01, [1, 1]);
    const { most } = guard;
    expect(guard.broken(1 / most)).toBe(true);
    expect(guard.broken(1 / (most * 1.001))).toBe(false);
    expect(new RunningGuard(0.01).broken(1)).toBe(true);
  });
});
