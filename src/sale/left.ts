/* The rest of a round, and the odds of a newcomer: from its public board alone. */

import type { Board } from "./board.ts";

/** Units of a board, or of a channel or variant on it. */
export interface Left {
  readonly allottedUnits: number;
  /** Held for nobody: the next in line is offered one. */
  readonly freeUnits: number;
  /** On offer, or ordered and not settled: the only others that can still come to somebody. */
  readonly undecidedUnits: number;
}

/** The units of the lines that fit, all of them by default. */
export function leftOf(
  { stock }: Pick<Board, "stock">,
  where: { readonly channel?: string; readonly sku?: string } = {},
): Left {
  const lines = stock.filter(
    ({ channel, sku }) => channel === (where.channel ?? channel) && sku === (where.sku ?? sku),
  );
  const sum = (of: (line: Board["stock"][number]) => number) =>
    lines.reduce((total, line) => total + of(line), 0);
  return {
    allottedUnits: sum((line) => line.allotted),
    freeUnits: sum((line) => line.free),
    undecidedUnits: sum((line) => line.offered + line.ordered),
  };
}

/**
 * The odds of somebody who joins now:
 * `unknown`: nobody's place is fixed yet, so the number of people is not known.
 * `enough`: more units are free than people wait.
 * `behind`: people wait for the free units already.
 * `back`: nothing is free, but units may come back.
 * `gone`: nothing can come back.
 */
export type Outlook = "unknown" | "enough" | "behind" | "back" | "gone";

export interface NewcomerOdds {
  readonly outlook: Outlook;
  /** People in the line who had no unit, at most: each unit that is not free went to another of them. */
  readonly peopleCount: number;
  /** The units that they and the newcomer can hope for. */
  readonly unitsCount: number;
}

/** The odds of somebody who joins now; null while nobody can join. */
export function newcomerOdds(
  board: Pick<Board, "stock" | "saleState" | "phase" | "sealedEntryCount">,
): NewcomerOdds | null {
  const { saleState, phase, sealedEntryCount } = board;
  if (saleState === "draft" || saleState === "closed") return null;
  if (phase !== "lobby" && phase !== "open") return null;
  const { allottedUnits, freeUnits, undecidedUnits } = leftOf(board);
  if (allottedUnits === 0) return null;
  const peopleCount = Math.max(0, sealedEntryCount - (allottedUnits - freeUnits));
  if (freeUnits === 0) {
    const outlook = undecidedUnits === 0 ? "gone" : "back";
    return { outlook, peopleCount, unitsCount: undecidedUnits };
  }
  const known = freeUnits > peopleCount ? "enough" : "behind";
  const outlook = sealedEntryCount === 0 ? "unknown" : known;
  return { outlook, peopleCount, unitsCount: freeUnits };
}
