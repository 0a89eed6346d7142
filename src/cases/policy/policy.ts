/*
 * The policy of a sale: which acts may undo an order, on which evidence and at which certainty, and
 * what a buyer can do about it. It is public before the sale; every decision cites its digest.
 * Must never happen: a rule judges an intent ("reseller") or says nothing that a buyer could
 * answer, or weak evidence cancels an order. `lintPolicy` refuses such documents.
 */

import { z } from "zod";
import { toHex } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import { SIDES } from "../../base/language.ts";
import { MALFORMED_TEXT, malformedTextPlaces } from "../../base/wellFormedText.ts";
import { ASKING_SIGNALS, findSignal } from "../../integrity/signals/registered.ts";
import { bannedGrounds } from "../../integrity/reasons.ts";

/** Grounds are acts; a closed list. Intentions are no ground. */
export const GROUNDS = [
  "over_limit",
  "coordinated_accounts",
  "automation",
  "false_identity",
] as const;
export type Ground = (typeof GROUNDS)[number];

const text = z.strictObject({ id: z.string().min(1).max(500), en: z.string().min(1).max(500) });
const share = z.number().gt(0).max(0.2);

const ruleSchema = z.strictObject({
  ruleId: z.string().regex(/^[A-Z][A-Z0-9-]{1,31}$/, "capital letters, digits and hyphens"),
  ground: z.enum(GROUNDS),
  grade: z.enum(["strong", "weak"]),
  /** `refuse` may carry a cancellation. `check` may only add to one, or ask the buyer something. */
  effect: z.enum(["refuse", "check"]),
  families: z.array(z.string()).default([]),
  text,
  /**
   * Highest share of genuine buyers among those it refused; above it the rule is for review only.
   */
  errorCeiling: share.default(0.05),
  /** OWASP's identifier of the threat, if it has one. */
  oat: z
    .string()
    .regex(/^OAT-\d{3}$/)
    .optional(),
});
export type PolicyRule = z.output<typeof ruleSchema>;

/** The form of a `*.policy.json` file. Strict: a misspelled field is an error. */
export const policySchema = z.strictObject({
  format: z.literal("giliran.policy/1"),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "small letters, digits and hyphens"),
  version: z.number().int().min(1).max(1_000_000),
  summary: text,
  unitsPerPersonCount: z.number().int().min(1).max(100),
  rules: z.array(ruleSchema).min(1).max(50),
  thresholds: z.strictObject({
    caseBits: z.number().min(-2).max(20),
    stepUpBits: z.number().min(-6).max(20),
    ringShare: z.number().min(0.0001).max(0.5),
    /**
     * True: three independent weak kinds may ask a question and open a case, never hold; orders may be attached to a
     * case. Policies of before do not say it, and mean no.
     */
    weakKindsAsk: z.boolean().optional(),
  }),
  batch: z.strictObject({
    /** The budget: share of a batch's cases in which a genuine buyer may be hit. */
    wrongCasesShare: share,
    confidence: z.number().min(0.8).max(0.999),
    approvals: z.number().int().min(2).max(5),
    /** True: nobody approves beside somebody with whom she shares an inviter, or who invited her. */
    independentApprovals: z.boolean().optional(),
    graceMinutes: z.number().int().min(0).max(10_080),
  }),
  appeal: z.strictObject({
    /** Hours from the notice to file an appeal, and from the appeal to decide it. */
    fileHours: z.number().int().min(1).max(8_760),
    decideHours: z.number().int().min(1).max(36),
    /**
     * The end of an appeal that is open two hours before its channel cancels by itself: the order
     * goes out (also where this is left out), or it is cancelled and a unit is owed.
     */
    openAtShipBy: z.enum(["release", "cancel_and_owe"]).optional(),
  }),
  remedy: z.strictObject({
    entitlementDays: z.number().int().min(30).max(3_650),
    substitution: z.enum(["same_variant", "any_variant"]),
    /** Days until money that is due is back at the latest; 7 where it is left out. */
    refundDays: z.number().int().min(1).max(30).optional(),
    /** Share of a round's units of a variant that may be owed for failures of ours; absent: 1 %. */
    failureCreditShare: z.number().min(0).max(1).optional(),
  }),
  cod: z.strictObject({
    ordersPerPersonCount: z.number().int().min(0).max(100),
    phoneConfirmation: z.literal(true),
    text,
  }),
  noticeTimeoutHours: z.number().int().min(1).max(720),
  retention: z.strictObject({
    evidenceDays: z.number().int().min(1).max(365),
    upheldDays: z.number().int().min(1).max(3_650),
  }),
});
export type Policy = z.output<typeof policySchema>;

export interface PolicyIssue {
  readonly field: string;
  readonly reason: string;
}

export type PolicyRead =
  | { readonly ok: true; readonly policy: Policy; readonly digest: string }
  | { readonly ok: false; readonly issues: readonly PolicyIssue[] };

/** SHA-256 of the canonical JSON (RFC 8785), in hex. */
export function policyDigest(policy: Policy): string {
  return toHex(sha256(utf8(canonicalJson(policy as unknown as Json))));
}

/** Reads a policy document: its form first, then what no policy may say. */
export function readPolicyDocument(json: unknown): PolicyRead {
  const malformed = malformedTextPlaces(json, "");
  if (malformed.length > 0) {
    const issues = malformed.map((place) => ({
      field: place || "(the policy)",
      reason: MALFORMED_TEXT,
    }));
    return { ok: false, issues };
  }
  const read = policySchema.safeParse(json);
  if (!read.success) {
    const issues = read.error.issues.map((issue) => ({
      field: issue.path.join(".") || "(the policy)",
      reason: issue.message,
    }));
    return { ok: false, issues };
  }
  const issues = lintPolicy(read.data);
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, policy: read.data, digest: policyDigest(read.data) };
}

/** Words that give a buyer nothing to answer, or that hide the reason behind a machine. */
const VAGUE = [
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

/** The words of a text that cannot be a ground: words of intent and empty words. */
export function vagueWords(said: string): string[] {
  const plain = said.toLowerCase();
  return [...new Set([...bannedGrounds(said), ...VAGUE.filter((word) => plain.includes(word))])];
}

/** Faults of one rule; `seen` collects the signals of all rules, as each may be in one only. */
function lintRule(rule: PolicyRule, index: number, seen: Set<string>): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  const at = (field: string) => `rules.${index}.${field}`;
  for (const language of SIDES) {
    for (const word of vagueWords(rule.text[language])) {
      const reason = `"${word}" names an intent or nothing that a buyer could answer`;
      issues.push({ field: at(`text.${language}`), reason });
    }
  }
  if (rule.grade === "weak" && rule.effect === "refuse") {
    issues.push({ field: at("effect"), reason: "weak evidence may lead to a check, never refuse" });
  }
  rule.families.forEach((name, nameIndex) => {
    const field = at(`families.${nameIndex}`);
    const signal = findSignal(name);
    if (!signal) issues.push({ field, reason: `no signal is called "${name}"` });
    else if (rule.grade === "strong" && signal.strength !== "strong") {
      issues.push({ field, reason: `"${name}" is weak evidence and cannot be graded strong` });
    }
    if (seen.has(name)) issues.push({ field, reason: `"${name}" is in another rule already` });
    seen.add(name);
  });
  return issues;
}

/** Weak kinds that may ask: a buyer who is asked must find the rule for each of them, and it must be one that only checks. */
function lintWeakKinds(policy: Policy): PolicyIssue[] {
  if (policy.thresholds.weakKindsAsk !== true) return [];
  const missing = ASKING_SIGNALS.filter((name) => ruleOfSignal(policy, name)?.effect !== "check");
  if (missing.length === 0) return [];
  const names = missing.map((name) => `"${name}"`).join(", ");
  const reason = `weak kinds may ask only where a rule with effect "check" names each: ${names} in none`;
  return [{ field: "thresholds.weakKindsAsk", reason }];
}

/** Checks what no policy may say, whatever its form. */
export function lintPolicy(policy: Policy): PolicyIssue[] {
  const seen = new Set<string>();
  const ids = new Set<string>();
  const issues = policy.rules.flatMap((rule, index) => {
    const own = lintRule(rule, index, seen);
    if (ids.has(rule.ruleId)) {
      own.push({ field: `rules.${index}.ruleId`, reason: `"${rule.ruleId}" is there twice` });
    }
    ids.add(rule.ruleId);
    return own;
  });
  for (const language of SIDES) {
    for (const word of vagueWords(policy.summary[language])) {
      issues.push({
        field: `summary.${language}`,
        reason: `"${word}" cannot be what a rule is about`,
      });
    }
  }
  if (policy.thresholds.stepUpBits > policy.thresholds.caseBits) {
    issues.push({ field: "thresholds.stepUpBits", reason: "must not be above caseBits" });
  }
  issues.push(...lintWeakKinds(policy));
  if (!policy.rules.some((rule) => rule.effect === "refuse")) {
    issues.push({ field: "rules", reason: "no rule may refuse, so there is nothing to decide" });
  }
  return issues;
}

/** The rule of a signal; null if the policy has none, and the signal then counts for nothing. */
export function ruleOfSignal(policy: Policy, signal: string): PolicyRule | null {
  if (signal === "over_limit") {
    return policy.rules.find((rule) => rule.ground === "over_limit") ?? null;
  }
  return policy.rules.find((rule) => rule.families.includes(signal)) ?? null;
}
