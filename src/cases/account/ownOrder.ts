/*
 * How an order looks to its buyer: one status, and a timeline of everything that happened to it.
 * The status must be the same on every page and in every message; it is derived here and nowhere
 * else.
 * Order of precedence: a cancellation (and a unit owed for a wrong one), then the courier's latest
 * word, then the order's own state.
 */

import type { CancelReason, OrderState } from "../../sale/order.ts";
import type { AppealState } from "../appeal/appeal.ts";
import type { OrderStatus } from "../decision/status.ts";
import type { DecisionState } from "../decision/decisionState.ts";

export type OwnStatusCode =
  | Exclude<OrderState, "cancelled">
  | CancelReason
  /** A decision was overturned, and a unit is owed for it. */
  | "owed"
  | Courier;

export type OwnEventKind =
  | Exclude<OwnStatusCode, "awaiting_payment" | "awaiting_confirmation" | "by_decision">
  | "entered"
  | "offered"
  | "ordered"
  | "preparing"
  | "decided"
  | "appealed"
  | "upheld"
  | "rejected"
  | "served";

export interface OwnEvent {
  readonly what: OwnEventKind;
  readonly atMs: number;
}

export interface OwnDecision {
  readonly state: DecisionState;
  readonly orderStateBefore: OrderState;
  readonly decidedAtMs: number;
  readonly appeal: {
    readonly state: AppealState;
    readonly filedAtMs: number;
    readonly decidedAtMs: number | null;
  } | null;
  readonly owed: { readonly grantedAtMs: number; readonly servedAtMs: number | null } | null;
}

/** An order as our own records have it; times in ms since 1970 UTC. */
export interface OwnOrderFacts {
  readonly state: OrderState;
  readonly cancelReason: CancelReason | null;
  /** Null for a unit that was set aside: it has no entry in a line. */
  readonly enteredAtMs: number | null;
  readonly offeredAtMs: number | null;
  readonly placedAtMs: number;
  readonly settledAtMs: number | null;
  /** Reports of channel and courier, oldest first. */
  readonly said: readonly { readonly status: OrderStatus; readonly atMs: number }[];
  /** Oldest first. */
  readonly decisions: readonly OwnDecision[];
}

/** Courier reports that a buyer is shown. The others only repeat our own records. */
const COURIER = ["handed_over", "delivered", "delivery_failed"] as const;
type Courier = (typeof COURIER)[number];
const isCourier = (status: OrderStatus): status is Courier =>
  (COURIER as readonly string[]).includes(status);

/** The one status of an order. */
export function ownStatus(facts: OwnOrderFacts): OwnStatusCode {
  if (facts.state === "cancelled") {
    if (facts.cancelReason !== "by_decision") return facts.cancelReason ?? "by_buyer";
    return facts.decisions.at(-1)?.state === "overturned" ? "owed" : "by_decision";
  }
  const courier = facts.said.map(({ status }) => status).findLast(isCourier);
  return courier ?? facts.state;
}

/** How an order was settled before any decision; null while it is unsettled. */
function settlement(facts: OwnOrderFacts): OwnEventKind | null {
  const first = facts.decisions[0];
  const state = first ? first.orderStateBefore : facts.state;
  if (state === "paid" || state === "cod_confirmed") return state;
  const { cancelReason } = facts;
  return state === "cancelled" && cancelReason !== "by_decision" ? cancelReason : null;
}

/** Everything that happened to an order, oldest first. */
export function ownTimeline(facts: OwnOrderFacts): OwnEvent[] {
  const events: OwnEvent[] = [];
  const add = (what: OwnEventKind | null, atMs: number | null) => {
    if (what !== null && atMs !== null) events.push({ what, atMs });
  };
  add("entered", facts.enteredAtMs);
  add("offered", facts.offeredAtMs);
  add("ordered", facts.placedAtMs);
  add(settlement(facts), facts.settledAtMs);
  for (const { status, atMs } of facts.said) {
    if (status === "preparing" || isCourier(status)) add(status, atMs);
  }
  for (const { decidedAtMs, appeal, owed } of facts.decisions) {
    add("decided", decidedAtMs);
    if (appeal) {
      add("appealed", appeal.filedAtMs);
      add(appeal.state === "pending" ? null : appeal.state, appeal.decidedAtMs);
    }
    add("owed", owed?.grantedAtMs ?? null);
    add("served", owed?.servedAtMs ?? null);
  }
  return events.sort((a, b) => a.atMs - b.atMs);
}
