import { unreachable } from "../base/assert.ts";
import { accepted, refused, type Result } from "../base/result.ts";
import type { Channel, PaymentMethod } from "./definition.ts";
import { canTake, type Payments } from "./payments.ts";
import type { MovementReason } from "./stock.ts";

export type OrderState =
  | "awaiting_confirmation"
  | "awaiting_payment"
  | "paid"
  | "cod_confirmed"
  | "cancelled";

export type CancelReason = "unpaid" | "unconfirmed" | "by_buyer" | "refunded" | "by_decision";

export interface Order {
  readonly state: OrderState;
  readonly paymentMethod: PaymentMethod;
  readonly dueAtMs: number;
}

export type OrderRefusal =
  | "order_ended"
  | "payment_method_not_offered"
  | "payment_not_set_up"
  | "same_payment_method";

/** How something is to be paid: the channel's ways, the one that was chosen, and who takes the money. */
export interface Paying {
  readonly channel: Channel;
  readonly method: PaymentMethod;
  readonly payments: Payments;
}

/** What an order becomes, and the stock movement that goes with it in the same transaction. */
export interface OrderChange {
  readonly state: OrderState;
  readonly cancelReason?: CancelReason;
  readonly movement?: MovementReason;
  readonly refundDue?: boolean;
}

/** The first state of an order: cash on delivery waits for a code from the phone, the rest for money. */
export function firstState(method: PaymentMethod): OrderState {
  return method === "cod" ? "awaiting_confirmation" : "awaiting_payment";
}

export const orderCan = {
  bePaidBy({ channel, method, payments }: Paying): Result<null, OrderRefusal> {
    if (!channel.paymentMethods.includes(method)) return refused("payment_method_not_offered");
    return canTake(payments, method) ? accepted(null) : refused("payment_not_set_up");
  },

  /** Changing the way of paying keeps the unit and the deadline. */
  changeMethod(order: Order, paying: Paying): Result<null, OrderRefusal> {
    if (!isUnsettled(order.state)) return refused("order_ended");
    if (order.paymentMethod === paying.method) return refused("same_payment_method");
    return orderCan.bePaidBy(paying);
  },

  beCancelledByBuyer(order: Order): Result<OrderChange, OrderRefusal> {
    if (!isUnsettled(order.state)) return refused("order_ended");
    return accepted({
      state: "cancelled",
      cancelReason: "by_buyer",
      movement: "order_cancelled_by_buyer",
    });
  },

  beConfirmed(order: Order): Result<OrderChange, OrderRefusal> {
    if (order.state !== "awaiting_confirmation") return refused("order_ended");
    return accepted({ state: "cod_confirmed", movement: "order_cod_confirmed" });
  },
};

/** Whether the order's unit can still go back to the line when time runs out. */
export function isUnsettled(state: OrderState): boolean {
  return state === "awaiting_payment" || state === "awaiting_confirmation";
}

/** A change that gives the order's unit back to the line. */
type ReturningChange = OrderChange & {
  readonly cancelReason: CancelReason;
  readonly movement: MovementReason;
};

/** What time does to an order that nobody paid or confirmed. */
export function changeWhenDue(order: {
  readonly state: "awaiting_confirmation" | "awaiting_payment";
}): ReturningChange {
  return order.state === "awaiting_confirmation"
    ? { state: "cancelled", cancelReason: "unconfirmed", movement: "order_unconfirmed" }
    : { state: "cancelled", cancelReason: "unpaid", movement: "order_unpaid" };
}

/** What a payment service reports. */
export type PaymentEventKind = "pending" | "paid" | "failed" | "refunded";

export type PaymentOutcome =
  /** The order moves on. */
  | "applied"
  /** Nothing to do: it says what is already so, or it was overtaken by a later event. */
  | "ignored"
  /** Money came for a unit that already went back to the line: it must be paid back. */
  | "refund_due";

export interface PaymentDecision {
  readonly outcome: PaymentOutcome;
  readonly change?: OrderChange;
}

/**
 * Events arrive late, twice and in any order, so the decision looks only at the order's state and
 * the kind of event: `paid` wins over whatever else comes, and nothing undoes it but `refunded`.
 */
export function decidePayment(order: Order, kind: PaymentEventKind): PaymentDecision {
  switch (kind) {
    case "pending":
    case "failed":
      // A failed attempt keeps the unit: the buyer may try again until the deadline.
      return { outcome: "ignored" };
    case "paid":
      if (isUnsettled(order.state)) {
        return { outcome: "applied", change: { state: "paid", movement: "order_paid" } };
      }
      if (order.state === "cancelled" || order.state === "cod_confirmed") {
        return { outcome: "refund_due", change: { state: order.state, refundDue: true } };
      }
      return { outcome: "ignored" };
    case "refunded":
      if (order.state === "paid") {
        const change: OrderChange = {
          state: "cancelled",
          cancelReason: "refunded",
          movement: "order_refunded",
        };
        return { outcome: "applied", change };
      }
      if (order.state === "cancelled") {
        return { outcome: "applied", change: { state: "cancelled", refundDue: false } };
      }
      if (order.state === "cod_confirmed") {
        // Money that came for an order that is paid on delivery went back; the order stands.
        return { outcome: "applied", change: { state: "cod_confirmed", refundDue: false } };
      }
      return { outcome: "ignored" };
    default:
      return unreachable(kind);
  }
}
