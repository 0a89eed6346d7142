import { describe, expect, it } from "vitest";
import { SeededChance } from "../../sim/chance.ts";
import { measuredShare, overCeiling, ownError, runningGuard } from "../../src/cases/ownError.ts";
import { median } from "../../src/cases/saleReport.ts";

describe("own error", () => {
  const judged = (found: "genuine" | "not_genuine", count: number) =>
    Array.from({ length: count }, () => ({
      ...{ stratum: "refused" as const, rules: ["R"], channel: "c", paymentMethod: "va" },
      ...{ region: "Coblong", found },
    }));

  it("the interval is Clopper and Pearson's", () => {
    // 2 of 20: 0.0123 to 0.3170 (their table of 1934, two-sided 95 %).
    const share = measuredShare(2, 20);
    expect(share.low).toBeCloseTo(0.0123, 3);
    expect(share.high).toBeCloseTo(0.317, 3);
    expect(measuredShare(0, 0)).toMatchObject({ low: 0, high: 1 });
  });

  it("a rule over its ceiling is found; one accident is not enough", () => {
    const rules = [{ ruleId: "R", errorCeiling: 0.05 }];
    const braked = (wrong: number, right: number) =>
      overCeiling(
        rules,
        ownError([...judged("genuine", wrong), ...judged("not_genuine", right)]).byRule,
      );
    expect(braked(1, 2)).toEqual([]);
    expect(braked(2, 10)).toEqual(["R"]);
    expect(braked(2, 98)).toEqual([]);
  });

  it("a region of few judged orders is not named", () => {
    const few = judged("genuine", 4).map((one) => ({ ...one, region: "Sukajadi" }));
    const { byRegion } = ownError([...few, ...judged("not_genuine", 5)]);
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
    // A good year afterwards does not unsay it; a new version of the policy is a new promise.
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
