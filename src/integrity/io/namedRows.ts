/*
 * Small tables of any kind, read whole, by the names of their columns: rows to link, orders that people decided. Must
 * never happen: a column is taken for another, or a row is told under a number that its reader does not find it by.
 */

import { must } from "../../base/assert.ts";
import type { Text } from "../../base/language.ts";
import { cleanCell, HEADER_LINES, placeOfHeader } from "../../connectors/formats/cells.ts";
import { encodingDoubts } from "../table/readingTexts.ts";
import { readTable, type RawRows, type TableSheet } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";
import { nearestNote } from "./unknownFile.ts";

/** The rows of one table under its headers. */
export interface NamedRows {
  /** Doubts about how its text was read. */
  readonly doubts: readonly Text[];
  /** The number of each row, as a person counts them: headers and empty rows too, from 1. */
  readonly rowNos: readonly number[];
  /** The cells of a column by its header; null where the table has none of that name. */
  readonly column: (header: string) => readonly string[] | null;
}

interface Row {
  readonly rowNo: number;
  readonly cells: readonly string[];
}

interface Found {
  readonly headers: readonly string[];
  readonly rows: readonly Row[];
}

type IsHead = (cells: readonly string[]) => boolean;

/** The rows of one sheet that are not empty, with their numbers. */
async function rowsOf(rows: RawRows): Promise<Row[]> {
  const found: Row[] = [];
  let rowNo = 0;
  for await (const row of rows) {
    rowNo++;
    const cells = row.map(cleanCell);
    if (cells.some((cell) => cell !== "")) found.push({ rowNo, cells });
  }
  return found;
}

/** The rows under the headers of the first sheet that has them; else those of the first sheet. */
async function foundIn(sheets: readonly TableSheet[], isHead: IsHead): Promise<Found> {
  let first: Found | null = null;
  for (const sheet of sheets) {
    const all = await rowsOf(sheet.rows);
    const at = all.findIndex(({ rowNo, cells }) => rowNo <= HEADER_LINES && isHead(cells));
    const [head, ...rows] = all.slice(Math.max(0, at));
    const found = { headers: head?.cells ?? [], rows };
    if (at >= 0) return found;
    first ??= found;
  }
  return must(first, "a file has a table");
}

/**
 * Reads a table that has all `wanted` columns: CSV, XLSX or Parquet, in any encoding, with its headers in any of the
 * first lines of any sheet. Throws a sentence that names the columns that are not there, or says that there is no row.
 */
export async function readNamedRows(path: string, wanted: readonly string[]): Promise<NamedRows> {
  const lacks = (cells: readonly string[]) =>
    wanted.filter((column) => placeOfHeader(cells, column) < 0);
  const isHead = (cells: readonly string[]) => lacks(cells.map(cleanCell)).length === 0;
  const read = await readTable(path, { isHead }, async (sheets) => await foundIn(sheets, isHead));
  const { headers, rows } = read.value;
  const missing = lacks(headers).map((header) => `${header}${nearestNote(header, headers)}`);
  if (missing.length > 0) {
    throw new TableFileError(
      `${path}: there is no column ${missing.join(", ")}. It has: ${headers.join(", ")}`,
    );
  }
  if (rows.length === 0) throw new TableFileError(`${path}: the headers are there, but no row.`);
  return {
    doubts: encodingDoubts(read.encoding),
    rowNos: rows.map(({ rowNo }) => rowNo),
    column: (header) => {
      const at = placeOfHeader(headers, header);
      return at < 0 ? null : rows.map(({ cells }) => cells[at] ?? "");
    },
  };
}
