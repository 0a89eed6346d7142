import { describe, expect, it } from "vitest";
import {
  ownTimeline,
  type OwnDecision,
  type OwnOrderFacts,
} from "../../../src/cases/account/ownOrder.ts";

const bought: OwnOrderFacts = {
  state: "paid",
  cancelReason: null,
  enteredAtMs: 1,
  offeredAtMs: 2,
  placedAtMs: 3,
  settledAtMs: 4,
  said: [],
  decisions: [],
  paidBackAtMs: null,
};
const decided = (change: Partial<OwnDecision> = {}): OwnDecision => ({
  state: "in_force",
  orderStateBefore: "paid",
  decidedAtMs: 10,
  letGo: null,
  appeal: null,
  owed: null,
  ...change,
});
const cancelled = { state: "cancelled", cancelReason: "by_decision" } as const;
const whats = (facts: OwnOrderFacts) => ownTimeline(facts).map(({ what }) => what);

describe("an order as its buyer reads it", () => {
  it("the timeline tells all of it, in order, and what was paid before a decision stays paid", () => {
    const appeal = { state: "upheld", filedAtMs: 11, decidedAtMs: 12 } as const;
    const owed = { grantedAtMs: 13, servedAtMs: 20 };
    const facts: OwnOrderFacts = {
      ...bought,
      ...cancelled,
      said: [
        { status: "under_review", atMs: 9 },
        { status: "preparing", atMs: 5 },
      ],
      decisions: [decided({ state: "overturned", appeal, owed })],
    };
    expect(whats(facts)).toEqual([
      ...["entered", "offered", "ordered", "paid", "preparing"],
      ...["decided", "appealed", "upheld", "owed", "served"],
    ]);
  });

  it("the end of the keeping, and the money that went back, stand in it", () => {
    const letGo = { by: "buyer", atMs: 11 } as const;
    const facts = { ...bought, ...cancelled, decisions: [decided({ letGo })], paidBackAtMs: 12 };
    expect(whats(facts).slice(4)).toEqual(["decided", "money_asked", "refunded"]);
    const byTime = decided({ letGo: { by: "ship_by", atMs: 11 } });
    expect(whats({ ...facts, decisions: [byTime] })).toContain("unit_let_go");
    // Said once where the refund is how the order ended.
    const refunded = { ...bought, state: "cancelled", cancelReason: "refunded" } as const;
    expect(whats({ ...refunded, paidBackAtMs: 4 }).filter((what) => what === "refunded")).toEqual([
      "refunded",
    ]);
  });

  it("what did not happen is not told", () => {
    expect(whats({ ...bought, state: "awaiting_payment", settledAtMs: null })).toEqual([
      ...["entered", "offered", "ordered"],
    ]);
    const pending = { state: "pending", filedAtMs: 11, decidedAtMs: null } as const;
    const facts = { ...bought, ...cancelled, decisions: [decided({ appeal: pending })] };
    expect(whats(facts).at(-1)).toBe("appealed");
  });
});
