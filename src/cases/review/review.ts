/*
 * The rules for reviewing a case. States: open → decided (some orders are to be cancelled) or
 * closed (all released, or its batch is done); decided, or closed by release → open again by an
 * undo in time.
 * Must never happen: a stale page decides a case that changed (version), or two colleagues decide
 * the same case (claim).
 */

import { toHex } from "../../base/bytes.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import { accepted, refused, type Result } from "../../base/result.ts";

export type CaseState = "open" | "decided" | "closed";
/** A reviewer's verdict on one order. */
export type Verdict = "cancel" | "release";

export interface ReviewCase {
  readonly state: CaseState;
  /** Raised by every change; a decision must name the version it saw. */
  readonly version: number;
  readonly claimedBy: string | null;
  readonly claimedUntilMs: number | null;
  readonly decidedBy: string | null;
  readonly decidedAtMs: number | null;
  /** A batch holds its orders. */
  readonly inBatch: boolean;
  /** An order of it was reported on since the decision: it may be on its way. */
  readonly reportedSince: boolean;
}

export type ReviewRefusal =
  | "case_claimed"
  | "case_moved_on"
  | "case_ended"
  | "case_not_decided"
  | "undo_too_late"
  | "not_your_decision";

/** A claim expires by itself, so that a break never blocks a case whose deadline runs. */
export const CLAIM_MS = 15 * 60_000;
/** How long a decision can be undone, unless a batch holds the case. */
export const UNDO_MS = 15 * 60_000;

/**
 * Digest of the verdicts of a case, which its history keeps: SHA-256 over a line for each order, by
 * id, in hex.
 */
export function verdictsDigest(verdicts: ReadonlyMap<string, Verdict>): string {
  const lines = [...verdicts].map(([orderId, verdict]) => `${orderId} ${verdict}`).sort();
  return toHex(sha256(utf8(lines.join("\n"))));
}

/** Whether somebody else holds an unexpired claim. */
function claimedByOther(one: ReviewCase, who: string, nowMs: number): boolean {
  return one.claimedBy !== null && one.claimedBy !== who && (one.claimedUntilMs ?? 0) > nowMs;
}

type InState = Pick<ReviewCase, "state">;

/** Commands on a case, each with its conditions. The console shows its buttons by the same rules. */
export const caseCan = {
  /** By its state alone; who has it meanwhile, the refusal says. */
  stillBeDecided(one: InState): boolean {
    return one.state === "open";
  },

  /** By its state alone; whose it is, and whether it is too late, the refusal says. */
  stillBeUndone(one: InState): boolean {
    return one.state !== "open";
  },

  beClaimed(one: ReviewCase, who: string, nowMs: number): Result<number, ReviewRefusal> {
    if (!caseCan.stillBeDecided(one)) return refused("case_ended");
    if (claimedByOther(one, who, nowMs)) return refused("case_claimed");
    return accepted(nowMs + CLAIM_MS);
  },

  beDecided(
    one: ReviewCase,
    by: { who: string; seenVersion: number },
    nowMs: number,
  ): Result<"decided", ReviewRefusal> {
    if (!caseCan.stillBeDecided(one)) return refused("case_ended");
    if (one.version !== by.seenVersion) return refused("case_moved_on");
    if (claimedByOther(one, by.who, nowMs)) return refused("case_claimed");
    return accepted("decided");
  },

  beUndone(one: ReviewCase, who: string, nowMs: number): Result<"open", ReviewRefusal> {
    if (!caseCan.stillBeUndone(one)) return refused("case_not_decided");
    if (one.state === "closed" && one.inBatch) return refused("case_ended");
    if (one.decidedBy !== who) return refused("not_your_decision");
    if (one.inBatch || nowMs > (one.decidedAtMs ?? 0) + UNDO_MS) return refused("undo_too_late");
    // Released orders may be shipped at once.
    if (one.reportedSince) return refused("undo_too_late");
    return accepted("open");
  },
};
