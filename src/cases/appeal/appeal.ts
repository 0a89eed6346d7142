import { accepted, refused, type Result } from "../../base/result.ts";
import { weakOrSingle, type RecordedReason } from "../decision/decisionRecord.ts";
import type { DecisionState } from "../decision/decisionState.ts";

export type AppealState = "pending" | "upheld" | "rejected";

export type AppealRefusal =
  | "appeal_exists"
  | "appeal_too_late"
  | "appeal_ended"
  | "appeal_own_decision"
  | "answer_needed";

const HOUR_MS = 3_600_000;
/** An appeal must be decided this long before units are set aside, or it cannot help in that round. */
const BEFORE_CARVE_OUT_MS = HOUR_MS;
/** However soon the next round is, a person needs this long to read. */
const LEAST_DECIDE_MS = HOUR_MS;

/**
 * When an appeal is due: the policy's hours after it was filed, or earlier, in time for the next round
 * that is still to be set up. Indonesia's incident left 40 h 20 min to the first make-up round.
 */
export function appealDueMs(
  filedAtMs: number,
  decideHours: number,
  nextLobbyAtMs: number | null,
): number {
  const byPolicy = filedAtMs + decideHours * HOUR_MS;
  if (nextLobbyAtMs === null) return byPolicy;
  const inTime = nextLobbyAtMs - BEFORE_CARVE_OUT_MS;
  // Too late for that round anyway: the policy's own clock decides.
  return inTime < filedAtMs + LEAST_DECIDE_MS ? byPolicy : Math.min(byPolicy, inTime);
}

/** A reminder goes to the desk when three quarters of the time are gone. */
export function reminderAtMs(filedAtMs: number, dueAtMs: number): number {
  return filedAtMs + (dueAtMs - filedAtMs) * 0.75;
}

export const appealCan = {
  beFiled(
    decision: { readonly state: DecisionState; readonly appealUntilMs: number },
    hasAppeal: boolean,
    nowMs: number,
  ): Result<"pending", AppealRefusal> {
    if (hasAppeal) return refused("appeal_exists");
    if (decision.state !== "in_force") return refused("appeal_ended");
    return nowMs > decision.appealUntilMs ? refused("appeal_too_late") : accepted("pending");
  },

  /** A reasoned answer by somebody who had no part in what is appealed against. */
  beDecided(
    appeal: { readonly state: AppealState },
    by: { readonly who: string; readonly answer: string },
    decidedBy: readonly string[],
  ): Result<null, AppealRefusal> {
    if (appeal.state !== "pending") return refused("appeal_ended");
    if (decidedBy.includes(by.who)) return refused("appeal_own_decision");
    return by.answer.trim().length < 20 ? refused("answer_needed") : accepted(null);
  },
};

/**
 * What a missed clock means. Where the evidence was weak, or all of one kind, silence speaks for the buyer;
 * where it was strong the appeal stays open, overdue for everybody to see, and the unit stays held.
 */
export function outcomeWhenDue(reasons: readonly RecordedReason[]): "upheld" | "overdue" {
  return weakOrSingle(reasons) ? "upheld" : "overdue";
}
