import { expect, it } from "vitest";
import { caseCan, type ReviewCase } from "../../../src/cases/review/review.ts";

const QUARTER_MS = 900_000;
const RELEASED: ReviewCase = {
  state: "closed",
  version: 2,
  claimedBy: null,
  claimedUntilMs: null,
  decidedBy: "ani",
  decidedAtMs: 1_000,
  inBatch: false,
  reportedSince: false,
};

it("a case that was let stand is taken back in time, unless an order of it was reported on", () => {
  const why = (change: Partial<ReviewCase>, nowMs = 1_000) => {
    const undone = caseCan.beUndone({ ...RELEASED, ...change }, "ani", nowMs);
    return undone.ok ? undone.value : undone.why;
  };
  expect(why({}, 1_000 + QUARTER_MS)).toBe("open");
  expect(why({}, 1_001 + QUARTER_MS)).toBe("undo_too_late");
  expect(why({ reportedSince: true })).toBe("undo_too_late");
  expect(why({ inBatch: true })).toBe("case_ended");
  expect(why({ decidedBy: "budi" })).toBe("not_your_decision");
  expect(why({ state: "open" })).toBe("case_not_decided");
});
