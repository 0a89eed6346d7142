import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "../../../src/base/canonical.ts";
import {
  GROUNDS,
  policyDigest,
  readPolicyDocument,
  ruleOfSignal,
  vagueWords,
} from "../../../src/cases/policy/policy.ts";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";

/*
 * Limits of policies: every bound from both sides, every forbidden statement, and the shipped
 * policy.
 */

type Path = readonly (string | number)[];

/** The shipped policy with one field changed; `undefined` leaves it out. */
function changed(path: Path, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(shippedPolicy(2))) as Record<string, unknown>;
  let at: Record<string | number, unknown> = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) as string] = value;
  return copy;
}

/** The shipped policy with other rules, and without weak kinds that ask: each of those needs a rule. */
const withRules = (path: Path, value: unknown): unknown => {
  const copy = changed(path, value) as { thresholds: Record<string, unknown> };
  delete copy.thresholds.weakKindsAsk;
  return copy;
};

const fieldsOf = (json: unknown): readonly string[] => {
  const read = readPolicyDocument(json);
  return read.ok ? [] : read.issues.map((issue) => issue.field);
};

describe("the bounds of a policy", () => {
  const rule = ["rules", 1] as const;
  /** A field, values that it may have, and values that it may not. */
  const table: readonly (readonly [
    Path,
    within: readonly unknown[],
    beyond: readonly unknown[],
  ])[] = [
    [["format"], ["giliran.policy/1"], ["giliran.policy/2", ""]],
    [["name"], ["ab", "a".repeat(63), "0-x"], ["a", "a".repeat(64), "-a", "A b", "Ab"]],
    [["version"], [1, 1_000_000], [0, 1_000_001, 1.5]],
    [["summary"], [{ id: "a", en: "b" }], [{ id: "a" }, { id: "", en: "b" }]],
    [
      ["summary", "id"],
      ["x", "x".repeat(500)],
      ["", "x".repeat(501)],
    ],
    [
      ["summary", "en"],
      ["x", "x".repeat(500)],
      ["", "x".repeat(501)],
    ],
    [["unitsPerPersonCount"], [1, 100], [0, 101, 1.5]],
    [
      ["thresholds", "caseBits"],
      [0, 20],
      [-2.1, 20.1],
    ],
    [
      ["thresholds", "stepUpBits"],
      [-6, 0],
      [-6.1, 20.1],
    ],
    [
      ["thresholds", "ringShare"],
      [0.0001, 0.5],
      [0.00009, 0.51],
    ],
    [
      ["batch", "wrongCasesShare"],
      [0.001, 0.2],
      [0, 0.201],
    ],
    [
      ["batch", "confidence"],
      [0.8, 0.999],
      [0.79, 1],
    ],
    [
      ["batch", "approvals"],
      [2, 5],
      [1, 6, 2.5],
    ],
    [
      ["batch", "graceMinutes"],
      [0, 10_080],
      [-1, 10_081, 0.5],
    ],
    [
      ["appeal", "fileHours"],
      [1, 8_760],
      [0, 8_761, 1.5],
    ],
    [
      ["appeal", "decideHours"],
      [1, 36],
      [0, 37, 1.5],
    ],
    [
      ["remedy", "entitlementDays"],
      [30, 3_650],
      [29, 3_651, 30.5],
    ],
    [["remedy", "substitution"], ["same_variant", "any_variant"], ["none"]],
    [
      ["cod", "ordersPerPersonCount"],
      [0, 100],
      [-1, 101, 0.5],
    ],
    [["cod", "phoneConfirmation"], [true], [false]],
    [["noticeTimeoutHours"], [1, 720], [0, 721, 1.5]],
    [
      ["retention", "evidenceDays"],
      [1, 365],
      [0, 366, 1.5],
    ],
    [
      ["retention", "upheldDays"],
      [1, 3_650],
      [0, 3_651, 1.5],
    ],
    [
      [...rule, "ruleId"],
      ["AB", `A${"B".repeat(31)}`, "A-1"],
      ["A", "a", `A${"B".repeat(32)}`],
    ],
    [[...rule, "ground"], [...GROUNDS], ["reseller"]],
    [[...rule, "grade"], ["strong"], ["certain"]],
    [[...rule, "effect"], ["refuse", "check"], ["cancel"]],
    [
      [...rule, "errorCeiling"],
      [0.001, 0.2],
      [0, 0.21],
    ],
    [[...rule, "oat"], ["OAT-005"], ["OAT-5", "xOAT-005", "OAT-0055"]],
  ];
  for (const [path, within, beyond] of table) {
    it(path.join("."), () => {
      for (const value of within) {
        expect({ value, fields: fieldsOf(changed(path, value)) }).toEqual({ value, fields: [] });
      }
      for (const value of beyond) {
        const fields = fieldsOf(changed(path, value));
        expect({ value, told: fields.some((field) => field.startsWith(path.join("."))) }).toEqual({
          value,
          told: true,
        });
      }
    });
  }

  it("one rule at least, fifty at the most, and no field that is unheard of", () => {
    expect(fieldsOf(changed(["rules"], []))).toContain("rules");
    const one = shippedPolicy(2).rules[0];
    const rules = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ ...one, ruleId: `LIMIT-${at}` }));
    expect(fieldsOf(withRules(["rules"], rules(50)))).toEqual([]);
    expect(fieldsOf(changed(["rules"], rules(51)))).toContain("rules");
    for (const place of [[], ["batch"], ["appeal"], ["remedy"], ["cod"], ["retention"]]) {
      expect(fieldsOf(changed([...place, "unheardOf"], 1))).not.toEqual([]);
    }
    expect(fieldsOf(changed(["rules", 0, "unheardOf"], 1))).toEqual(["rules.0"]);
    expect(fieldsOf(changed(["thresholds", "unheardOf"], 1))).toEqual(["thresholds"]);
    expect(fieldsOf("text")).toEqual(["(the policy)"]);
  });

  it("a rule has no families and five of a hundred as its ceiling where it says neither", () => {
    const {
      errorCeiling: _ceiling,
      families: _families,
      ...bare
    } = shippedPolicy(2).rules[0] as {
      errorCeiling: number;
      families: string[];
    };
    const read = readPolicyDocument(changed(["rules", 0], bare));
    expect(read.ok && read.policy.rules[0]).toMatchObject({ errorCeiling: 0.05, families: [] });
  });
});

describe("what no policy may say", () => {
  const reasonsOf = (json: unknown) => {
    const read = readPolicyDocument(json);
    return read.ok ? [] : read.issues.map(({ field, reason }) => `${field}: ${reason}`);
  };

  it("words of intent, and words that say nothing, in any text", () => {
    const vague = [
      "tidak wajar",
      "mencurigakan",
      "kebijakan internal",
      "sistem kami mendeteksi",
      "suspicious",
      "abnormal",
      "unusual",
      "internal standard",
      "our system detected",
      "risk score",
      "skor risiko",
    ];
    for (const word of vague) expect(vagueWords(`… ${word.toUpperCase()} …`)).toEqual([word]);
    expect(vagueWords("Pembeli adalah calo dengan skor risiko")).toEqual(["calo", "skor risiko"]);
    expect(vagueWords("One unit for each person")).toEqual([]);
    for (const language of ["id", "en"]) {
      expect(reasonsOf(changed(["summary", language], "unusual"))).toEqual([
        `summary.${language}: "unusual" cannot be what a rule is about`,
      ]);
      expect(reasonsOf(changed(["rules", 1, "text", language], "unusual"))).toEqual([
        `rules.1.text.${language}: "unusual" names an intent or nothing that a buyer could answer`,
      ]);
    }
  });

  it("weak evidence that refuses, signals that are unheard of, weak or named twice", () => {
    expect(reasonsOf(withRules(["rules", 4, "effect"], "refuse"))).toEqual([
      "rules.4.effect: weak evidence may lead to a check, never refuse",
    ]);
    expect(reasonsOf(withRules(["rules", 4, "families"], ["few_devices", "horoscope"]))).toEqual([
      'rules.4.families.1: no signal is called "horoscope"',
    ]);
    expect(reasonsOf(withRules(["rules", 3, "families"], ["few_devices"]))).toEqual([
      'rules.3.families.0: "few_devices" is weak evidence and cannot be graded strong',
      'rules.4.families.0: "few_devices" is in another rule already',
    ]);
    expect(reasonsOf(changed(["rules", 3, "ruleId"], "LIMIT"))).toEqual([
      'rules.3.ruleId: "LIMIT" is there twice',
    ]);
  });

  it("weak kinds that ask without a rule that only checks", () => {
    const without = shippedPolicy(2).rules[4]?.families.filter((name) => name !== "full_limit");
    expect(reasonsOf(changed(["rules", 4, "families"], without))).toEqual([
      'thresholds.weakKindsAsk: weak kinds may ask only where a rule with effect "check" names each: "full_limit" in none',
    ]);
    expect(reasonsOf(withRules(["rules", 4, "families"], without))).toEqual([]);
  });

  it("a question above a case, and nothing that may refuse", () => {
    const thresholds = { caseBits: 1, stepUpBits: 1, ringShare: 0.02 };
    expect(reasonsOf(changed(["thresholds"], thresholds))).toEqual([]);
    expect(reasonsOf(changed(["thresholds"], { ...thresholds, stepUpBits: 1.1 }))).toEqual([
      "thresholds.stepUpBits: must not be above caseBits",
    ]);
    const checks = shippedPolicy(2).rules.map((rule) => ({ ...rule, effect: "check" }));
    expect(reasonsOf(changed(["rules"], checks))).toEqual([
      "rules: no rule may refuse, so there is nothing to decide",
    ]);
  });
});

describe("the shipped policy", () => {
  const policy = shippedPolicy(2);

  it("has numbers that are said before a sale", () => {
    expect(policy).toMatchObject({
      name: "giliran-2-per-person",
      version: 2,
      unitsPerPersonCount: 2,
      thresholds: { caseBits: 0, stepUpBits: -2, ringShare: 0.02, weakKindsAsk: true },
      batch: { wrongCasesShare: 0.05, confidence: 0.95, approvals: 2, graceMinutes: 30 },
      appeal: { fileHours: 168, decideHours: 36 },
      remedy: { entitlementDays: 365, substitution: "any_variant" },
      cod: { ordersPerPersonCount: 1, phoneConfirmation: true },
      noticeTimeoutHours: 24,
      retention: { evidenceDays: 90, upheldDays: 365 },
    });
    for (const text of [policy.summary.id, policy.summary.en]) expect(text).toContain(" 2 ");
  });

  it("has a rule for everything that speaks against an order, and only strong ones refuse", () => {
    const table = policy.rules.map(({ ruleId, ground, grade, effect, errorCeiling, oat }) => [
      ruleId,
      ground,
      grade,
      effect,
      errorCeiling,
      oat,
    ]);
    expect(table).toEqual([
      ["LIMIT", "over_limit", "strong", "refuse", 0.05, "OAT-005"],
      ["SHARED-MEANS", "coordinated_accounts", "strong", "refuse", 0.05, "OAT-005"],
      ["SHARED-CONTACT", "coordinated_accounts", "strong", "refuse", 0.05, "OAT-019"],
      ["AUTOMATION", "automation", "strong", "refuse", 0.05, "OAT-006"],
      ["PATTERN", "coordinated_accounts", "weak", "check", 0.05, undefined],
    ]);
    expect(ruleOfSignal(policy, "over_limit")?.ruleId).toBe("LIMIT");
    const noLimit = { ...policy, rules: policy.rules.slice(1) };
    expect(ruleOfSignal(noLimit, "over_limit")).toBeNull();
  });

  it("is read with the fingerprint of its canonical text", () => {
    const digest = createHash("sha256")
      .update(canonicalJson(policy as unknown as Json))
      .digest("hex");
    expect(policyDigest(policy)).toBe(digest);
    const read = readPolicyDocument(JSON.parse(JSON.stringify(policy)));
    expect(read).toEqual({ ok: true, policy, digest });
  });
});
