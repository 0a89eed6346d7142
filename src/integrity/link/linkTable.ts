/* Persons or places in any table, for `giliran link`. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { candidatePairs } from "./block.ts";
import { clusterRows, type Link } from "./cluster.ts";
import { TOP_LEVEL } from "./compare.ts";
import { estimateModel, LEAST_ROWS, type Chance } from "./estimate.ts";
import { Linker, shippedWeights, type LinkModel } from "./link.ts";
import { fieldsOf, type LinkColumn } from "./tableFields.ts";
import { compositeKeys, singleKeys } from "./tableKeys.ts";

export interface LinkOptions {
  /** Evidence from which on two rows are a link, in bits of odds; 0 is "likelier than not". */
  readonly leastBits?: number;
}

export interface LinkedTable {
  readonly linker: Linker;
  readonly model: LinkModel;
  /** Pairs of rows that had something in common and were compared. */
  readonly comparedCount: number;
  /** Whether no cell of any field could be read: rows have nothing to meet by. */
  readonly saysNothing: boolean;
  /** The entity of each row, named by its first row. */
  readonly entityOf: Int32Array;
  readonly links: readonly Link[];
}

/**
 * Which rows of a table are one person or place. Without labels: weights come from the rows themselves
 * once there are enough of them. `cellsOf` gives a column's cells, row by row.
 */
export function linkTable(
  columns: readonly LinkColumn[],
  cellsOf: (column: string) => readonly string[],
  chance: Chance,
  { leastBits = 0 }: LinkOptions = {},
): LinkedTable {
  const fields = fieldsOf(columns, cellsOf);
  const rowCount = must(fields[0], "a column to compare").column.valueOf.length;
  const linker = new Linker(fields, rowCount);
  const single = singleKeys(fields);
  const keys = [...single, ...compositeKeys(fields)];
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
      : estimateModel(linker, { teaching: single, all: keys }, order, chance);
  linker.use(model);
  const links: Link[] = [];
  const pairs = candidatePairs(keys, rowCount, order);
  for (const pair of pairs) {
    const a = Math.floor(pair / rowCount);
    const b = pair % rowCount;
    const bits = linker.evidence(a, b);
    if (bits >= leastBits) links.push({ a, b, bits });
  }
  return {
    linker,
    model,
    links,
    comparedCount: pairs.length,
    saysNothing: keys.every(({ keyOf }) => keyOf.every((key) => key < 0)),
    entityOf: clusterRows(linker, links),
  };
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
