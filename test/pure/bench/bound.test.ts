import { describe, expect, it } from "vitest";
import { brokenSplits, madeEvent } from "../../../bench/bound.ts";

/* A small part of `npm run slow:bound`: the function behind the command, on made-up orders with their truth. */

describe("the bound of decided orders", () => {
  it("is broken in at most 5 % of the splits, where a threshold without one breaks more", () => {
    const { decided, ...event } = madeEvent(6_000, 0.6);
    const [, one, two] = brokenSplits(event, decided, { splits: 40, seed: 5 });
    for (const { alpha, broken, splits } of [one!, two!])
      expect(broken / splits, `at ${alpha}`).toBeLessThanOrEqual(0.05);
    // It does certify; and the control, a share read off the decided half, breaks its promise.
    expect(two!.certified).toBeGreaterThan(0);
    expect(Math.max(one!.pointBroken, two!.pointBroken) / 40).toBeGreaterThan(0.05);
  });
});
