import { describe, expect, it } from "vitest";
import {
  ownStatus,
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
};
const decided = (change: Partial<OwnDecision> = {}): OwnDecision => ({
  state: "in_force",
  orderStateBefore: "paid",
  decidedAtMs: 10,
  appeal: null,
  owed: null,
  ...change,
});
const cancelled = { state: "cancelled", cancelReason: "by_decision" } as const;
const whats = (facts: OwnOrderFacts) => ownTimeline(facts).map(({ what }) => what);

describe("an order as its buyer reads it", () => {
  it.each([
    ["paid", bought],
    ["unpaid", { ...bought, state: "cancelled", cancelReason: "unpaid" }],
    ["by_decision", { ...bought, ...cancelled, decisions: [decided()] }],
    ["by_decision", { ...bought, ...cancelled, decisions: [decided({ state: "final" })] }],
    ["owed", { ...bought, ...cancelled, decisions: [decided({ state: "overturned" })] }],
    // The unit came back: it is hers as it was before, and says nothing else.
    ["paid", { ...bought, decisions: [decided({ state: "overturned" })] }],
    ["delivered", { ...bought, said: ["preparing", "handed_over", "delivered"] }],
    ["paid", { ...bought, said: ["under_review", "preparing"] }],
    // A courier's report from before the decision does not hold after it.
    ["by_decision", { ...bought, ...cancelled, said: ["handed_over"], decisions: [decided()] }],
  ] as const)("%s", (status, { said, ...facts }) => {
    const heard = said.map((one, index) => ({ status: one, atMs: 5 + index }));
    expect(ownStatus({ ...bought, ...facts, said: heard } as OwnOrderFacts)).toBe(status);
  });

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

  it("what did not happen is not told", () => {
    expect(whats({ ...bought, state: "awaiting_payment", settledAtMs: null })).toEqual([
      ...["entered", "offered", "ordered"],
    ]);
    const pending = { state: "pending", filedAtMs: 11, decidedAtMs: null } as const;
    const facts = { ...bought, ...cancelled, decisions: [decided({ appeal: pending })] };
    expect(whats(facts).at(-1)).toBe("appealed");
  });
});
