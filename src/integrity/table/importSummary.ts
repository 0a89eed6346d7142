/* The result of an import, file by file and row by row, for people. */

import type { CanonicalColumn } from "../../connectors/formats/format.ts";

/** A row that could not be taken, and where a person finds it. */
export interface RowTrouble {
  readonly file: string;
  /** As a person counts lines: the headers are one of them. */
  readonly row: number;
  readonly column: string;
  readonly reason: string;
}

/** The result for one file. */
export interface ImportedFile {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly orders: number;
  /** Rows that were a further unit of an order before them (Lazada writes a row for each). */
  readonly addedUnits: number;
  /** Rows of orders that were there already: the same file twice, or another article of the order. */
  readonly repeated: number;
  /** Canonical columns that the file does not have; the report names them. */
  readonly missing: readonly CanonicalColumn[];
}
