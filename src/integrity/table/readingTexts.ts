/*
 * How a file was read, and what is doubtful about that, in words. Must never happen: a file could have been read in two
 * ways, and nobody is told which one it was. No cell is shown: numbers of rows are.
 */

import { asText, fill, localeOf, type Text } from "../../base/language.ts";
import { placeOfHeader } from "../../connectors/formats/cells.ts";
import type { CanonicalColumn } from "../../connectors/formats/format.ts";
import type { ColumnMap } from "./columnMap.ts";
import { nearestHeaders, nearHeaders } from "../normalise/nearColumns.ts";
import type { Encoding } from "./encoding.ts";
import type { FileReading, Note } from "./fileColumns.ts";
import { hasBothMarks, type NumberReading } from "./numberColumn.ts";
import type { FileForm, Head } from "./orderBatch.ts";
import type { ArticlesCounted } from "./orderBook.ts";
import { linkColumns, nameOfColumn } from "./orderReader.ts";
import type { IdReading } from "./numberDamage.ts";
import { ORDERS, type DateReading, type TimeReading } from "./timeColumn.ts";
import { DELIMITER_WORDS, DOUBT_WORDS, NOTE_WORDS, ORDER_WORDS, READING_WORDS } from "./words.ts";

/** Where the cells of a note stand. */
const NOTE_COLUMNS: Readonly<Record<Note, CanonicalColumn>> = {
  phoneWithLetters: "phone",
  priceUnreadable: "unit_price",
  createdUnknown: "account_created_at",
  addressList: "ip",
  ipUnreadable: "ip",
};

/** A sentence with its places filled; numbers as each language writes them. */
function say(text: Text, values: Readonly<Record<string, Text | string | number>>): Text {
  return asText((side) => {
    const filled = Object.entries(values).map(([name, value]) => {
      if (typeof value === "number") return [name, value.toLocaleString(localeOf(side))] as const;
      return [name, typeof value === "string" ? value : value[side]] as const;
    });
    return fill(text[side], Object.fromEntries(filled));
  });
}

/** A row's number and a year have no thousands. */
const plain = (value: number | null): string => String(value ?? "–");

const rowsFrom = (told: { readonly n: number; readonly row: number | null }): Text =>
  say(told.n === 1 ? READING_WORDS.row : READING_WORDS.rows, { n: told.n, row: plain(told.row) });

function formTexts({ encoding, delimiter, sheets, otherSheets }: FileForm): Text[] {
  const texts: Text[] = [];
  if (encoding !== null && delimiter !== null) {
    const name = encoding === "utf-8 with faults" ? "UTF-8" : encoding.toUpperCase();
    const mark = DELIMITER_WORDS[delimiter] ?? delimiter;
    texts.push(say(READING_WORDS.text, { encoding: name, delimiter: mark }));
  }
  if (sheets.length > 0) texts.push(say(READING_WORDS.sheets, { list: sheets.join(", ") }));
  if (otherSheets.length > 0)
    texts.push(say(READING_WORDS.otherSheets, { list: otherSheets.join(", ") }));
  return texts;
}

/** A column's dates, where they leave something open or are written in an unusual way. */
function timeTexts(column: string, { dates, numbers, words }: TimeReading): Text[] {
  const texts = dates
    .filter(({ family, order }) => family !== "yearFirst" || order !== "ymd" || dates.length > 1)
    .map(({ family, order, count }) => {
      const words = family === "twoDigits" ? READING_WORDS.orderTwoDigits : READING_WORDS.order;
      return say(words, { column, order: ORDER_WORDS[order], n: count });
    });
  if (numbers > 0) texts.push(say(READING_WORDS.numbers, { column, n: numbers }));
  if (words > 0 && dates.length + numbers > 0)
    texts.push(say(READING_WORDS.words, { column, n: words }));
  return texts;
}

function dateDoubts(column: string, one: DateReading): Text[] {
  const { open, settled, against, firstAgainst, count } = one;
  const order = ORDER_WORDS[one.order];
  const texts: Text[] = [];
  if (!settled && open > 0) {
    const others = ORDERS[one.family].filter((other) => other !== one.order);
    const put = asText((side) =>
      others
        .map((other) => `"dateOrder": "${other}" (${ORDER_WORDS[other][side]})`)
        .join(READING_WORDS.or[side]),
    );
    texts.push(say(DOUBT_WORDS.openOrder, { column, order, n: open, all: count, put }));
  }
  if (against > 0)
    texts.push(
      say(DOUBT_WORDS.against, {
        column,
        order,
        rows: rowsFrom({ n: against, row: firstAgainst }),
      }),
    );
  return texts;
}

/** Years far from the rest that are told by name. */
const YEARS_TOLD = 3;

function timeDoubts(column: string, { dates, numbers, words, strayYears }: TimeReading): Text[] {
  const texts = dates.flatMap((one) => dateDoubts(column, one));
  const forms = dates.length + Number(numbers > 0) + Number(words > 0);
  if (forms > 1 && dates.some(({ family }) => family !== "yearFirst"))
    texts.push(say(DOUBT_WORDS.severalForms, { column, n: forms }));
  const years = strayYears
    .slice(0, YEARS_TOLD)
    .map(({ year, row }) =>
      say(DOUBT_WORDS.strayYear, { column, year: plain(year), row: plain(row) }),
    );
  return [...texts, ...years];
}

function numberTexts(column: string, { decimal, dots, commas, open }: NumberReading): Text[] {
  if (dots + commas + open === 0) return [];
  const { decimalDot, decimalComma } = READING_WORDS;
  return [say(decimal === "." ? decimalDot : decimalComma, { column })];
}

function numberDoubts(column: string, reading: NumberReading, isUnits: boolean): Text[] {
  const { dots, commas, open, firstDot, firstComma, decimal } = reading;
  const texts: Text[] = [];
  if (hasBothMarks(reading)) {
    const [withDot, withComma] = [
      rowsFrom({ n: dots, row: firstDot }),
      rowsFrom({ n: commas, row: firstComma }),
    ];
    texts.push(say(DOUBT_WORDS.bothMarks, { column, dots: withDot, commas: withComma }));
  }
  if (isUnits && open > 0 && dots + commas === 0) {
    const { openUnitsDot, openUnitsComma } = DOUBT_WORDS;
    texts.push(say(decimal === "." ? openUnitsDot : openUnitsComma, { column, n: open }));
  }
  return texts;
}

function idDoubts(column: string, one: IdReading, isOrderId: boolean): Text[] {
  const texts: Text[] = [];
  const lost = one.shortened + one.errors + one.roundedCount;
  // Rows without a whole order id are troubles, each with its row.
  if (lost > 0 && !isOrderId)
    texts.push(
      say(DOUBT_WORDS.shortened, { column, rows: rowsFrom({ n: lost, row: one.firstLost }) }),
    );
  if (one.dotZero > 0)
    texts.push(
      say(DOUBT_WORDS.dotZero, {
        column,
        rows: rowsFrom({ n: one.dotZero, row: one.firstDotZero }),
      }),
    );
  if (one.several > 0)
    texts.push(
      say(DOUBT_WORDS.several, {
        column,
        rows: rowsFrom({ n: one.several, row: one.firstSeveral }),
      }),
    );
  return texts;
}

/** How a file was read, and what is doubtful about it. */
export function readingTexts(
  head: Head,
  form: FileForm,
  reading: FileReading,
): { readonly reading: readonly Text[]; readonly doubts: readonly Text[] } {
  const name = (column: CanonicalColumn) => nameOfColumn(head, column);
  const [ordered, created] = [name("ordered_at"), name("account_created_at")];
  const said = [
    ...formTexts(form),
    ...timeTexts(ordered, reading.orderedAt),
    ...timeTexts(created, reading.createdAt),
    ...numberTexts(name("units"), reading.units),
    ...numberTexts(name("unit_price"), reading.price),
  ];
  const ids = Object.entries(reading.ids) as [CanonicalColumn, IdReading][];
  const notes = Object.keys(NOTE_WORDS) as Note[];
  const doubts = [
    ...encodingDoubts(form.encoding),
    ...timeDoubts(ordered, reading.orderedAt),
    ...timeDoubts(created, reading.createdAt),
    ...numberDoubts(name("units"), reading.units, true),
    ...numberDoubts(name("unit_price"), reading.price, false),
    ...ids.flatMap(([column, one]) => idDoubts(name(column), one, column === "order_id")),
    ...notes.flatMap((note) => {
      const { count, firstRow } = reading.noted[note];
      if (count === 0) return [];
      const rows = rowsFrom({ n: count, row: firstRow });
      return [say(NOTE_WORDS[note], { column: name(NOTE_COLUMNS[note]), rows })];
    }),
    ...twiceDoubts(head),
    ...nearHeaders(head.format, head.headers).map((near) =>
      say(DOUBT_WORDS.nearHeader, { ...near }),
    ),
  ];
  return { reading: said, doubts };
}

/** Doubts about the letters of a text; `encoding` is null for a file that is no text. */
export function encodingDoubts(encoding: Encoding | null): Text[] {
  if (encoding === "windows-1252") return [DOUBT_WORDS.notUtf8];
  return encoding === "utf-8 with faults" ? [DOUBT_WORDS.faultyUtf8] : [];
}

/** Columns that a map names for its links and the file has not: nothing is tied by them. */
export function linkColumnDoubts({ headers }: Head, map: ColumnMap | null): Text[] {
  return linkColumns(map)
    .filter(({ column }) => placeOfHeader(headers, column) < 0)
    .map(({ name, column: header }) => {
      const list = nearestHeaders(header, headers)
        .map((near) => `"${near}"`)
        .join(", ");
      const nearest = list === "" ? "" : say(DOUBT_WORDS.nearest, { list });
      return say(DOUBT_WORDS.noLinkColumn, { name, header, nearest });
    });
}

/** A header that stands twice among those that are read. */
function twiceDoubts({ format, headers }: Head): Text[] {
  const wanted = new Set(Object.values(format.columns).flat());
  const twice = [...new Set(headers.filter((header, at) => headers.indexOf(header) !== at))];
  return twice
    .filter((header) => wanted.has(header))
    .map((header) => say(DOUBT_WORDS.twice, { header }));
}

/** Articles beside the one on sale that are told by name. */
const ARTICLES_TOLD = 5;

/** Which articles' units count. */
export function articleTexts({ counted, beside }: ArticlesCounted): Text[] {
  const texts = [say(READING_WORDS.articles, { list: counted.join(", ") })];
  if (beside.length === 0) return texts;
  const list = beside.slice(0, ARTICLES_TOLD).join(", ");
  const rest = beside.length > ARTICLES_TOLD ? ", …" : "";
  return [...texts, say(READING_WORDS.besideArticles, { list: `${list}${rest}` })];
}
