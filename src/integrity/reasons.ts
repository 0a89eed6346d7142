/*
 * The words about a score: at most four reasons, the points for the buyer, and the way to release an order.
 *
 * Must never happen: a shared value is readable, or a reason names an intent.
 */

import type { Evidence } from "./evidence/evidence.ts";
import { asText, fill, type Text } from "../base/language.ts";
import { duration } from "./evidence/duration.ts";
import { OVER_LIMIT_TEXT, WHO } from "./evidence/words.ts";
import { carriesHold } from "./score.ts";
import { signalOf } from "./signals/registered.ts";

export interface ReasonText extends Text {
  /** The name of a signal, or of a plain rule. */
  readonly code: string;
}

/** "p12…9z": enough to recognise a value by, too little to use it. */
export function maskValue(value: string): string {
  const text = value.trim();
  if (text === "") return "";
  const [local = "", domain] = text.split("@");
  if (domain !== undefined) return `${local.slice(0, 2)}…@${domain}`;
  return text.length <= 4 ? `${text[0]}…` : `${text.slice(0, 2)}…${text.slice(-2)}`;
}

/** A signal's sentence about what it saw. Shared values are masked; accounts are whole. */
export function reasonOf(evidence: Evidence): ReasonText {
  const { texts, mask } = signalOf(evidence.signal);
  const facts = { ...evidence.facts };
  if (typeof facts.value === "string") facts.value = (mask ?? maskValue)(facts.value);
  const lasted = duration(Number(facts.seconds));
  const who = facts.nameless === 1 ? WHO.buyers : WHO.accounts;
  const said = asText((side) =>
    fill(texts.reason[side], { ...facts, who: who[side], duration: lasted[side] }),
  );
  return { code: evidence.signal, id: said.id, en: said.en };
}

/** A notice names so many reasons at most; a record one more. */
const MOST_REASONS = 4;
export const RECORD_REASONS = 5;
const LEAST_BITS = 0.25;

/** A plain rule, announced before the sale: it says nothing about rings. */
export const OVER_LIMIT: ReasonText = { code: "over_limit", ...OVER_LIMIT_TEXT };

/**
 * The evidence that is named, the strongest first (Regulation B's "principal reasons"): at most four, and among them
 * what a hold rests on. A hold that names weak reasons only would name none.
 */
export function principalEvidence(
  evidence: readonly Evidence[],
  most: number = MOST_REASONS,
): Evidence[] {
  const sorted = evidence
    .filter((one) => one.bits >= LEAST_BITS)
    .toSorted((a, b) => b.bits - a.bits);
  const named = sorted.slice(0, most);
  const carrying = sorted.find(carriesHold);
  if (carrying !== undefined && !named.includes(carrying)) named.splice(-1, 1, carrying);
  return named;
}

/** The same in words. */
export const principalReasons = (evidence: readonly Evidence[], most?: number): ReasonText[] =>
  principalEvidence(evidence, most).map(reasonOf);

/** The points for the buyer. */
export function protectiveReasons(evidence: readonly Evidence[]): ReasonText[] {
  return evidence.filter((one) => one.bits < 0).map(reasonOf);
}

/** Words that name a person's intent, or nothing at all. They can never be a ground. */
const BANNED_GROUNDS = [
  "tengkulak",
  "reseller",
  "calo",
  "penimbun",
  "scalper",
  "hoarder",
  "aktivitas tidak wajar",
  "abnormal activity",
  "aktivitas mencurigakan",
  "suspicious activity",
];

/** The banned words in a text. */
export function bannedGrounds(text: string): string[] {
  const plain = text.toLowerCase();
  return BANNED_GROUNDS.filter((word) => plain.includes(word));
}
