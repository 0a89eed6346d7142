/*
 * Reads the rows that are to be linked: of one table, or of two. Must never happen: rows of two tables are told under
 * one id, or a table is taken for the other.
 */

import { basename } from "node:path";
import { must } from "../../base/assert.ts";
import { byLetters } from "../../base/canonical.ts";
import type { Text } from "../../base/language.ts";
import { isShortened, isSpreadsheetError, withoutDotZero } from "../table/numberDamage.ts";
import { readNamedRows, type NamedRows } from "./namedRows.ts";
import { TableFileError } from "./tableFileError.ts";

/** The columns that are read, by their names. */
interface Wanted {
  readonly id: string | undefined;
  readonly columns: readonly string[];
  /** The files are two tables. */
  readonly isTwo: boolean;
  /** The column of one file that names the table of each row. */
  readonly source: string | undefined;
}

/** Rows of one table, or of two, the first one's first. */
export interface LinkRows {
  /** Doubts about how the texts were read. */
  readonly doubts: readonly Text[];
  readonly ids: readonly string[];
  /** Where each row stands, for a sentence: its file and the number that its reader finds it by. */
  readonly placeOf: (row: number) => string;
  readonly cellsOf: (column: string) => readonly string[];
  /** The names of the files or tables that the rows are of; one only where that needs no name. */
  readonly sources: readonly string[];
  readonly sourceOf: Int32Array;
}

/** Reads the files; throws a sentence for whoever typed the command. */
export async function readLinkRows(paths: readonly string[], wanted: Wanted): Promise<LinkRows> {
  const { id, columns, source, isTwo } = wanted;
  if (source !== undefined && paths.length > 1)
    throw new TableFileError(
      `--source names a column of one file that holds both tables; ${paths.length} files were given. Leave --source away, and give --two.`,
    );
  if (isTwo && source === undefined && paths.length !== 2)
    throw new TableFileError(
      `--two wants two files, one for each table; ${paths.length === 1 ? "one was" : `${paths.length} were`} given. ` +
        "Two tables in one file are told apart by --source COLUMN.",
    );
  const named = [id, source].filter((column) => column !== undefined);
  const files: NamedRows[] = [];
  for (const path of paths) files.push(await readNamedRows(path, [...named, ...columns]));
  const cellsOf = (column: string) =>
    files.flatMap((file) => must(file.column(column), "a column that was asked for"));
  const rowNos = files.flatMap((file) => file.rowNos);
  const fileOf = Int32Array.from(files.flatMap(({ rowNos: of }, at) => of.map(() => at)));
  const placeOf = (row: number) => `${paths[fileOf[row] ?? 0]}, row ${rowNos[row]}`;
  return {
    doubts: files.flatMap(({ doubts }) => doubts),
    ids: id === undefined ? rowNos.map((_, at) => String(at + 1)) : cellsOf(id),
    placeOf,
    cellsOf: (column) => cellsOf(column).map(wholeCell),
    ...(source === undefined
      ? { sources: namesOf(paths), sourceOf: fileOf }
      : sourcesIn(cellsOf(source), source, placeOf)),
  };
}

/** Files by their names, or by their whole paths where two have one name. */
function namesOf(paths: readonly string[]): readonly string[] {
  const names = paths.map((path) => basename(path));
  return new Set(names).size === names.length ? names : paths;
}

/** The two tables of one file, by a column that names them. */
function sourcesIn(
  cells: readonly string[],
  column: string,
  placeOf: (row: number) => string,
): Pick<LinkRows, "sources" | "sourceOf"> {
  const empty = cells.indexOf("");
  if (empty >= 0)
    throw new TableFileError(`${placeOf(empty)}, column ${column}: no table is named.`);
  const sources = [...new Set(cells)].sort(byLetters);
  if (sources.length !== 2) {
    const some = sources.slice(0, 5).join(", ");
    const more = sources.length > 5 ? ", …" : "";
    throw new TableFileError(
      `The column ${column} names ${sources.length === 1 ? "one table" : `${sources.length} tables`} (${some}${more}); --source wants two.`,
    );
  }
  return { sources, sourceOf: Int32Array.from(cells, (cell) => sources.indexOf(cell)) };
}

/** A cell that a spreadsheet has damaged says nothing: strangers share what is left of it. */
function wholeCell(cell: string): string {
  if (isShortened(cell) || isSpreadsheetError(cell)) return "";
  return withoutDotZero(cell) ?? cell;
}
