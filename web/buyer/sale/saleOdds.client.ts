/* The odds shown to a buyer, from the public board alone. */

import { fill, localeOf } from "../../../src/base/language.ts";
import type { Board } from "../../../src/sale/board.ts";
import { leftOf, type Left } from "../../../src/sale/left.ts";
import { pageData } from "../../ui/dom.client.ts";
import type { OwnStatus } from "./ownStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts, language } = pageData<SalePageClientData>();

/** The board's stock lines of her wishes; null without a board or an entry. */
export function wishedLines(board: Board | null, { entry }: OwnStatus): Board["stock"] | null {
  if (!board || !entry) return null;
  return board.stock.filter(
    (line) => line.channel === entry.channel && entry.preferences.includes(line.sku),
  );
}

/** The rest of her wishes; null without a board or an entry. */
export function wishedStock(board: Board | null, own: OwnStatus): Left | null {
  const stock = wishedLines(board, own);
  return stock && leftOf({ stock });
}

/** Everybody in line against all units. Rough, and honest before her own place is known. */
export function oddsText(board: Board | null): string | null {
  if (!board || board.sealedEntryCount === 0) return null;
  const units = leftOf(board).allottedUnits;
  const ratio = board.sealedEntryCount / Math.max(1, units);
  const number = new Intl.NumberFormat(localeOf(language), {
    maximumFractionDigits: ratio < 3 ? 1 : 0,
  });
  if (ratio <= 1) return texts.newcomer.enough;
  return fill(texts.oneIn, {
    ratio: number.format(ratio),
    people: number.format(board.sealedEntryCount),
    units: number.format(units),
  });
}

/** The chance that a unit still comes to her place; null if there is nothing to say. */
export function chanceText(share: number | null): string | null {
  if (share === null) return null;
  const percent = new Intl.NumberFormat(localeOf(language), { style: "percent" });
  return share > 0 ? fill(texts.odds, { p: percent.format(share) }) : texts.oddsZero;
}
