/* The result of an import, file by file and row by row, for people. */

import type { Text } from "../../base/language.ts";
import type { CanonicalColumn } from "../../connectors/formats/format.ts";
import type { Apart } from "./standing.ts";

/** A row that could not be taken, and where a person finds it. */
export interface RowTrouble {
  /** Of a workbook with several sheets, with the name of the sheet. */
  readonly file: string;
  /** As a person counts lines: the headers are one of them. */
  readonly row: number;
  readonly column: string;
  /** In English. */
  readonly reason: string;
  readonly said: Text;
}

/** An order that no longer stands: it counts for no limit, and against nobody. */
export interface ApartOrder {
  readonly orderId: string;
  readonly channel: string;
  readonly standing: Apart;
}

/** The result for one file. */
export interface ImportedFile {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly orders: number;
  /** Rows that were a further unit or article of an order before them. */
  readonly addedUnits: number;
  /** Rows of orders that were there already: the same file twice. */
  readonly repeated: number;
  /** Orders that were cancelled, never paid or refunded. */
  readonly apart: Readonly<Record<Apart, number>>;
  /** Canonical columns that the file does not have; the report names them. */
  readonly missing: readonly CanonicalColumn[];
  /** How the file was read, a sentence for each thing that could be read in another way. */
  readonly reading: readonly Text[];
  /** Doubts about that, and cells that were left out. */
  readonly doubts: readonly Text[];
}
