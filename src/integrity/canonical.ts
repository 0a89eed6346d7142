/*
 * The one order in which orders are looked at, whatever rows and files they came in. A partition into groups, and which
 * of many orders are compared, depend on an order, so it must never be that of the rows: who shuffles a file would
 * decide who is asked. It is by a hash of the order's id, which says nothing about when or by whom it was placed.
 */

import { must } from "../base/assert.ts";
import { byLetters } from "../base/canonical.ts";
import { wholeAt } from "../base/at.ts";
import { textAt, type Column } from "./table/columns.ts";
import { textHash } from "./table/numbering.ts";
import {
  TEXT_COLUMNS,
  type DeclaredLinks,
  type OrderTable,
  type TextColumn,
} from "./table/orders.ts";

/** An order's name: its id, which is its channel's own. */
export interface OrderName {
  readonly orderId: string;
  readonly channel: string;
}

/** The name of an order of a table, or of an event that grows. */
export const nameAt = (
  { orderIds, columns }: Pick<OrderTable, "orderIds" | "columns">,
  row: number,
): OrderName => ({
  orderId: must(orderIds[row], "an id of each order"),
  channel: textAt(columns.channel, row) ?? "",
});

/** By the letters of the ids; one id on two channels by those of the channels. */
export const byName = (a: OrderName, b: OrderName): number =>
  byLetters(a.orderId, b.orderId) || byLetters(a.channel, b.channel);

const hashOf = (orderId: string): number => textHash(orderId) >>> 0;

const inOrder = (a: OrderName, b: OrderName): number =>
  hashOf(a.orderId) - hashOf(b.orderId) || byName(a, b);

/** Up to 2^21 rows a hash and a row fit into one number; of more, less of the hash is used first. */
const WHOLE = 2 ** 53;

/** The rows of a table in their one order. */
function rowsInOrder(table: OrderTable): Int32Array {
  const { count, orderIds } = table;
  const rows = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const cut = Math.max(1, (2 ** 32 * rows) / WHOLE);
  const keys = Float64Array.from(
    orderIds,
    (id, row) => Math.floor(hashOf(id) / cut) * rows + row,
  ).sort();
  const order = Int32Array.from(keys, (key) => key % rows);
  const hashAt = (at: number) => Math.floor((keys[at] ?? -1) / rows);
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && hashAt(end) === hashAt(start)) end++;
    if (end - start > 1)
      order
        .subarray(start, end)
        .sort((a, b) => inOrder(nameAt(table, a), nameAt(table, b)) || a - b);
    start = end;
  }
  return order;
}

/** A column with its rows in another order, and its values numbered as they come then. */
function reordered(column: Column, rows: Int32Array): Column {
  const numberOf = new Int32Array(column.values.length).fill(-1);
  const values: string[] = [];
  const valueOf = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const value = wholeAt(column.valueOf, wholeAt(rows, at));
    if (value < 0) {
      valueOf[at] = -1;
      continue;
    }
    let number = wholeAt(numberOf, value);
    if (number < 0) {
      number = values.length;
      numberOf[value] = number;
      values.push(must(column.values[value], "a text of each value"));
    }
    valueOf[at] = number;
  }
  const counts = new Int32Array(values.length);
  numberOf.forEach((number, value) => {
    if (number >= 0) counts[number] = wholeAt(column.counts, value);
  });
  return { valueOf, values, counts };
}

const sortedLinks = (links: DeclaredLinks, rows: Int32Array): DeclaredLinks => ({
  ...links,
  valuesOf: Array.from(rows, (row) => [...new Set(links.valuesOf[row])].sort(byLetters)),
});

/** A table in its one order, and which given row each of its rows is. */
export interface Canonical {
  readonly table: OrderTable;
  readonly givenRow: Int32Array;
}

export function canonicalTable(table: OrderTable): Canonical {
  const givenRow = rowsInOrder(table);
  const of = (numbers: Float64Array) =>
    numbers.map((_, at) => numbers[wholeAt(givenRow, at)] ?? Number.NaN);
  const columns = Object.fromEntries(
    TEXT_COLUMNS.map((name) => [name, reordered(table.columns[name], givenRow)]),
  ) as Record<TextColumn, Column>;
  const ordered: OrderTable = {
    ...table,
    columns,
    orderIds: Array.from(givenRow, (row) => must(table.orderIds[row], "an id of each order")),
    orderedAtMs: of(table.orderedAtMs),
    accountCreatedAtMs: of(table.accountCreatedAtMs),
    units: of(table.units),
    unitPriceMinorUnits: of(table.unitPriceMinorUnits),
    declared: table.declared.map((links) => sortedLinks(links, givenRow)),
  };
  return { table: ordered, givenRow };
}
