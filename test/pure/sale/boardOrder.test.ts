import { describe, expect, it } from "vitest";
import { isBehind } from "../../../src/sale/board.ts";

describe("boards of several servers", () => {
  const shown = { revisionNo: 50, cameAtMs: 1_000 };

  it("an older one is not shown, the same and newer ones are", () => {
    expect(
      [49, 50, 51].map((revisionNo) => isBehind(shown, { revisionNo, cameAtMs: 2_000 })),
    ).toEqual([true, false, false]);
  });

  it("the first is shown, and one that says no number", () => {
    expect(isBehind(null, { revisionNo: 1, cameAtMs: 0 })).toBe(false);
    expect(isBehind(shown, { revisionNo: Number.NaN, cameAtMs: 2_000 })).toBe(false);
    expect(isBehind({ ...shown, revisionNo: Number.NaN }, { revisionNo: 1, cameAtMs: 2_000 })).toBe(
      false,
    );
  });

  it("a database that went back is believed after a while", () => {
    expect(isBehind(shown, { revisionNo: 1, cameAtMs: 15_999 })).toBe(true);
    expect(isBehind(shown, { revisionNo: 1, cameAtMs: 16_000 })).toBe(false);
  });
});
