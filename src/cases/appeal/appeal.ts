/*
 * The rules of an appeal. States: pending → upheld or rejected.
 * - A decision can be appealed once, while it is in force and its deadline has not passed.
 * - Nobody answers an appeal against a decision they took part in.
 * - A missed deadline upholds the appeal unless the evidence was strong and of several kinds.
 * The worse mistake is a genuine buyer without a unit, so every doubt about time counts for her.
 */

import { accepted, refused, type Result } from "../../base/result.ts";
import { ANSWERED_BEFORE_MS } from "../../sale/standing/shipBy.ts";
import type { RecordedReason } from "../decision/decisionRecord.ts";
import { decisionCan, type DecisionState } from "../decision/decisionState.ts";

/** `upheld` and `rejected` are final. */
export type AppealState = "pending" | "upheld" | "rejected";

export type AppealRefusal =
  | "appeal_exists"
  | "appeal_too_late"
  | "appeal_ended"
  | "appeal_own_decision"
  | "answer_needed";

const HOUR_MS = 3_600_000;
/**
 * An appeal is decided this long before units are set aside; a later answer cannot help in that
 * round.
 */
const BEFORE_CARVE_OUT_MS = HOUR_MS;
/** The least time a reviewer gets, however soon the next round is. */
const LEAST_DECIDE_MS = HOUR_MS;

/**
 * When an appeal is due, in ms since 1970 UTC: the policy's hours after filing, or earlier, in time
 * for the channel's deadline and the next round that is still to be set up. In Indonesia's incident the first make-up round
 * came after 40 h 20 min.
 */
export function appealDueMs(appeal: {
  readonly filedAtMs: number;
  readonly decideHours: number;
  readonly nextLobbyAtMs: number | null;
  /** When the channel cancels by itself; null where it does not, or the unit is no longer kept. */
  readonly shipByMs: number | null;
}): number {
  const { filedAtMs, decideHours, nextLobbyAtMs, shipByMs } = appeal;
  let dueMs = filedAtMs + decideHours * HOUR_MS;
  if (shipByMs !== null) dueMs = Math.min(dueMs, shipByMs - ANSWERED_BEFORE_MS);
  if (nextLobbyAtMs === null) return dueMs;
  const inTime = nextLobbyAtMs - BEFORE_CARVE_OUT_MS;
  // Too late for that round anyway, so the other deadlines apply.
  return inTime < filedAtMs + LEAST_DECIDE_MS ? dueMs : Math.min(dueMs, inTime);
}

/** When the desk is reminded: at three quarters of the time. */
export function reminderAtMs(appeal: {
  readonly filedAtMs: number;
  readonly dueAtMs: number;
}): number {
  const { filedAtMs, dueAtMs } = appeal;
  return filedAtMs + (dueAtMs - filedAtMs) * 0.75;
}

/** Commands on an appeal, each with its conditions. The console shows its form by the same rules. */
export const appealCan = {
  /** By its state alone; who may not answer, the refusal says. */
  stillBeDecided(appeal: { readonly state: AppealState }): boolean {
    return appeal.state === "pending";
  },

  /** Once for each decision, while it is in force and the deadline has not passed. */
  beFiled(
    decision: { readonly state: DecisionState; readonly appealUntilMs: number },
    hasAppeal: boolean,
    nowMs: number,
  ): Result<"pending", AppealRefusal> {
    if (hasAppeal) return refused("appeal_exists");
    if (!decisionCan.beOverturned(decision).ok) return refused("appeal_ended");
    return nowMs > decision.appealUntilMs ? refused("appeal_too_late") : accepted("pending");
  },

  /** By somebody who took no part in the decision, with an answer of at least 20 characters. */
  beDecided(
    appeal: { readonly state: AppealState },
    by: { readonly who: string; readonly answer: string },
    decidedBy: readonly string[],
  ): Result<null, AppealRefusal> {
    if (!appealCan.stillBeDecided(appeal)) return refused("appeal_ended");
    if (decidedBy.includes(by.who)) return refused("appeal_own_decision");
    return by.answer.trim().length < 20 ? refused("answer_needed") : accepted(null);
  },
};

/**
 * Whether an unanswered appeal is upheld: the strong evidence is of one kind, or there is none. A
 * missed deadline must not cost the buyer her unit then. Weak reasons are not counted: they never
 * carry a decision.
 */
export function weakOrSingle(reasons: readonly RecordedReason[]): boolean {
  const strong = reasons.filter((reason) => reason.grade === "strong");
  return new Set(strong.map((reason) => reason.code)).size < 2;
}

/**
 * The outcome when the deadline passes unanswered. Weak evidence, or evidence of one kind, upholds
 * the appeal. With strong evidence it stays open, publicly overdue, and the unit stays held.
 */
export function outcomeWhenDue(reasons: readonly RecordedReason[]): "upheld" | "overdue" {
  return weakOrSingle(reasons) ? "upheld" : "overdue";
}
