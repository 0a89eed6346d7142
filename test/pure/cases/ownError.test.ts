import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../src/crowd/chance.ts";
import {
  acceptedCounts,
  measuredShare,
  overCeiling,
  ownError,
  runningGuard,
  weighedShare,
} from "../../../src/cases/ownError/ownError.ts";
import { median } from "../../../src/cases/report/saleReport.ts";

describe("own error", () => {
  const judged = (found: "genuine" | "not_genuine", count: number) =>
    Array.from({ length: count }, () => ({
      stratum: "refused" as const,
      acceptedAs: null,
      rules: ["R"],
      channel: "c",
      paymentMethod: "va",
      region: "Coblong",
      found,
    }));

  const NONE = { released: 0, asked: 0, undoubted: 0 };

  it("draws of each kind of doubt as many, and gives the last what others have not", () => {
    expect(acceptedCounts({ released: 100, asked: 100, undoubted: 9_000 }, 30)).toEqual({
      released: 10,
      asked: 10,
      undoubted: 10,
    });
    expect(acceptedCounts({ released: 2, asked: 0, undoubted: 9_000 }, 30)).toEqual({
      released: 2,
      asked: 0,
      undoubted: 28,
    });
    expect(acceptedCounts({ released: 2, asked: 0, undoubted: 5 }, 30).undoubted).toBe(5);
  });

  it("weighs each kind by its size, with an interval that holds the truth", () => {
    const one = weighedShare([{ wrong: 2, audited: 20, size: 900 }]);
    expect(one).toEqual(measuredShare({ wrong: 2, audited: 20 }));
    // Half of the few released were wrong, none of the many undoubted: half a percent, not a fifth.
    const kinds = [
      { wrong: 10, audited: 20, size: 100 },
      { wrong: 0, audited: 30, size: 9_900 },
    ];
    expect(weighedShare(kinds).share).toBeCloseTo(0.005, 9);
    // A kind of which nothing was judged may be all wrong, for all we know.
    const unknown = weighedShare([...kinds, { wrong: 0, audited: 0, size: 10_000 }]);
    expect(unknown.high).toBeGreaterThan(0.5);
    const chance = new SeededChance(3);
    const truth = [
      { rate: 0.3, size: 200 },
      { rate: 0.1, size: 800 },
      { rate: 0.01, size: 9_000 },
    ];
    const real = truth.reduce((sum, { rate, size }) => sum + (rate * size) / 10_000, 0);
    let missed = 0;
    for (let round = 0; round < 400; round++) {
      const { low, high } = weighedShare(
        truth.map(({ rate, size }) => {
          const draws = Array.from({ length: 25 }, () => chance.fraction() < rate);
          return { wrong: draws.filter(Boolean).length, audited: 25, size };
        }),
      );
      if (real < low || real > high) missed++;
    }
    expect(missed).toBeLessThanOrEqual(20);
  });

  it("the interval is Clopper and Pearson's", () => {
    // 2 of 20: 0.0123 to 0.3170 (their table of 1934, two-sided 95 %).
    const share = measuredShare({ wrong: 2, audited: 20 });
    expect(share.low).toBeCloseTo(0.0123, 3);
    expect(share.high).toBeCloseTo(0.317, 3);
    expect(measuredShare({ wrong: 0, audited: 0 })).toMatchObject({ low: 0, high: 1 });
  });

  it("a rule over its ceiling is found; one accident is not enough", () => {
    const rules = [{ ruleId: "R", errorCeiling: 0.05 }];
    const braked = (wrong: number, right: number) =>
      overCeiling(
        rules,
        ownError([...judged("genuine", wrong), ...judged("not_genuine", right)], NONE).byRule,
      );
    expect(braked(1, 2)).toEqual([]);
    expect(braked(2, 10)).toEqual(["R"]);
    expect(braked(2, 98)).toEqual([]);
  });

  it("a region of few judged orders is not named", () => {
    const few = judged("genuine", 4).map((one) => ({ ...one, region: "Sukajadi" }));
    const { byRegion } = ownError([...few, ...judged("not_genuine", 5)], NONE);
    expect(Object.entries(byRegion).map(([name, { audited }]) => [name, audited])).toEqual([
      ["–", 4],
      ["Coblong", 5],
    ]);
  });

  it("the running guard proves a broken promise, keeps what it proved, and is quiet while it is kept", () => {
    const promise = { wrongCasesShare: 0.05, confidence: 0.95 };
    const every = (nth: number, count: number) =>
      Array.from({ length: count }, (_, index) => index % nth === nth - 1);
    expect(runningGuard([], promise)).toMatchObject({ capital: 1, broken: false });
    expect(runningGuard(every(25, 500), promise).broken).toBe(false);
    const broken = every(4, 40);
    expect(runningGuard(broken, promise)).toMatchObject({ wrongCases: 10, broken: true });
    // A good year afterwards does not undo it; a new version of the policy is a new promise.
    const later = runningGuard([...broken, ...every(1_000, 500)], promise);
    expect(later).toMatchObject({ judgedCases: 540, wrongCases: 10, broken: true });
  });

  it("while the promise is kept the guard cries wolf no oftener than it may", () => {
    const promise = { wrongCasesShare: 0.1, confidence: 0.9 };
    const chance = new SeededChance(8);
    let cried = 0;
    for (let year = 0; year < 400; year++) {
      const cases = Array.from({ length: 300 }, () => chance.fraction() < 0.1);
      if (runningGuard(cases, promise).broken) cried++;
    }
    expect(cried / 400).toBeLessThanOrEqual(0.1);
  });

  it("the median of none is nothing", () => {
    expect([median([]), median([3, 1]), median([5, 1, 3])]).toEqual([null, 2, 3]);
  });
});
