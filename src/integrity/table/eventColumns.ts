/* Columns of an event that grows order by order, and some of its rows as a table of their own. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { NumberList, type Column } from "./columns.ts";
import { Dictionary } from "./numbering.ts";
import type { PlaceBook } from "./places.ts";
import { NOTHING_UNSAID, TEXT_COLUMNS, type OrderTable, type TextColumn } from "./orders.ts";

/** A column that grows row by row, and knows which rows have a value. A value may be taken as not given, and back. */
export class GrowingColumn implements Column {
  readonly #dictionary = new Dictionary();
  readonly #rows: number[][] = [];
  #valueOf = new Int32Array(1_024);
  #counts = new Int32Array(1_024);
  #count = 0;
  readonly #notGiven = new Set<number>();

  get valueOf(): Int32Array {
    return this.#valueOf;
  }
  get values(): readonly string[] {
    return this.#dictionary.values;
  }
  get counts(): Int32Array {
    return this.#counts;
  }

  add(value: string | null): void {
    if (this.#count === this.#valueOf.length) {
      this.#valueOf = larger(this.#valueOf);
      this.#counts = larger(this.#counts);
    }
    const row = this.#count++;
    if (value === null) {
      this.#valueOf[row] = -1;
      return;
    }
    const number = this.#dictionary.number(value);
    const isGiven = !this.#notGiven.has(number);
    this.#valueOf[row] = isGiven ? number : -1;
    if (isGiven) this.#counts[number] = wholeAt(this.#counts, number) + 1;
    const rows = this.#rows[number];
    if (rows) rows.push(row);
    else this.#rows[number] = [row];
  }

  /** Takes a value as not given from now on, in all rows that have it. */
  leaveOut(value: number): void {
    this.#notGiven.add(value);
    this.#counts[value] = 0;
    for (const row of this.rowsOf(value)) this.#valueOf[row] = -1;
  }

  /** Takes all values as given again. */
  leaveNothingOut(): void {
    for (const value of this.#notGiven) {
      const rows = this.rowsOf(value);
      this.#counts[value] = rows.length;
      for (const row of rows) this.#valueOf[row] = value;
    }
    this.#notGiven.clear();
  }

  /** The rows that have a value, in row order, also one that is taken as not given. */
  rowsOf(value: number): readonly number[] {
    return must(this.#rows[value], "rows of each value");
  }

  /** The rows with a row's value, in row order; none where it has no value. */
  rowsLike(row: number): readonly number[] {
    const value = wholeAt(this.#valueOf, row);
    return value < 0 ? [] : this.rowsOf(value);
  }
}

function larger(data: Int32Array): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(data.length * 2);
  twice.set(data);
  return twice;
}

export interface EventColumns {
  readonly orderIds: readonly string[];
  readonly orderedAtMs: NumberList;
  readonly accountCreatedAtMs: NumberList;
  readonly units: NumberList;
  readonly columns: Readonly<Record<TextColumn, GrowingColumn>>;
}

/** Some rows' values of a column, numbered again; counted over the whole event. */
function part(column: Column, rows: readonly number[]): { column: Column; eventValues: number[] } {
  const eventValues: number[] = [];
  const numbers = new Map<number, number>();
  const valueOf = Int32Array.from(rows, (row) => {
    const value = wholeAt(column.valueOf, row);
    if (value < 0) return -1;
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, eventValues.length);
    eventValues.push(value);
    return eventValues.length - 1;
  });
  const values = eventValues.map((value) => must(column.values[value], "a text of each value"));
  const counts = Int32Array.from(eventValues, (value) => wholeAt(column.counts, value));
  return { column: { valueOf, values, counts }, eventValues };
}

/** Some of an event's orders as a table of their own, with the addresses as the event knows them. */
export function tableOfRows(
  event: EventColumns,
  places: PlaceBook,
  rows: readonly number[],
): { table: OrderTable; places: PlaceBook } {
  const of = (list: NumberList) => Float64Array.from(rows, (row) => list.at(row));
  const parts = TEXT_COLUMNS.map((name) => [name, part(event.columns[name], rows)] as const);
  const [, { eventValues: addresses }] = must(
    parts.find(([name]) => name === "address"),
    "a column of addresses",
  );
  const inEvent = (address: number) => must(addresses[address], "an address of the event");
  const table: OrderTable = {
    count: rows.length,
    eventCount: event.orderIds.length,
    orderIds: rows.map((row) => must(event.orderIds[row], "an id of each order")),
    orderedAtMs: of(event.orderedAtMs),
    accountCreatedAtMs: of(event.accountCreatedAtMs),
    units: of(event.units),
    unitPriceMinorUnits: new Float64Array(rows.length).fill(Number.NaN),
    columns: Object.fromEntries(parts.map(([name, one]) => [name, one.column])) as Record<
      TextColumn,
      Column
    >,
    declared: [],
    unsaid: NOTHING_UNSAID,
  };
  const book: PlaceBook = {
    level: (a, b) => places.level(inEvent(a), inEvent(b)),
    placeOf: (address) => places.placeOf(inEvent(address)),
    placeNumber: (address) => places.placeNumber(inEvent(address)),
  };
  return { table, places: book };
}
