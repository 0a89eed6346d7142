/* The timeline of an order: everything that happened to it, as its buyer reads it. */

import type { CancelReason, OrderState } from "../../sale/order.ts";
import type { AppealState } from "../appeal/appeal.ts";
import { isCourierWord, type CourierWord, type OrderStatus } from "../../sale/standing/standing.ts";
import type { DecisionState } from "../decision/decisionState.ts";

export type OwnEventKind =
  | "paid"
  | "cod_confirmed"
  | Exclude<CancelReason, "by_decision">
  | CourierWord
  | "entered"
  | "offered"
  | "ordered"
  | "preparing"
  | "decided"
  /** The buyer took her money back. */
  | "money_asked"
  /** The channel's deadline came near, and nobody had appealed. */
  | "unit_let_go"
  | "appealed"
  | "upheld"
  | "rejected"
  | "owed"
  | "served";

export interface OwnEvent {
  readonly what: OwnEventKind;
  readonly atMs: number;
}

export interface OwnDecision {
  readonly state: DecisionState;
  readonly orderStateBefore: OrderState;
  readonly decidedAtMs: number;
  readonly letGo: { readonly by: "buyer" | "ship_by"; readonly atMs: number } | null;
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
  /** When the money went back; null: it did not. */
  readonly paidBackAtMs: number | null;
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
  const settled = settlement(facts);
  add(settled, facts.settledAtMs);
  if (settled !== "refunded") add("refunded", facts.paidBackAtMs);
  for (const { status, atMs } of facts.said) {
    // The others only repeat our own records.
    if (status === "preparing" || isCourierWord(status)) add(status, atMs);
  }
  for (const { decidedAtMs, letGo, appeal, owed } of facts.decisions) {
    add("decided", decidedAtMs);
    add("appealed", appeal?.filedAtMs ?? null);
    if (letGo) add(letGo.by === "buyer" ? "money_asked" : "unit_let_go", letGo.atMs);
    if (appeal && appeal.state !== "pending") add(appeal.state, appeal.decidedAtMs);
    add("owed", owed?.grantedAtMs ?? null);
    add("served", owed?.servedAtMs ?? null);
  }
  return events.sort((a, b) => a.atMs - b.atMs);
}
