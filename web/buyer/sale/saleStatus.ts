/* The sale's state, the rest of its stock and the odds in words, shared by the page and its script. */

import { fill, localeOf, type Language } from "../../../src/base/language.ts";
import type { Board } from "../../../src/sale/board.ts";
import { leftOf, newcomerOdds } from "../../../src/sale/left.ts";
import type { SaleTexts } from "./words.ts";

type StatusTexts = Pick<
  SaleTexts,
  "live" | "pausedNow" | "closed" | "soldOut" | "soldOutWaitList" | "left" | "newcomer"
>;

type StatusBoard = Pick<Board, "saleState" | "phase" | "stock" | "sealedEntryCount">;

/** The words of a state that stands before the phase; null in any other. */
function warmText(texts: StatusTexts, board: StatusBoard): string | null {
  if (board.saleState === "paused") return texts.pausedNow;
  if (board.saleState === "closed") return texts.closed;
  const outlook = newcomerOdds(board)?.outlook;
  if (outlook === "back") return texts.soldOutWaitList;
  return outlook === "gone" ? texts.soldOut : null;
}

/** A few words, and whether they stand out. */
export function statusOf(
  texts: StatusTexts,
  board: StatusBoard,
): { readonly text: string; readonly warm: boolean } {
  const warm = warmText(texts, board);
  return { text: warm ?? texts.live[board.phase], warm: warm !== null };
}

/** The rest of a channel, of a variant on it, or of everything. */
export function leftText(
  texts: StatusTexts,
  language: Language,
  board: Pick<Board, "stock">,
  where: Parameters<typeof leftOf>[1],
): string {
  const { freeUnits } = leftOf(board, where);
  if (freeUnits === 0) return texts.soldOut;
  return fill(texts.left, { n: new Intl.NumberFormat(localeOf(language)).format(freeUnits) });
}

/** The odds of somebody who joins now; empty while nobody can join. */
export function newcomerText(texts: StatusTexts, language: Language, board: Board): string {
  const odds = newcomerOdds(board);
  if (odds === null) return "";
  const number = new Intl.NumberFormat(localeOf(language));
  return fill(texts.newcomer[odds.outlook], {
    people: number.format(odds.peopleCount),
    units: number.format(odds.unitsCount),
  });
}
