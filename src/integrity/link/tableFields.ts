/* The columns of any table as fields that can be compared: texts in one spelling, names that are written in each other's place. */

import { plainLetters } from "../../base/plainLetters.ts";
import { normalEmail } from "../normalise/email.ts";
import { normalName } from "../normalise/name.ts";
import { normalPhone } from "../normalise/phone.ts";
import { ColumnBuilder } from "../table/columns.ts";
import { Dictionary } from "../table/numbering.ts";
import { Places } from "../table/places.ts";
import type { FieldKind } from "./compare.ts";
import type { LinkField } from "./link.ts";

export interface LinkColumn {
  /** A column, or several that are joined with a blank between them. */
  readonly column: string | readonly string[];
  readonly kind: FieldKind;
  /** Columns with one cause share a group; by default each has its own. */
  readonly group?: string | undefined;
}

/** A text as it looks, in small letters. */
const plainText = (text: string): string => plainLetters(text).replace(/\s+/g, " ").trim();

const NORMAL: Readonly<Partial<Record<FieldKind, (text: string) => string | null>>> = {
  email: normalEmail,
  name: normalName,
  phone: normalPhone,
};

const YEAR_LAST = /^(\d{1,2})[./ -](\d{1,2})[./ -](\d{4}|\d{2})$/;
const YEAR_FIRST = /^(\d{4})[./ -](\d{1,2})[./ -](\d{1,2})$/;
const CLOCK = /[ t]\d{1,2}:\d{2}(?::\d{2}.*)?$/;

/** Of two digits: to 30 a year of this century, then of the last one, since most dates of a table of persons are birthdays. */
const LAST_OF_THIS_CENTURY = 30;

function wholeYear(year: string): string {
  if (year.length !== 2) return year;
  return `${Number(year) > LAST_OF_THIS_CENTURY ? 19 : 20}${year}`;
}

/**
 * Dates as year-month-day, so that a birthday in two forms is one; other texts as they look. Which number is the day all cells
 * of a column decide: the second one only where it is above 12 in some cell and the first in none. A year of two digits that
 * stands first in some cell (87/03/21) leaves all of two digits as they look.
 */
export function plainDates(cells: readonly string[]): readonly string[] {
  const plain = cells.map((cell) => plainText(cell).replace(CLOCK, ""));
  const inCells = (is: (parts: readonly number[]) => boolean) =>
    plain.some((cell) => {
      const parts = YEAR_LAST.exec(cell)?.slice(1).map(Number);
      return parts !== undefined && is(parts);
    });
  const day = (at: 0 | 1) => inCells((parts) => (parts[at] ?? 0) > 12);
  const isMonthFirst = day(1) && !day(0);
  const isShortFirst = inCells(([first = 0]) => first > 31);
  return plain.map((cell) => {
    const [, first, second, last = ""] = YEAR_LAST.exec(cell) ?? [];
    if (last.length === 2 && isShortFirst) return cell;
    const [month, dayOfMonth] = isMonthFirst ? [first, second] : [second, first];
    const [, ...parts] = YEAR_FIRST.exec(cell) ?? ["", wholeYear(last), month, dayOfMonth];
    const [year = "", ...rest] = parts;
    return year === "" ? cell : [year, ...rest.map((part) => part?.padStart(2, "0"))].join("-");
  });
}

const nameOf = ({ column }: LinkColumn): string =>
  typeof column === "string" ? column : column.join(" + ");

function fieldOf(given: LinkColumn, cells: readonly string[], dictionary: Dictionary): LinkField {
  const builder = new ColumnBuilder(dictionary);
  const normal = NORMAL[given.kind] ?? plainText;
  for (const cell of given.kind === "date" ? plainDates(cells) : cells) {
    const text = cell.trim();
    const value = text === "" ? null : normal(text);
    builder.add(value === "" ? null : value);
  }
  const name = nameOf(given);
  const column = builder.build();
  const field = { name, kind: given.kind, group: given.group ?? name, column };
  return given.kind === "address" ? { ...field, places: new Places(column.values) } : field;
}

/**
 * Fields over a table's columns. Two columns of names are one name in two parts, which people write in either order; they
 * have one dictionary, so that a part is found again in the other column.
 */
export function fieldsOf(
  columns: readonly LinkColumn[],
  cellsOf: (column: string) => readonly string[],
): LinkField[] {
  const names = columns.flatMap(({ kind }, at) => (kind === "name" ? [at] : []));
  const parts = names.length === 2 ? names : [];
  const shared = new Dictionary();
  return columns.map((given, at) => {
    const all = [given.column].flat().map(cellsOf);
    const [first = []] = all;
    const cells = first.map((_, row) => all.map((one) => one[row] ?? "").join(" "));
    const field = fieldOf(given, cells, parts.includes(at) ? shared : new Dictionary());
    const swapsWith = parts.includes(at) ? parts.find((one) => one !== at) : undefined;
    return swapsWith === undefined ? field : { ...field, swapsWith };
  });
}
