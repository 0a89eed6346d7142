/* Orders of rows that follow from what the rows say, never from how a file is sorted. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { byLetters } from "../../base/canonical.ts";
import type { LinkField } from "./link.ts";
import type { LinkColumn } from "./tableFields.ts";

/** The names of rows, which tell those apart that say the same. */
interface RowNames {
  readonly ids?: readonly string[] | undefined;
  readonly sourceOf?: Int32Array | undefined;
}

/** Rows by their cells, then by their table and id. */
export function steadyOrder(
  columns: readonly LinkColumn[],
  cellsOf: (column: string) => readonly string[],
  { ids, sourceOf }: RowNames,
): Int32Array {
  const all = columns.flatMap(({ column }) => column).map(cellsOf);
  const rowCount = must(all[0], "a column to compare").length;
  return sortedBy(rowCount, (row) =>
    JSON.stringify([...all.map((cells) => cells[row]), sourceOf?.[row], ids?.[row]]),
  );
}

/** Rows by all their texts: in large blocks likeness must sort together. */
export const likeOrder = (fields: readonly LinkField[], rowCount: number): Int32Array =>
  sortedBy(rowCount, (row) =>
    fields.map((field) => field.column.values[wholeAt(field.column.valueOf, row)] ?? "").join(" "),
  );

function sortedBy(rowCount: number, textOf: (row: number) => string): Int32Array {
  const texts = Array.from({ length: rowCount }, (_, row) => textOf(row));
  const text = (row: number) => must(texts[row], "a text of each row");
  return Int32Array.from({ length: rowCount }, (_, row) => row).sort(
    (a, b) => byLetters(text(a), text(b)) || a - b,
  );
}
