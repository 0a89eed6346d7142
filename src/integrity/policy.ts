/* Thresholds of one's own for `giliran audit`, read from a file. Grounds that name an intent are refused. */

import { z } from "zod";
import { SHIPPED_THRESHOLDS, type Thresholds } from "./audit.ts";
import { bannedGrounds } from "./reasons.ts";

const schema = z.strictObject({
  /** The names of its grounds. Buyers see them, so words of intent are refused. */
  grounds: z.array(z.string()).default([]),
  caseBits: z.number().min(-2).max(20).default(SHIPPED_THRESHOLDS.caseBits),
  stepUpBits: z.number().min(-6).max(20).default(SHIPPED_THRESHOLDS.stepUpBits),
  unitsPerPersonCount: z.number().int().min(1).nullable().default(null),
  ringShare: z.number().min(0.0001).max(0.5).default(SHIPPED_THRESHOLDS.ringShare),
  // A file that does not say it means what it meant before weak kinds could ask.
  weakKindsAsk: z.boolean().default(false),
});

export type PolicyResult =
  | { readonly ok: true; readonly thresholds: Thresholds }
  | { readonly ok: false; readonly issues: readonly string[] };

/** Thresholds of one's own, with every trouble named: field and reason. */
export function readIntegrityPolicy(json: unknown): PolicyResult {
  const read = schema.safeParse(json);
  if (!read.success) {
    const issues = read.error.issues.map(
      (issue) => `${issue.path.join(".") || "(the policy)"}: ${issue.message}`,
    );
    return { ok: false, issues };
  }
  const { grounds, ...thresholds } = read.data;
  const banned = grounds.flatMap((ground, index) =>
    bannedGrounds(ground).map(
      (word) => `grounds.${index}: "${word}" names an intent or nothing at all, never a ground`,
    ),
  );
  if (thresholds.stepUpBits > thresholds.caseBits) {
    banned.push("stepUpBits: must not be above caseBits, or cases would skip the question");
  }
  return banned.length > 0 ? { ok: false, issues: banned } : { ok: true, thresholds };
}
