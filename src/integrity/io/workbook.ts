/*
 * The sheets of an XLSX workbook, with each cell as the same order's CSV would have it. Must never happen: a long number
 * that the workbook holds whole is rounded by us, or a time of Jakarta becomes one of Greenwich.
 */

import { readFile } from "node:fs/promises";
import { unzipSync, zipSync } from "fflate";
import readSheets from "read-excel-file/node";
import { notAWorkbook } from "../table/fileKind.ts";
import { KEPT_DIGITS } from "../table/numberDamage.ts";
import { TableFileError } from "./tableFileError.ts";

export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly unknown[])[];
}

/** Entries of a ZIP archive and their sizes after unpacking; null for one that is damaged. */
function entriesOf(archive: Buffer): Map<string, number> | null {
  const entries = new Map<string, number>();
  try {
    unzipSync(archive, {
      filter: ({ name, originalSize }) => {
        entries.set(name, originalSize);
        return false;
      },
    });
    return entries;
  } catch {
    return null;
  }
}

/** A number of a workbook as a person would type it; one that has lost digits stays as it is, to be named. */
function numberText(raw: string): string {
  if (/^-?\d+$/.test(raw)) return raw;
  const value = Number(raw);
  if (Number.isNaN(value)) return raw;
  if (Number.isInteger(value)) {
    const digits = value.toFixed(0);
    return digits.length > KEPT_DIGITS ? value.toExponential(KEPT_DIGITS - 1) : digits;
  }
  // 1899000.1000000001 is 1899000.1: a double has no more.
  return String(Number(value.toPrecision(KEPT_DIGITS)));
}

/** A date cell has no zone: it is a clock on the wall, as the same text in a CSV file is. */
function wallClock(date: Date): string {
  // Workbooks count days, so a whole second comes out a millisecond short.
  const ms = date.getTime();
  const whole =
    Math.abs(ms - Math.round(ms / 1_000) * 1_000) <= 1 ? Math.round(ms / 1_000) * 1_000 : ms;
  return new Date(whole).toISOString().replace("Z", "");
}

const cellOf = (value: unknown): unknown => (value instanceof Date ? wallClock(value) : value);

async function sheetsOf(input: Buffer): Promise<Sheet[]> {
  const sheets = await readSheets(input, { parseNumber: numberText });
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    rows: data.map((row) => row.map(cellOf)),
  }));
}

const nameOfColumn = (at: number): string =>
  at < 26
    ? String.fromCharCode(65 + at)
    : nameOfColumn(Math.floor(at / 26) - 1) + nameOfColumn(at % 26);

function columnOfName(letters: string): number {
  let column = 0;
  for (let at = 0; at < letters.length; at++) column = column * 26 + letters.charCodeAt(at) - 64;
  return column;
}

/** A sheet whose writer has left the places of its cells away, with the places that they stand in. */
function withPlaces(xml: string): string {
  let row = 0;
  let column = 0;
  return xml.replace(
    /<(row|c)\b([^>]*?)(\/?)>/g,
    (_, tag: string, attributes: string, end: string) => {
      const given = /\sr="([A-Z]*)(\d+)"/.exec(attributes);
      if (tag === "row") {
        row = given ? Number(given[2]) : row + 1;
        column = 0;
        return given ? `<row${attributes}${end}>` : `<row r="${row}"${attributes}${end}>`;
      }
      if (given) {
        column = columnOfName(given[1] ?? "");
        return `<c${attributes}${end}>`;
      }
      column++;
      return `<c r="${nameOfColumn(column - 1)}${row}"${attributes}${end}>`;
    },
  );
}

/** The same workbook with the places of its cells written out: lean programs leave them away, as the format allows. */
function withPlacesOfCells(archive: Buffer): Buffer {
  const files = unzipSync(archive);
  const isSheet = (name: string) => /^xl\/worksheets\/[^/]+\.xml$/.test(name);
  const mended = Object.entries(files).map(([name, bytes]) => {
    if (!isSheet(name)) return [name, bytes] as const;
    return [name, Buffer.from(withPlaces(Buffer.from(bytes).toString("utf8")))] as const;
  });
  return Buffer.from(zipSync(Object.fromEntries(mended), { level: 0 }));
}

const damaged = (path: string) =>
  new TableFileError(`${path}: this XLSX file is damaged, or it is none. Nothing was imported.`);

/** Reads all sheets. Throws a sentence for an archive that is no workbook, or unpacks to more than `bytes`. */
export async function readWorkbook(
  path: string,
  bytes: number,
  tooManyBytes: () => TableFileError,
): Promise<readonly Sheet[]> {
  const archive = await readFile(path);
  const entries = entriesOf(archive);
  if (entries === null) throw damaged(path);
  const reason = notAWorkbook([...entries.keys()]);
  if (reason !== null) throw new TableFileError(`${path}: ${reason}`);
  const unpacked = [...entries.values()].reduce((sum, size) => sum + size, 0);
  if (unpacked > bytes) throw tooManyBytes();
  try {
    return await sheetsOf(archive);
  } catch (error) {
    if (!(error instanceof TypeError)) throw damaged(path);
    // Once more with the places of cells, which lean programs leave away: the library misses them.
    return await Promise.resolve()
      .then(() => sheetsOf(withPlacesOfCells(archive)))
      .catch(() => {
        throw damaged(path);
      });
  }
}
