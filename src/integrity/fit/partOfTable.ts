/* Some orders of a table as a table of their own: an event as it was before the others came. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import type { Column } from "../table/columns.ts";
import { TEXT_COLUMNS, type OrderTable, type TextColumn } from "../table/orders.ts";

/** The table of some rows; values are counted among them alone. */
export function partOfTable(table: OrderTable, rows: readonly number[]): OrderTable {
  const numbers = (list: Float64Array) => Float64Array.from(rows, (row) => list[row] ?? Number.NaN);
  const columns = Object.fromEntries(
    TEXT_COLUMNS.map((name) => [name, partOfColumn(table.columns[name], rows)]),
  ) as Record<TextColumn, Column>;
  return {
    ...table,
    count: rows.length,
    eventCount: rows.length,
    columns,
    orderIds: rows.map((row) => must(table.orderIds[row], "an id of each order")),
    orderedAtMs: numbers(table.orderedAtMs),
    accountCreatedAtMs: numbers(table.accountCreatedAtMs),
    units: numbers(table.units),
    unitPriceMinorUnits: numbers(table.unitPriceMinorUnits),
    declared: table.declared.map((links) => ({
      ...links,
      valuesOf: rows.map((row) => links.valuesOf[row] ?? []),
    })),
  };
}

function partOfColumn(column: Column, rows: readonly number[]): Column {
  const numberOf = new Map<number, number>();
  const values: string[] = [];
  const valueOf = Int32Array.from(rows, (row) => {
    const value = wholeAt(column.valueOf, row);
    if (value < 0) return -1;
    const known = numberOf.get(value);
    if (known !== undefined) return known;
    numberOf.set(value, values.length);
    return values.push(must(column.values[value], "a text of each value")) - 1;
  });
  const counts = new Int32Array(values.length);
  for (const value of valueOf) if (value >= 0) counts[value] = (counts[value] ?? 0) + 1;
  return { valueOf, values, counts };
}
