/*
 * Which statuses of an order can be true, judged by how the order stands. It prevents the
 * incident's false "delivery failed" for parcels that never left: such a status needs a courier's
 * handover reference.
 */

import { accepted, refused, type Result } from "../../base/result.ts";
import {
  isCourierWord,
  isDecided,
  AUDIENCES,
  type OrderStatus,
  type StandingCode,
} from "../../sale/standing/standing.ts";

export type StatusRefusal =
  | "status_needs_handover"
  | "status_needs_decision"
  | "status_contradicts_decision"
  | "status_contradicts_review"
  | "status_contradicts_order"
  | "status_needs_buyer";

/** How an order stands, and the courier's reference, from this report or an earlier one. */
export interface OrderTruth {
  readonly code: StandingCode;
  readonly handoverReference: string | null;
}

/** Whether a status can be true. */
export function statusCan(
  { code, handoverReference }: OrderTruth,
  status: OrderStatus,
): Result<null, StatusRefusal> {
  if (isCourierWord(status) && handoverReference === null) return refused("status_needs_handover");
  if (AUDIENCES[code].takes.includes(status)) return accepted(null);
  switch (status) {
    case "cancelled_by_seller":
    case "under_review":
      return refused("status_needs_decision");
    case "cancelled_by_buyer":
      return refused("status_needs_buyer");
    case "preparing":
    case "handed_over":
    case "delivered":
    case "delivery_failed":
      if (isDecided(code)) return refused("status_contradicts_decision");
      return refused(
        code === "under_review" ? "status_contradicts_review" : "status_contradicts_order",
      );
  }
}
