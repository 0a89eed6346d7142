import { accepted, refused, type Result } from "../../base/result.ts";

export type CaseState = "open" | "decided" | "closed";
/** A reviewer's word about one order: take it back, or let it stand. */
export type Verdict = "cancel" | "release";

export interface ReviewCase {
  readonly state: CaseState;
  /** Grows with every change, so that a stale page cannot decide a case that moved on. */
  readonly version: number;
  readonly claimedBy: string | null;
  readonly claimedUntilMs: number | null;
  readonly decidedBy: string | null;
  readonly decidedAtMs: number | null;
  /** A batch has taken its orders up. */
  readonly inBatch: boolean;
}

export type ReviewRefusal =
  | "case_claimed"
  | "case_moved_on"
  | "case_ended"
  | "case_not_decided"
  | "undo_too_late"
  | "not_your_decision";

/** A claim runs out by itself: nobody's coffee break may block a case whose clock runs. */
export const CLAIM_MS = 15 * 60_000;
/** A decision can be taken back this long, unless a batch has taken it up. */
export const UNDO_MS = 15 * 60_000;

function claimedByOther(one: ReviewCase, who: string, nowMs: number): boolean {
  return one.claimedBy !== null && one.claimedBy !== who && (one.claimedUntilMs ?? 0) > nowMs;
}

/** What a reviewer may do with a case, one line a command. */
export const caseCan = {
  beClaimed(one: ReviewCase, who: string, nowMs: number): Result<number, ReviewRefusal> {
    if (one.state !== "open") return refused("case_ended");
    if (claimedByOther(one, who, nowMs)) return refused("case_claimed");
    return accepted(nowMs + CLAIM_MS);
  },

  beDecided(
    one: ReviewCase,
    by: { who: string; seenVersion: number },
    nowMs: number,
  ): Result<"decided", ReviewRefusal> {
    if (one.state !== "open") return refused("case_ended");
    if (one.version !== by.seenVersion) return refused("case_moved_on");
    if (claimedByOther(one, by.who, nowMs)) return refused("case_claimed");
    return accepted("decided");
  },

  beUndone(one: ReviewCase, who: string, nowMs: number): Result<"open", ReviewRefusal> {
    if (one.state === "closed") return refused("case_ended");
    if (one.state === "open") return refused("case_not_decided");
    if (one.decidedBy !== who) return refused("not_your_decision");
    if (one.inBatch || nowMs > (one.decidedAtMs ?? 0) + UNDO_MS) return refused("undo_too_late");
    return accepted("open");
  },
};
