import { describe, expect, it } from "vitest";
import type { Board } from "../../../src/sale/board.ts";
import { leftOf, newcomerOdds } from "../../../src/sale/left.ts";

type Line = Board["stock"][number];

const line = (channel: string, sku: string, units: Partial<Line>): Line => ({
  channel,
  sku,
  allotted: 10,
  free: 0,
  offered: 0,
  ordered: 0,
  sold: 0,
  held: 0,
  returned: 0,
  offeredThroughPlaceNo: 0,
  makeGood: 0,
  ...units,
});

const board = (sealedEntryCount: number, ...stock: Line[]) => ({
  saleState: "live" as const,
  phase: "open" as const,
  sealedEntryCount,
  stock,
});

describe("the rest of a round", () => {
  it("is counted over everything, a channel, or a variant on it", () => {
    const shown = {
      stock: [
        line("mi", "A", { free: 3, offered: 2, sold: 5 }),
        line("mi", "B", { ordered: 1, sold: 9 }),
        line("own", "A", { free: 4, held: 6 }),
      ],
    };
    expect(leftOf(shown)).toEqual({ allottedUnits: 30, freeUnits: 7, undecidedUnits: 3 });
    expect(leftOf(shown, { channel: "mi" }).freeUnits).toBe(3);
    expect(leftOf(shown, { channel: "mi", sku: "B" })).toEqual({
      allottedUnits: 10,
      freeUnits: 0,
      undecidedUnits: 1,
    });
    expect(leftOf(shown, { channel: "none" }).allottedUnits).toBe(0);
  });

  it("gives a newcomer no hope that the board does not", () => {
    const odds = (people: number, units: Partial<Line>) =>
      newcomerOdds(board(people, line("mi", "A", units)));
    expect(odds(0, { free: 10 })?.outlook).toBe("unknown");
    // Ten people were offered seven units: at most three of them wait.
    expect(odds(10, { free: 3, offered: 7 })).toEqual({
      outlook: "behind",
      peopleCount: 3,
      unitsCount: 3,
    });
    expect(odds(9, { free: 3, offered: 7 })?.outlook).toBe("enough");
    expect(odds(605, { offered: 2, ordered: 1, sold: 7 })).toEqual({
      outlook: "back",
      peopleCount: 595,
      unitsCount: 3,
    });
    // A unit that is kept for a dispute, or went back to the seller, is nobody's hope.
    expect(odds(605, { sold: 8, held: 1, returned: 1 })?.outlook).toBe("gone");
  });

  it("says nothing while nobody can join", () => {
    const open = board(5, line("mi", "A", { sold: 10 }));
    expect(newcomerOdds(open)).not.toBe(null);
    expect(newcomerOdds({ ...open, phase: "lobby" })).not.toBe(null);
    expect(newcomerOdds({ ...open, saleState: "paused" })).not.toBe(null);
    for (const phase of ["upcoming", "over"] as const)
      expect(newcomerOdds({ ...open, phase })).toBe(null);
    for (const saleState of ["draft", "closed"] as const)
      expect(newcomerOdds({ ...open, saleState })).toBe(null);
    expect(newcomerOdds(board(5))).toBe(null);
  });
});
