import { describe, expect, it } from "vitest";
import { measuredShare, overCeiling, ownError } from "../../src/cases/ownError.ts";
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

  it("the median of none is nothing", () => {
    expect([median([]), median([3, 1]), median([5, 1, 3])]).toEqual([null, 2, 3]);
  });
});
