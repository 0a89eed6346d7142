/*
 * The deadline of a channel that cancels late orders by itself. Some marketplaces have no way to hold an order, and
 * count such a cancellation against the seller; so a dispute there ends in time, one way or the other.
 */

const HOUR_MS = 3_600_000;

/** An order is cancelled by a decision no later than this before the deadline; afterwards it is let stand. */
const DECIDED_BEFORE_MS = 12 * HOUR_MS;
/** Without an appeal the unit is kept until then; the cancellation reaches the channel in time. */
export const KEPT_BEFORE_MS = 6 * HOUR_MS;
/** An appeal without an answer by then ends as the policy says. */
export const ANSWERED_BEFORE_MS = 2 * HOUR_MS;

/**
 * The end of an appeal that is open when the deadline is near: the order goes out, or it is
 * cancelled and a unit is owed.
 */
export type AtShipBy = "release" | "cancel_and_owe";

/** The deadlines of a dispute, in ms since 1970 UTC. */
export interface DisputeClock {
  readonly appealUntilMs: number;
  /** Null: the channel has no deadline. */
  readonly shipByMs: number | null;
  /** When an open appeal is due; null where there is none. */
  readonly appealDueMs: number | null;
}

/** Until when a disputed unit is kept at the latest, in ms. */
export function keptUntilMs({ appealUntilMs, shipByMs, appealDueMs }: DisputeClock): number {
  if (appealDueMs !== null) {
    return shipByMs === null ? appealDueMs : Math.min(appealDueMs, shipByMs - ANSWERED_BEFORE_MS);
  }
  return shipByMs === null ? appealUntilMs : Math.min(appealUntilMs, shipByMs - KEPT_BEFORE_MS);
}

/** A moment beside a channel's deadline. */
interface ShipByClock {
  /** Null: the channel has none. */
  readonly shipByMs: number | null;
  readonly nowMs: number;
}

/** Whether it is too late to cancel an order by a decision. */
export function isTooLate({ shipByMs, nowMs }: ShipByClock): boolean {
  return shipByMs !== null && nowMs > shipByMs - DECIDED_BEFORE_MS;
}

/**
 * The same for all orders of a channel that cancels by itself `shipAfterMs` after the order: those
 * that were placed before this moment, in ms, are too late to decide.
 */
export function tooLatePlacedBeforeMs(channel: {
  readonly shipAfterMs: number;
  readonly nowMs: number;
}): number {
  return channel.nowMs - channel.shipAfterMs + DECIDED_BEFORE_MS;
}

/**
 * The fate of an order that a batch would cancel: it stands, because the deadline is too near; the
 * deadline may end its dispute; or the dispute has the policy's whole time.
 */
export type DeadlineBranch = "let_stand" | "at_deadline" | "whole_time";

/** The branch of an order that is decided at `decidedAtMs`; times in ms. */
export function deadlineBranch(
  { shipByMs, decidedAtMs }: { readonly shipByMs: number; readonly decidedAtMs: number },
  policy: { readonly fileHours: number; readonly decideHours: number },
): DeadlineBranch {
  if (isTooLate({ shipByMs, nowMs: decidedAtMs })) return "let_stand";
  const appealUntilMs = decidedAtMs + policy.fileHours * HOUR_MS;
  const answeredMs = appealUntilMs + policy.decideHours * HOUR_MS;
  const whole =
    appealUntilMs <= shipByMs - KEPT_BEFORE_MS && answeredMs <= shipByMs - ANSWERED_BEFORE_MS;
  return whole ? "whole_time" : "at_deadline";
}
