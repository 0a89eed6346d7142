/*
 * How an order stands: one function of our own records; nothing of it is stored. The buyer's pages
 * and letters, help desk, courier, channel, exports and the check of reported statuses all read it.
 * Must never happen: two of them say what cannot both be true. A parcel that is sent although its
 * order is disputed is the worse mistake, so a doubt never says "ship".
 */

import { unreachable } from "../../base/assert.ts";
import type { PaymentMethod } from "../definition.ts";
import type { CancelReason, OrderState } from "../order.ts";
import { keptUntilMs, type AtShipBy } from "./shipBy.ts";

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

/** Reports about the parcel itself; each needs a courier's reference. */
const COURIER_WORDS = ["handed_over", "delivered", "delivery_failed"] as const;
export type CourierWord = (typeof COURIER_WORDS)[number];
export const isCourierWord = (status: OrderStatus): status is CourierWord =>
  (COURIER_WORDS as readonly string[]).includes(status);

/** Each order has one of these, the same wherever it is said. */
export const STANDING_CODES = [
  "awaiting_payment",
  "awaiting_confirmation",
  "paid",
  "cod_confirmed",
  /** Bought, and looked at together with others before it is sent. */
  "under_review",
  ...COURIER_WORDS,
  "unpaid",
  "unconfirmed",
  "by_buyer",
  "refunded",
  /** Cancelled by a decision; the unit is kept for the dispute. */
  "by_decision",
  /** The dispute goes on, and the unit is no longer kept. */
  "let_go",
  /** The decision stands, and the dispute is over. */
  "final",
  /** The decision was wrong, and a unit is owed. */
  "owed",
  "served",
  /** The unit that was owed ran out, or was given up. */
  "right_ended",
] as const;
export type StandingCode = (typeof STANDING_CODES)[number];

/** The newest decision about an order; times in ms since 1970 UTC. */
export interface DecisionFacts {
  readonly state: "in_force" | "overturned" | "final";
  readonly stateBefore: OrderState;
  readonly appealUntilMs: number;
  readonly endedAtMs: number | null;
  /** Null: the channel has no deadline. */
  readonly shipByMs: number | null;
  readonly letGo: { readonly by: "buyer" | "ship_by"; readonly atMs: number } | null;
}

/** All payments of an order together, in minor units of its currency; times in ms. */
export interface PaymentFacts {
  /** It pays for the order. */
  readonly keptMinorUnits: number;
  /** It must still go back. */
  readonly dueMinorUnits: number;
  /** When the newest of the payments came that must go back. */
  readonly dueSinceMs: number | null;
  /** The payment service says that so much went back. */
  readonly returnedMinorUnits: number;
  /** The newest of these reports. */
  readonly returnedAtMs: number | null;
}

/** Everything that an order's standing follows from. */
export interface StandingFacts {
  readonly state: OrderState;
  readonly cancelReason: CancelReason | null;
  readonly paymentMethod: PaymentMethod;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly unitHeld: boolean;
  readonly payments: PaymentFacts;
  /** Days that a refund may take, by the policy. */
  readonly refundDays: number;
  readonly atShipBy: AtShipBy;
  /** Also an order that waits for a person because of others to its recipient and place. */
  readonly inOpenCase: boolean;
  readonly decision: DecisionFacts | null;
  readonly appeal: {
    readonly state: "pending" | "upheld" | "rejected";
    readonly byDefault: boolean;
    readonly dueAtMs: number;
  } | null;
  readonly owed: "standing" | "reserved" | "served" | "expired" | "waived" | null;
  /** The courier's latest word. */
  readonly courier: CourierWord | null;
  /** The courier's reference, from whichever report. */
  readonly handoverReference: string | null;
}

/** Days that a refund may take where the policy does not say. */
export const REFUND_DAYS = 7;

/** No payment that anything follows from. */
const NO_PAYMENTS: PaymentFacts = {
  keptMinorUnits: 0,
  dueMinorUnits: 0,
  dueSinceMs: null,
  returnedMinorUnits: 0,
  returnedAtMs: null,
};

/** The facts of an order that no decision, case or courier has touched. */
export const UNDISPUTED = {
  payments: NO_PAYMENTS,
  refundDays: REFUND_DAYS,
  atShipBy: "release",
  inOpenCase: false,
  decision: null,
  appeal: null,
  owed: null,
  courier: null,
  handoverReference: null,
} as const satisfies Partial<StandingFacts>;

/** How much went or goes back, where to, and when. */
export interface OrderMoney {
  /**
   * `none`: nothing was paid for the cancelled order. `kept`: while the dispute is open, as the
   * order may come back. `due`: on its way. `back`: the payment service says so. `beside`: on its
   * way, and no money of the order: a second payment, or more than the price.
   */
  readonly kind: "none" | "kept" | "due" | "back" | "beside";
  readonly minorUnits: number;
  readonly currency: string;
  /** It goes back the way that it came. */
  readonly paymentMethod: PaymentMethod;
  /** When it is back at the latest, or was; null where there is none. */
  readonly atMs: number | null;
}

export interface Standing {
  readonly code: StandingCode;
  /** A decision about it was wrong, and the order stands again. */
  readonly restored: boolean;
  /** Restored or owed because the answer did not come in time. */
  readonly byTime: boolean;
  /** Someone may still answer for it: the decision is in force. */
  readonly disputed: boolean;
  readonly appealPending: boolean;
  /** Until when the unit is kept at the latest; null where none is kept. */
  readonly keptUntilMs: number | null;
  /** The end of an appeal that is open then; null where no deadline of a channel asks for it. */
  readonly atShipBy: AtShipBy | null;
  /** The one who ended the keeping, where the dispute goes on without the unit. */
  readonly letGoBy: "buyer" | "ship_by" | null;
  /** The order's own money; null: there is nothing to say about it. */
  readonly money: OrderMoney | null;
  /** Money that was paid beside it and goes back. */
  readonly surplus: OrderMoney | null;
}

const DAY_MS = 86_400_000;

/** An order that a decision cancelled. */
function cancelledCode(facts: StandingFacts): StandingCode {
  switch (facts.decision?.state) {
    case "overturned":
      if (facts.owed === "served") return "served";
      return facts.owed === "expired" || facts.owed === "waived" ? "right_ended" : "owed";
    case "final":
      return "final";
    case "in_force":
    case undefined:
      return facts.unitHeld ? "by_decision" : "let_go";
  }
}

function codeOf(facts: StandingFacts): StandingCode {
  const { state, courier } = facts;
  if (state === "cancelled") {
    return facts.cancelReason === "by_decision"
      ? cancelledCode(facts)
      : (facts.cancelReason ?? "by_buyer");
  }
  if (state === "awaiting_payment" || state === "awaiting_confirmation") return state;
  // A parcel that is under way cannot be stopped any more; one that came back can.
  if (courier === "handed_over" || courier === "delivered") return courier;
  // A person has decided already that nothing is wrong with it.
  if (facts.inOpenCase && facts.decision === null) return "under_review";
  return courier ?? state;
}

/** When the dispute about a kept unit is over at the latest. */
function endOfDispute(facts: StandingFacts, decision: DecisionFacts, nowMs: number): number {
  const { appealUntilMs, shipByMs } = decision;
  const appealDueMs = facts.appeal?.state === "pending" ? facts.appeal.dueAtMs : null;
  return Math.max(nowMs, keptUntilMs({ appealUntilMs, shipByMs, appealDueMs }));
}

/** The order's own money, and what was paid beside it. */
function moneyOf(facts: StandingFacts, nowMs: number): Pick<Standing, "money" | "surplus"> {
  const { decision, payments, currency, paymentMethod } = facts;
  const { keptMinorUnits, dueMinorUnits, returnedMinorUnits } = payments;
  const own = { currency, paymentMethod };
  const refundMs = facts.refundDays * DAY_MS;
  const needed = facts.state !== "cancelled" || facts.unitHeld;
  const sinceMs = needed ? null : (decision?.letGo?.atMs ?? decision?.endedAtMs ?? null);
  const dueAtMs = Math.max(sinceMs ?? -Infinity, payments.dueSinceMs ?? -Infinity);
  const due = (kind: "due" | "beside") =>
    dueMinorUnits > 0
      ? {
          ...own,
          kind,
          minorUnits: dueMinorUnits,
          atMs: (Number.isFinite(dueAtMs) ? dueAtMs : nowMs) + refundMs,
        }
      : null;
  const surplus = needed ? due("beside") : null;
  if (facts.state !== "cancelled") return { money: null, surplus };
  if (facts.unitHeld && decision && keptMinorUnits > 0) {
    const atMs = endOfDispute(facts, decision, nowMs) + refundMs;
    return { money: { ...own, kind: "kept", minorUnits: keptMinorUnits, atMs }, surplus };
  }
  if (!needed && dueMinorUnits > 0) return { money: due("due"), surplus };
  if (returnedMinorUnits > 0) {
    const atMs = payments.returnedAtMs ?? nowMs;
    return { money: { ...own, kind: "back", minorUnits: returnedMinorUnits, atMs }, surplus };
  }
  const nothing = facts.cancelReason === "by_decision" && surplus === null;
  return { money: nothing ? { ...own, kind: "none", minorUnits: 0, atMs: null } : null, surplus };
}

/** The standing of an order. Deadlines that have passed are shown as now: the end is near. */
export function standingOf(facts: StandingFacts, nowMs: number): Standing {
  const code = codeOf(facts);
  const { decision } = facts;
  const disputed = code === "by_decision" || code === "let_go";
  const kept = code === "by_decision" && decision !== null;
  const overturned = decision?.state === "overturned";
  return {
    code,
    restored: overturned && facts.state !== "cancelled",
    byTime: overturned && facts.appeal?.byDefault === true,
    disputed,
    appealPending: disputed && facts.appeal?.state === "pending",
    keptUntilMs: kept ? endOfDispute(facts, decision, nowMs) : null,
    atShipBy: kept && decision.shipByMs !== null ? facts.atShipBy : null,
    letGoBy: code === "let_go" ? (decision?.letGo?.by ?? null) : null,
    ...moneyOf(facts, nowMs),
  };
}

/** The order to the courier about the parcel. */
export type ParcelOrder = "ship" | "wait" | "keep" | "carry";

/** For each standing: what the courier does, what a channel shows, which reports can be true. */
export const AUDIENCES: Readonly<
  Record<
    StandingCode,
    {
      readonly parcel: ParcelOrder;
      /** Null: no word of a channel's says it. */
      readonly channel: OrderStatus | null;
      readonly takes: readonly OrderStatus[];
    }
  >
> = {
  awaiting_payment: { parcel: "wait", channel: null, takes: [] },
  awaiting_confirmation: { parcel: "wait", channel: null, takes: [] },
  paid: { parcel: "ship", channel: "preparing", takes: ["preparing", ...COURIER_WORDS] },
  cod_confirmed: { parcel: "ship", channel: "preparing", takes: ["preparing", ...COURIER_WORDS] },
  under_review: { parcel: "wait", channel: "under_review", takes: ["under_review"] },
  handed_over: { parcel: "carry", channel: "handed_over", takes: COURIER_WORDS },
  delivered: { parcel: "carry", channel: "delivered", takes: ["delivered"] },
  delivery_failed: {
    parcel: "ship",
    channel: "delivery_failed",
    takes: ["preparing", ...COURIER_WORDS],
  },
  unpaid: { parcel: "keep", channel: null, takes: [] },
  unconfirmed: { parcel: "keep", channel: null, takes: [] },
  by_buyer: { parcel: "keep", channel: "cancelled_by_buyer", takes: ["cancelled_by_buyer"] },
  refunded: { parcel: "keep", channel: null, takes: [] },
  by_decision: {
    parcel: "keep",
    channel: "under_review",
    takes: ["under_review", "cancelled_by_seller"],
  },
  let_go: { parcel: "keep", channel: "cancelled_by_seller", takes: ["cancelled_by_seller"] },
  final: { parcel: "keep", channel: "cancelled_by_seller", takes: ["cancelled_by_seller"] },
  owed: { parcel: "keep", channel: "cancelled_by_seller", takes: ["cancelled_by_seller"] },
  served: { parcel: "keep", channel: "cancelled_by_seller", takes: ["cancelled_by_seller"] },
  right_ended: { parcel: "keep", channel: "cancelled_by_seller", takes: ["cancelled_by_seller"] },
};

/** Orders that a decision cancelled, whatever became of the dispute. */
export function isDecided(code: StandingCode): boolean {
  switch (code) {
    case "by_decision":
    case "let_go":
    case "final":
    case "owed":
    case "served":
    case "right_ended":
      return true;
    case "awaiting_payment":
    case "awaiting_confirmation":
    case "paid":
    case "cod_confirmed":
    case "under_review":
    case "handed_over":
    case "delivered":
    case "delivery_failed":
    case "unpaid":
    case "unconfirmed":
    case "by_buyer":
    case "refunded":
      return false;
    default:
      return unreachable(code);
  }
}
