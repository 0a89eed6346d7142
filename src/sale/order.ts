/*
 * Orders as a state machine. The effect of payments on an order: payment/payment.ts.
 */

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

/** The payment of an order: the channel's methods, the chosen one, and the payment service. */
export interface Paying {
  readonly channel: Channel;
  readonly method: PaymentMethod;
  readonly payments: Payments;
}

/** A new state of an order, and the stock movement of the same transaction. */
export interface OrderChange {
  readonly state: OrderState;
  readonly cancelReason?: CancelReason;
  readonly movement?: MovementReason;
  readonly refundDue?: boolean;
}

/** The first state: cash on delivery waits for a code from the phone, other methods for money. */
export function firstState(method: PaymentMethod): OrderState {
  return method === "cod" ? "awaiting_confirmation" : "awaiting_payment";
}

type InState = Pick<Order, "state">;

/** Commands on an order, each with its conditions. Server and pages use the same rules. */
export const orderCan = {
  bePaidBy({ channel, method, payments }: Paying): Result<null, OrderRefusal> {
    if (!channel.paymentMethods.includes(method)) return refused("payment_method_not_offered");
    return canTake(payments, method) ? accepted(null) : refused("payment_not_set_up");
  },

  /** Changing the payment method keeps unit and deadline. */
  changeMethod(order: Order, paying: Paying): Result<null, OrderRefusal> {
    if (!isUnsettled(order.state)) return refused("order_ended");
    if (order.paymentMethod === paying.method) return refused("same_payment_method");
    return orderCan.bePaidBy(paying);
  },

  beCancelledByBuyer(order: InState): Result<OrderChange, OrderRefusal> {
    if (!isUnsettled(order.state)) return refused("order_ended");
    return accepted({
      state: "cancelled",
      cancelReason: "by_buyer",
      movement: "order_cancelled_by_buyer",
    });
  },

  beConfirmed(order: InState): Result<OrderChange, OrderRefusal> {
    if (order.state !== "awaiting_confirmation") return refused("order_ended");
    return accepted({ state: "cod_confirmed", movement: "order_cod_confirmed" });
  },
};

/** Whether the order's unit can still return to the line when time runs out. */
export function isUnsettled(state: OrderState): boolean {
  return state === "awaiting_payment" || state === "awaiting_confirmation";
}

/** A change that returns the order's unit to the line. */
type ReturningChange = OrderChange & {
  readonly cancelReason: CancelReason;
  readonly movement: MovementReason;
};

/** The change of an order that nobody paid or confirmed in time. */
export function changeWhenDue(order: {
  readonly state: "awaiting_confirmation" | "awaiting_payment";
}): ReturningChange {
  return order.state === "awaiting_confirmation"
    ? { state: "cancelled", cancelReason: "unconfirmed", movement: "order_unconfirmed" }
    : { state: "cancelled", cancelReason: "unpaid", movement: "order_unpaid" };
}
