/* A table in which values of many people are not given. */

import { byLetters } from "../../base/canonical.ts";
import { must } from "../../base/assert.ts";
import { floatAt } from "../../base/at.ts";
import { usualOf, type Usual } from "../evidence/usual.ts";
import { placeInOrder } from "../table/numbering.ts";
import {
  candidatesIn,
  LOOKS,
  ManyPeoplesFinder,
  type EventSeen,
  type Judged,
  type JudgedColumn,
  type ManyPeoples,
} from "./manyPeoples.ts";
import { NumberList, textAt, type Column } from "../table/columns.ts";
import type { OrderTable } from "../table/orders.ts";

/** The rows of some values of a column, in row order. */
function rowsOfValues(column: Column, wanted: readonly number[]): ReadonlyMap<number, NumberList> {
  const lists = new Map(wanted.map((value) => [value, new NumberList("whole", 16)]));
  const isWanted = new Uint8Array(column.values.length);
  for (const value of wanted) isWanted[value] = 1;
  column.valueOf.forEach((value, row) => {
    if (value >= 0 && isWanted[value] === 1) lists.get(value)?.push(row);
  });
  return lists;
}

/** A table as it is asked; `candidates`: the values that will be asked about. */
function seen(table: OrderTable, candidates: readonly Judged[], usualIn: () => Usual): EventSeen {
  const rows = new Map<JudgedColumn, ReadonlyMap<number, NumberList>>();
  for (const [column, judged] of Map.groupBy(candidates, (one) => one.column))
    rows.set(
      column,
      rowsOfValues(
        table.columns[column],
        judged.map(({ value }) => value),
      ),
    );
  const tie = (row: number) => placeInOrder(must(table.orderIds[row], "an id of each order"));
  return {
    columns: table.columns,
    eventCount: table.eventCount,
    rowsOf: (column, value) =>
      must(rows.get(column)?.get(value), "rows of each value that is asked about").copyWhole(),
    orderShare: (row) => {
      const channel = must(textAt(table.columns.channel, row), "a channel of each order");
      const arrivals = must(usualIn().arrivals.get(channel), "arrivals of each channel");
      return arrivals.share(floatAt(table.orderedAtMs, row), tie(row));
    },
    creationShare: (row) => {
      const madeMs = floatAt(table.accountCreatedAtMs, row);
      return Number.isNaN(madeMs) ? Number.NaN : usualIn().creations.share(madeMs, tie(row));
    },
  };
}

const without = ({ valueOf, values, counts }: Column, gone: ReadonlySet<number>): Column => ({
  values,
  valueOf: valueOf.map((value) => (gone.has(value) ? -1 : value)),
  counts: counts.map((count, value) => (gone.has(value) ? 0 : count)),
});

/** A table without values that were found in it to be many people's: what is said of its orders names none of them. */
export function leavingOut(table: OrderTable, found: readonly ManyPeoples[]): OrderTable {
  if (found.length === 0) return table;
  const columns = { ...table.columns };
  for (const [column, gone] of Map.groupBy(found, (one) => one.column)) {
    const texts = new Set(gone.map(({ text }) => text));
    const { values } = columns[column];
    const numbers = values.flatMap((text, value) => (texts.has(text) ? [value] : []));
    columns[column] = without(columns[column], new Set(numbers));
  }
  return { ...table, columns };
}

/** A table in its one order without the values of many people, and which those are. */
export function withoutManyPeoples(given: OrderTable): {
  readonly table: OrderTable;
  readonly found: readonly ManyPeoples[];
} {
  let table = given;
  let usual: Usual | null = null;
  const usualIn = () => (usual ??= usualOf(given));
  const found: ManyPeoples[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const candidates = candidatesIn(table, table.eventCount);
    if (candidates.length === 0) break;
    const finder = new ManyPeoplesFinder(seen(table, candidates, usualIn));
    const now = candidates.flatMap((one) => finder.judge(one) ?? []);
    if (now.length === 0) break;
    table = leavingOut(table, now);
    found.push(...now);
  }
  return { table, found: inOrder(found) };
}

/** Those of the most accounts first. */
export const inOrder = (found: readonly ManyPeoples[]): ManyPeoples[] =>
  found.toSorted(
    (a, b) => b.accounts - a.accounts || byLetters(a.text, b.text) || byLetters(a.column, b.column),
  );
