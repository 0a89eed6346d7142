/*
 * The public statement about a batch: counts and nothing about anybody. The system publishes it
 * after the buyers' own notices, and again when its counts have changed; each edition stays.
 */

import { toHex } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import { asText, fill, type Text } from "../../base/language.ts";
import { STATEMENT_WORDS } from "./words.ts";

/** Counts of a batch's decisions by their end. */
export interface StatementCounts {
  readonly cancelled: number;
  readonly accounts: number;
  /** Disputes that are open with the unit kept, and without. */
  readonly kept: number;
  readonly letGo: number;
  readonly wrong: number;
  readonly final: number;
  /** Buyers whose notice could not be delivered. */
  readonly unreached: number;
}

export interface BatchStatement extends StatementCounts {
  readonly format: "giliran.statement/1";
  readonly batchId: string;
  readonly sale: string;
  readonly policy: { readonly name: string; readonly version: number; readonly digest: string };
  readonly text: Text;
}

/** Between editions that follow from the counts, in ms; the last one comes at once. */
export const EDITION_EVERY_MS = 86_400_000;

function statementText(counts: StatementCounts): Text {
  const parts = [
    STATEMENT_WORDS.cancelled,
    ...(["kept", "letGo", "wrong", "final", "unreached"] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => STATEMENT_WORDS[name]),
  ];
  return asText((side) => parts.map((part) => fill(part[side], { ...counts })).join(" "));
}

/** The statement as a document. */
export function statementOf(
  about: Pick<BatchStatement, "batchId" | "sale" | "policy">,
  counts: StatementCounts,
): BatchStatement {
  const { batchId, sale, policy } = about;
  const text = statementText(counts);
  return { format: "giliran.statement/1", batchId, sale, policy, ...counts, text };
}

/** SHA-256 of the statement as canonical JSON, in hex. */
export function statementDigest(statement: BatchStatement): string {
  return toHex(sha256(utf8(canonicalJson(statement as unknown as Json))));
}

/** Whether the system publishes the next edition by itself. */
export function isNextDue(
  last: { readonly document: BatchStatement; readonly publishedAtMs: number } | null,
  next: BatchStatement,
  nowMs: number,
): boolean {
  if (last === null) return true;
  if (statementDigest(last.document) === statementDigest(next)) return false;
  return next.kept + next.letGo === 0 || nowMs - last.publishedAtMs >= EDITION_EVERY_MS;
}
