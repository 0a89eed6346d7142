/* The sale's state in words, shared by the page and its script. */

import type { Board } from "../../../src/sale/board.ts";
import type { SaleTexts } from "./words.ts";

/** A word or two. */
export function statusText(
  texts: Pick<SaleTexts, "live" | "pausedNow" | "closed">,
  board: Pick<Board, "saleState" | "phase">,
): string {
  if (board.saleState === "paused") return texts.pausedNow;
  if (board.saleState === "closed") return texts.closed;
  return texts.live[board.phase];
}
