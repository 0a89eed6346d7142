import { describe, expect, it } from "vitest";
import {
  opensCase,
  outcomeOf,
  SHIPPED_THRESHOLDS,
  verdictOf,
} from "../../../src/integrity/audit.ts";
import type { Evidence } from "../../../src/integrity/evidence/evidence.ts";
import { readIntegrityPolicy } from "../../../src/integrity/policy.ts";
import { KnownScores, priorBits, scoreOf, type Score } from "../../../src/integrity/score.ts";

/* From evidence to score to outcome: each threshold from both sides. */

const seen = (signal: string, bits: number): Evidence => ({ signal, bits, p: null, facts: {} });

describe("the prior", () => {
  it("is two of a hundred orders: −5.61 bits", () => {
    expect(scoreOf([]).bits).toBeCloseTo(-5.6147098441, 9);
    expect(scoreOf([], 0.5).bits).toBe(0);
    expect(priorBits(0.2)).toBe(-2);
    expect(scoreOf([], 0.2)).toEqual({
      bits: -2,
      priorBits: -2,
      evidence: [],
      uncounted: [],
      found: [],
      carries: false,
      twoGroups: false,
      oneLoud: false,
      threeWeak: false,
      weakKindsAsk: false,
    });
  });
});

describe("scores of a group", () => {
  it("are added up once for orders that show the same, and for no others", () => {
    const [device, payment] = [seen("shared_device", 3), seen("shared_payment", 2)];
    const scores = new KnownScores();
    const of = (...shown: Evidence[]) => scores.of(shown, () => scoreOf(shown));
    const first = of(device, payment);
    expect(of(device, payment)).toBe(first);
    expect(of(device)).not.toBe(first);
    expect(of(payment, device)).not.toBe(first);
    expect(of(device, { ...payment, bits: 1 }).bits).toBeLessThan(first.bits);
    for (let bits = 0; bits < 9; bits++) of(seen("shared_phone", bits));
    expect(of(device, payment)).toEqual(first);
  });
});

describe("the sum", () => {
  /** With a prior of even odds, so that the sum is that of the evidence. */
  const sum = (...evidence: readonly Evidence[]) => scoreOf(evidence, 0.5).bits;

  it("is that of its evidence, which it names from the strongest on", () => {
    const score = scoreOf([seen("same_moment", 1), seen("shared_device", 3)], 0.5);
    expect(score.bits).toBe(4);
    expect(score.evidence.map((one) => [one.signal, one.bits])).toEqual([
      ["shared_device", 3],
      ["same_moment", 1],
    ]);
  });

  it("counts the strongest of a group whole and the others half", () => {
    expect(sum(seen("shared_device", 3), seen("shared_payment", 4), seen("few_devices", 2))).toBe(
      4 + 3 / 2 + 2 / 2,
    );
    // Two that are as strong: the first is whole.
    expect(sum(seen("shared_device", 3), seen("shared_payment", 3))).toBe(4.5);
    // Another group is another cause.
    expect(sum(seen("shared_device", 3), seen("shared_phone", 3))).toBe(6);
  });

  it("clips a signal to six bits either way, after halving", () => {
    expect(sum(seen("history", 9))).toBe(6);
    expect(sum(seen("known_buyer", -9))).toBe(-6);
    expect(sum(seen("shared_device", 20), seen("shared_payment", 10))).toBe(6 + 5);
  });

  it("takes what speaks for a buyer whole, beside what speaks against her", () => {
    expect(sum(seen("shared_device", 3), seen("own_things", -2))).toBe(1);
    expect(sum(seen("own_things", -2), seen("known_buyer", -4))).toBe(-6);
    // Without anything strong, what speaks for her counts and the rest does not.
    const weak = scoreOf([seen("same_moment", 5), seen("known_buyer", -4)], 0.5);
    expect(weak.bits).toBe(-4);
    expect(weak.evidence.map((one) => one.signal)).toEqual(["known_buyer"]);
    expect(weak.uncounted.map((one) => one.signal)).toEqual(["same_moment"]);
    expect(scoreOf([seen("same_moment", 0.5)]).uncounted).toHaveLength(1);
    // Strong evidence carries the weak.
    expect(sum(seen("shared_device", 0.5), seen("same_moment", 5))).toBe(5.5);
    expect(scoreOf([seen("shared_device", 0), seen("same_moment", 5)]).uncounted).toHaveLength(1);
  });
});

describe("two groups", () => {
  const two = (...evidence: readonly Evidence[]) => scoreOf(evidence).twoGroups;

  it("need a quarter of a bit each", () => {
    expect(two(seen("shared_device", 3), seen("same_moment", 0.25))).toBe(true);
    expect(two(seen("shared_device", 3), seen("same_moment", 0.249))).toBe(false);
    expect(two(seen("shared_device", 0.25), seen("same_moment", 3))).toBe(true);
    expect(two(seen("shared_device", 0.249), seen("same_moment", 3))).toBe(false);
  });

  it("are of different causes, one of them strong; what speaks for a buyer is none", () => {
    expect(two(seen("shared_device", 3), seen("few_devices", 3))).toBe(false);
    expect(two(seen("few_devices", 3), seen("same_moment", 3))).toBe(false);
    expect(two(seen("shared_device", 3), seen("known_buyer", -3))).toBe(false);
    expect(two(seen("shared_device", 3), seen("shared_phone", 3), seen("same_moment", 3))).toBe(
      true,
    );
  });
});

describe("one loud signal", () => {
  const loud = (...evidence: readonly Evidence[]) => scoreOf(evidence).oneLoud;

  it("is a strong one of 4.3 bits", () => {
    expect(loud(seen("shared_device", 4.3))).toBe(true);
    expect(loud(seen("shared_device", 4.299))).toBe(false);
    expect(loud(seen("shared_device", 1), seen("same_moment", 6))).toBe(false);
    // Half of nine is loud no more than the other was.
    expect(loud(seen("shared_device", 4.2), seen("shared_payment", 4.25))).toBe(false);
  });
});

describe("where a score leads", () => {
  const score = (bits: number, change: Partial<Score> = {}): Score => ({
    bits,
    priorBits: -5,
    evidence: [seen("shared_device", 3)],
    uncounted: [],
    found: [],
    carries: true,
    twoGroups: true,
    oneLoud: false,
    threeWeak: false,
    weakKindsAsk: true,
    ...change,
  });
  const shipped = SHIPPED_THRESHOLDS;

  it("a hold from even odds on, a question from one in five on", () => {
    expect([0.001, 0, -0.001, -2, -2.001].map((bits) => outcomeOf(score(bits), shipped))).toEqual([
      "hold",
      "hold",
      "step_up",
      "step_up",
      "accept",
    ]);
    expect(shipped).toEqual({
      caseBits: 0,
      stepUpBits: -2,
      ringShare: 0.02,
      weakKindsAsk: true,
      unitsPerPersonCount: null,
    });
  });

  it("no hold of one group, however sure; no question without anything that speaks against", () => {
    expect(outcomeOf(score(9, { twoGroups: false, oneLoud: true }), shipped)).toBe("step_up");
    const onlyFor = { evidence: [seen("known_buyer", -4)] };
    expect(outcomeOf(score(-1, onlyFor), shipped)).toBe("accept");
    expect(outcomeOf(score(-1, { evidence: [seen("shared_device", 0)] }), shipped)).toBe("accept");
  });

  it("a case needs two groups, or one that is loud", () => {
    const opens = (bits: number, twoGroups: boolean, oneLoud: boolean) =>
      opensCase(score(bits, { twoGroups, oneLoud }), shipped);
    expect(opens(0, true, false)).toBe(true);
    expect(opens(0, false, true)).toBe(true);
    expect(opens(0, false, false)).toBe(false);
    expect(opens(-0.001, true, true)).toBe(false);
  });

  it("who is over the limit is asked, and held no sooner than others", () => {
    const verdict = (bits: number, over: boolean) => verdictOf(score(bits), shipped, over);
    expect(verdict(-5, true)).toMatchObject({ outcome: "step_up", overLimit: true, caseNo: -1 });
    expect(verdict(-5, false)).toMatchObject({ outcome: "accept", overLimit: false });
    expect(verdict(1, true).outcome).toBe("hold");
    expect(verdict(-1, false).outcome).toBe("step_up");
  });
});

describe("thresholds of one's own", () => {
  const read = (json: unknown) => {
    const result = readIntegrityPolicy(json);
    return result.ok ? result.thresholds : result.issues.map((issue) => issue.split(":")[0]);
  };

  it("are the shipped ones where nothing is said", () => {
    expect(read({})).toEqual({
      caseBits: 0,
      stepUpBits: -2,
      ringShare: 0.02,
      unitsPerPersonCount: null,
      // A file of before weak kinds could ask means what it meant.
      weakKindsAsk: false,
    });
    const own = { caseBits: 3, stepUpBits: 1, ringShare: 0.1, unitsPerPersonCount: 2 };
    expect(read({ ...own, weakKindsAsk: true })).toEqual({ ...own, weakKindsAsk: true });
  });

  it("have bounds, each from both sides", () => {
    const table: readonly (readonly [field: string, within: number[], beyond: number[]])[] = [
      ["caseBits", [-2, 20], [-2.1, 20.1]],
      ["stepUpBits", [-6, 0], [-6.1, 20.1]],
      ["unitsPerPersonCount", [1, 50], [0, 1.5]],
      ["ringShare", [0.0001, 0.5], [0.00009, 0.51]],
    ];
    for (const [field, within, beyond] of table) {
      for (const value of within)
        expect(read({ [field]: value })).toMatchObject({ [field]: value });
      for (const value of beyond) expect(read({ [field]: value })).toContain(field);
    }
  });

  it("name every trouble with its field", () => {
    expect(read({ stepUpBits: 2, caseBits: 2 })).toMatchObject({ stepUpBits: 2 });
    expect(read({ stepUpBits: 2.1, caseBits: 2 })).toEqual(["stepUpBits"]);
    expect(read({ stepUpBits: 20, caseBits: 20 })).toMatchObject({ stepUpBits: 20 });
    expect(read("text")).toEqual(["(the policy)"]);
    expect(read({ unheardOf: 1 })).toEqual(["(the policy)"]);
    expect(read({ grounds: ["lebih dari 2 unit", "calo", "scalper"], stepUpBits: 3 })).toEqual([
      "grounds.1",
      "grounds.2",
      "stepUpBits",
    ]);
    const refused = readIntegrityPolicy({ grounds: ["calo"], stepUpBits: 3 });
    expect(refused).toEqual({
      ok: false,
      issues: [
        'grounds.0: "calo" names an intent or nothing at all, never a ground',
        "stepUpBits: must not be above caseBits, or cases would skip the question",
      ],
    });
  });
});
