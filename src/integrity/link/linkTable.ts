/* Persons or places in any table, for `giliran link`. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { candidatePairs } from "./block.ts";
import { clusterRows, type Link } from "./cluster.ts";
import { ColumnBuilder } from "../table/columns.ts";
import { TOP_LEVEL, type FieldKind } from "./compare.ts";
import { estimateModel, LEAST_ROWS, type Chance } from "./estimate.ts";
import { Linker, shippedWeights, type LinkField, type LinkModel } from "./link.ts";
import { normalEmail } from "../normalise/email.ts";
import { normalName } from "../normalise/name.ts";
import { normalPhone } from "../normalise/phone.ts";

/** The kind of a column in a table of persons or places. */
export type ColumnKind = FieldKind | "email";

export interface LinkColumn {
  readonly column: string;
  readonly kind: ColumnKind;
  /** Columns with one cause share a group; by default each has its own. */
  readonly group?: string | undefined;
}

export interface LinkedTable {
  readonly linker: Linker;
  readonly model: LinkModel;
  /** The entity of each row, named by its first row. */
  readonly entityOf: Int32Array;
  readonly links: readonly Link[];
}

const NORMAL: Readonly<Partial<Record<ColumnKind, (text: string) => string | null>>> = {
  email: normalEmail,
  name: normalName,
  phone: normalPhone,
};

function fieldOf(given: LinkColumn, cells: readonly string[]): LinkField {
  const builder = new ColumnBuilder();
  const normal = NORMAL[given.kind] ?? ((text: string) => text.toLowerCase());
  for (const cell of cells) {
    const text = cell.trim();
    builder.add(text === "" ? null : normal(text));
  }
  const kind = given.kind === "email" ? "exact" : given.kind;
  return { name: given.column, kind, group: given.group ?? given.column, column: builder.build() };
}

/**
 * Which rows of a table are one person or place. Without labels: weights come from the rows themselves
 * once there are enough of them. `cellsOf` gives a column's cells, row by row.
 */
export function linkTable(
  columns: readonly LinkColumn[],
  cellsOf: (column: string) => readonly string[],
  chance: Chance,
): LinkedTable {
  const fields = columns.map((column) => fieldOf(column, cellsOf(column.column)));
  const rowCount = cellsOf(must(columns[0], "a column to compare").column).length;
  const linker = new Linker(fields, rowCount);
  const keys = fields
    .filter((field) => field.kind !== "address")
    .map((field) => ({ name: field.name, keyOf: field.column.valueOf, fields: [field.name] }));
  // In large blocks likeness must sort together: by all texts in a row.
  const sortText = Array.from({ length: rowCount }, (_, row) =>
    fields.map((field) => field.column.values[wholeAt(field.column.valueOf, row)] ?? "").join(" "),
  );
  const order = Int32Array.from({ length: rowCount }, (_, row) => row).sort((a, b) => {
    const [left, right] = [sortText[a] ?? "", sortText[b] ?? ""];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  const model: LinkModel =
    rowCount < LEAST_ROWS
      ? {
          fields: fields.map((field) => shippedWeights(field.kind)),
          linkShare: 1 / Math.max(50, rowCount),
        }
      : estimateModel(linker, keys, order, chance);
  linker.use(model);
  const links: Link[] = [];
  for (const pair of candidatePairs(keys, rowCount, order)) {
    const a = Math.floor(pair / rowCount);
    const b = pair % rowCount;
    const bits = linker.evidence(a, b);
    if (bits >= 0) links.push({ a, b, bits });
  }
  return { linker, model, links, entityOf: clusterRows(linker, links) };
}

export interface WaterfallStep {
  readonly field: string;
  readonly level: number;
  readonly top: number;
  readonly bits: number;
}

/** A pair's weight, field by field: what adds up to the link. Fields of one group count their best whole, the rest half. */
export function waterfall(linker: Linker, a: number, b: number): WaterfallStep[] {
  return linker.fields.map((field, index) => ({
    field: field.name,
    level: linker.level(index, a, b),
    top: TOP_LEVEL[field.kind],
    bits: linker.fieldBits(index, a, b),
  }));
}
