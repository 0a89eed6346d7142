/*
 * The record of a cancellation: its reasons, the rules they fall under, what would change it, how
 * to appeal. Notice, status page, help desk, channel and courier all speak from this one record.
 * There is no cancellation without a strong reason under a rule of the policy that may refuse, and
 * no personal data in a record.
 */

import { DECISION_WORDS } from "./words.ts";
import { type Text, asText, fillText } from "../../base/language.ts";
import { must } from "../../base/assert.ts";
import { toHex } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import type { PaymentMethod } from "../../sale/definition.ts";
import { keptUntilMs, type AtShipBy } from "../../sale/standing/shipBy.ts";
import { REFUND_DAYS } from "../../sale/standing/standing.ts";
import { ruleOfSignal, type Ground, type Policy } from "../policy/policy.ts";

/** One reason against an order, in words, with personal data masked. */
export interface StatedReason extends Text {
  /** The signal, or `over_limit`. */
  readonly code: string;
  readonly bits: number;
}

/** A reason with the policy's rule. */
export interface RecordedReason extends StatedReason {
  readonly rule_id: string;
  readonly grade: "strong" | "weak";
}

/**
 * Member names are those of the EU's statements of reasons (DSA Art. 17 and its database) where
 * they have one. Only the form is borrowed; no duty under that law is claimed for an order. Nothing
 * personal: everyone with its link may read it.
 */
export interface DecisionRecord {
  readonly format: "giliran.decision/1";
  readonly puid: string;
  readonly order_id: string;
  readonly sale_id: string;
  readonly channel: string;
  readonly decision_provision: "ORDER_CANCELLED";
  readonly decision_ground: Ground;
  readonly incompatible_content_ground: Text;
  readonly incompatible_content_explanation: Text;
  readonly decision_facts: Text;
  readonly automated_detection: "Yes";
  /** Partially: a person decided a sample, and at least two approved the batch. */
  readonly automated_decision: "AUTOMATED_DECISION_PARTIALLY" | "AUTOMATED_DECISION_NOT_AUTOMATED";
  readonly source_type: "SOURCE_VOLUNTARY";
  readonly content_type: readonly ["product"];
  readonly content_date: string;
  readonly application_date: string;
  readonly policy_name: string;
  readonly policy_version: number;
  readonly policy_digest: string;
  readonly rule_ids: readonly string[];
  readonly reasons: readonly RecordedReason[];
  readonly counterfactual: Text;
  readonly appeal_until: string;
  readonly remedy_if_wrong: Text;
  /** Until when the unit is kept if nobody appeals. Records of before have none of what follows. */
  readonly unit_kept_until?: string;
  /** Null: the channel has no deadline of its own. */
  readonly channel_deadline?: {
    readonly ship_by: string;
    readonly appeal_still_open: AtShipBy;
  } | null;
  /** Null: nothing was paid. */
  readonly money?: {
    readonly minor_units: number;
    readonly currency: string;
    readonly payment_method: PaymentMethod;
    readonly back_by: string;
  } | null;
}

const DAY_MS = 86_400_000;

/** At most this many reasons ("principal reasons" of Regulation B). */
export const MOST_REASONS = 4;

export type DecisionRefusal = "no_strong_reason" | "policy_knows_no_rule";

export interface DecisionInput {
  readonly decisionId: string;
  readonly orderId: string;
  readonly saleSlug: string;
  readonly channelName: string;
  readonly policy: Policy;
  readonly policyDigest: string;
  readonly reasons: readonly StatedReason[];
  readonly counterfactual: Text;
  readonly placedAtMs: number;
  readonly decidedAtMs: number;
  readonly appealUntilMs: number;
  /** When the channel cancels by itself; null: it does not. */
  readonly shipByMs: number | null;
  /** The money that came; null for an order that is paid on delivery. */
  readonly paid: {
    readonly minorUnits: number;
    readonly currency: string;
    readonly paymentMethod: PaymentMethod;
  } | null;
  readonly decidedByPersonAlone: boolean;
  /** Rules that may not refuse at present, because they were wrong too often. */
  readonly braked: ReadonlySet<string>;
}

/**
 * Reasons with the policy's rules, strongest first, at most `MOST_REASONS`. Reasons without a rule
 * are dropped.
 */
export function recordedReasons(
  policy: Policy,
  reasons: readonly StatedReason[],
  braked: ReadonlySet<string> = new Set(),
): RecordedReason[] {
  return reasons
    .flatMap((reason) => {
      const rule = ruleOfSignal(policy, reason.code);
      if (!rule) return [];
      const grade = braked.has(rule.ruleId) ? ("weak" as const) : rule.grade;
      return [{ ...reason, rule_id: rule.ruleId, grade }];
    })
    .toSorted(
      (a, b) => Number(b.grade === "strong") - Number(a.grade === "strong") || b.bits - a.bits,
    )
    .slice(0, MOST_REASONS);
}

/**
 * Whether the reasons can carry a cancellation: at least one is strong and under a rule that may
 * refuse.
 */
export function mayRefuse(policy: Policy, reasons: readonly RecordedReason[]): boolean {
  return reasons.some(
    (reason) =>
      reason.grade === "strong" &&
      policy.rules.some((rule) => rule.ruleId === reason.rule_id && rule.effect === "refuse"),
  );
}

/** The facts of a record: its reasons, one after the other. */
export const statedFacts = (reasons: readonly Text[]): Text =>
  asText((side) => reasons.map((one) => one[side]).join("; "));

/** The record of a cancellation and its digest, or the reason why there is none. */
export function recordDecision(
  input: DecisionInput,
):
  | { readonly ok: true; readonly record: DecisionRecord; readonly digest: string }
  | { readonly ok: false; readonly why: DecisionRefusal } {
  const { policy } = input;
  const reasons = recordedReasons(policy, input.reasons, input.braked);
  if (reasons.length === 0) return { ok: false, why: "policy_knows_no_rule" };
  if (!mayRefuse(policy, reasons)) return { ok: false, why: "no_strong_reason" };
  const rule = must(
    policy.rules.find((one) => one.ruleId === reasons[0]?.rule_id),
    "recorded reasons come from rules of the policy",
  );
  const record: DecisionRecord = {
    format: "giliran.decision/1",
    puid: input.decisionId,
    order_id: input.orderId,
    sale_id: input.saleSlug,
    channel: input.channelName,
    decision_provision: "ORDER_CANCELLED",
    decision_ground: rule.ground,
    incompatible_content_ground: fillText(DECISION_WORDS.rule, { rule: rule.ruleId }),
    incompatible_content_explanation: rule.text,
    decision_facts: statedFacts(reasons),
    automated_detection: "Yes",
    automated_decision: input.decidedByPersonAlone
      ? "AUTOMATED_DECISION_NOT_AUTOMATED"
      : "AUTOMATED_DECISION_PARTIALLY",
    source_type: "SOURCE_VOLUNTARY",
    content_type: ["product"],
    content_date: new Date(input.placedAtMs).toISOString(),
    application_date: new Date(input.decidedAtMs).toISOString(),
    policy_name: policy.name,
    policy_version: policy.version,
    policy_digest: input.policyDigest,
    rule_ids: [...new Set(reasons.map((reason) => reason.rule_id))],
    reasons,
    counterfactual: input.counterfactual,
    appeal_until: new Date(input.appealUntilMs).toISOString(),
    remedy_if_wrong: DECISION_WORDS.remedyIfWrong,
    ...recordedKeeping(input),
  };
  return { ok: true, record, digest: recordDigest(record) };
}

/** The part of a record about unit and money that are kept for the buyer. */
function recordedKeeping(
  input: DecisionInput,
): Pick<DecisionRecord, "unit_kept_until" | "channel_deadline" | "money"> {
  const { policy, appealUntilMs, shipByMs, paid } = input;
  const keptMs = keptUntilMs({ appealUntilMs, shipByMs, appealDueMs: null });
  const refundMs = (policy.remedy.refundDays ?? REFUND_DAYS) * DAY_MS;
  return {
    unit_kept_until: new Date(keptMs).toISOString(),
    channel_deadline:
      shipByMs === null
        ? null
        : {
            ship_by: new Date(shipByMs).toISOString(),
            appeal_still_open: policy.appeal.openAtShipBy ?? "release",
          },
    money: paid && {
      minor_units: paid.minorUnits,
      currency: paid.currency,
      payment_method: paid.paymentMethod,
      back_by: new Date(keptMs + refundMs).toISOString(),
    },
  };
}

/** SHA-256 of the record as canonical JSON, in hex. */
export function recordDigest(record: DecisionRecord): string {
  return toHex(sha256(utf8(canonicalJson(record as unknown as Json))));
}
