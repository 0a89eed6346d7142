/*
 * Which statuses of an order can be true, judged by our own records. It prevents the incident's
 * false "delivery failed" for parcels that never left: such a status needs a courier's handover
 * reference.
 */

import { accepted, refused, type Result } from "../../base/result.ts";
import type { DecisionState } from "./decisionState.ts";

/** Statuses that a channel, a courier or a help desk may report. */
export const ORDER_STATUSES = [
  "preparing",
  "handed_over",
  "delivered",
  "delivery_failed",
  "cancelled_by_seller",
  "cancelled_by_buyer",
  "under_review",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export type StatusRefusal =
  | "status_needs_handover"
  | "status_needs_decision"
  | "status_contradicts_decision"
  | "status_contradicts_review"
  | "status_needs_buyer";

/** Our own records about an order. */
export interface OrderTruth {
  readonly decision: "none" | DecisionState;
  readonly inOpenCase: boolean;
  readonly cancelledByBuyer: boolean;
  /** The courier's handover reference, from this status or an earlier one. */
  readonly handoverReference: string | null;
}

/** Whether a status can be true. */
export function statusCan(truth: OrderTruth, status: OrderStatus): Result<null, StatusRefusal> {
  const cancelled = truth.decision === "in_force" || truth.decision === "final";
  switch (status) {
    case "delivery_failed":
    case "delivered":
    case "handed_over":
      if (truth.handoverReference === null) return refused("status_needs_handover");
      return cancelled && status !== "delivery_failed"
        ? refused("status_contradicts_decision")
        : accepted(null);
    case "cancelled_by_seller":
      return cancelled ? accepted(null) : refused("status_needs_decision");
    case "cancelled_by_buyer":
      return truth.cancelledByBuyer ? accepted(null) : refused("status_needs_buyer");
    case "under_review":
      return truth.inOpenCase || truth.decision === "in_force"
        ? accepted(null)
        : refused("status_needs_decision");
    case "preparing":
      if (cancelled) return refused("status_contradicts_decision");
      return truth.inOpenCase ? refused("status_contradicts_review") : accepted(null);
  }
}
