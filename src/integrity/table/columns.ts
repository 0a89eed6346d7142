/* Texts of orders as numbers in columns, lists of several values a row, and sets of rows. A million orders fit. */

import { InvariantError, must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { Dictionary } from "./numbering.ts";

/** One value a row; -1 where it is missing. */
export interface Column {
  readonly valueOf: Int32Array;
  readonly values: readonly string[];
  /** How many rows of the whole event say each value. */
  readonly counts: Int32Array;
}

/** A growing list of numbers in one piece of memory: millions of them are no burden. */
export class NumberList {
  #data: Float64Array | Int32Array;
  length = 0;

  /** `whole`: numbers without fractions below 2^31, in half the memory. */
  constructor(whole: "whole" | "any" = "any", capacity = 1_024) {
    this.#data = whole === "whole" ? new Int32Array(capacity) : new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.#data.length) {
      const Larger = this.#data instanceof Int32Array ? Int32Array : Float64Array;
      const larger = new Larger(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.length++] = value;
  }

  at(index: number): number {
    const value = this.#data[index];
    // Behind the last number there is room for more.
    if (value === undefined || index >= this.length)
      throw new InvariantError(`no number ${index} of ${this.length}`);
    return value;
  }

  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  /** A copy in one array. */
  copy(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#data.subarray(0, this.length));
  }

  /** A copy of whole numbers. */
  copyWhole(): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#data.subarray(0, this.length));
  }
}

export class ColumnBuilder {
  readonly dictionary: Dictionary;
  readonly #rows: NumberList;

  constructor(dictionary = new Dictionary()) {
    this.dictionary = dictionary;
    this.#rows = new NumberList("whole");
  }

  add(value: string | null): void {
    this.#rows.push(value === null ? -1 : this.dictionary.number(value));
  }

  set(row: number, value: string | null): void {
    this.#rows.set(row, value === null ? -1 : this.dictionary.number(value));
  }

  /** Null where it is missing. */
  valueAt(row: number): string | null {
    const number = this.#rows.at(row);
    return number < 0 ? null : must(this.dictionary.values[number], "a text of each value");
  }

  build(): Column {
    return columnOf(this.#rows.copyWhole(), this.dictionary.values);
  }
}

/** The text of a row; null where it is missing. Outside hot loops: those read the numbers. */
export function textAt({ valueOf, values }: Column, row: number): string | null {
  const value = wholeAt(valueOf, row);
  return value < 0 ? null : must(values[value], "a text of each value");
}

export function columnOf(valueOf: Int32Array, values: readonly string[]): Column {
  const counts = new Int32Array(values.length);
  for (const value of valueOf) if (value >= 0) counts[value] = wholeAt(counts, value) + 1;
  return { valueOf, values, counts };
}

/** Any number of values a row: row r has `values[starts[r]] … values[starts[r + 1] - 1]`. */
export interface Lists {
  readonly starts: Int32Array;
  readonly values: Int32Array;
}

/** How many numbers a list has. */
export const countIn = ({ starts }: Lists, list: number): number =>
  wholeAt(starts, list + 1) - wholeAt(starts, list);

/** The numbers of one list, without a copy. */
export const valuesOfRow = ({ starts, values }: Lists, row: number): Int32Array =>
  values.subarray(wholeAt(starts, row), wholeAt(starts, row + 1));

export function listsOf({ valueOf }: Pick<Column, "valueOf">): Lists {
  const starts = new Int32Array(valueOf.length + 1);
  let count = 0;
  for (let row = 0; row < valueOf.length; row++) {
    starts[row] = count;
    if (wholeAt(valueOf, row) >= 0) count++;
  }
  starts[valueOf.length] = count;
  const values = new Int32Array(count);
  count = 0;
  for (const value of valueOf) if (value >= 0) values[count++] = value;
  return { starts, values };
}

/** The other way round: which rows have each value, in row order. */
export function rowsByValue(lists: Lists, valueCount: number): Lists {
  const starts = new Int32Array(valueCount + 1);
  for (const value of lists.values) starts[value + 1] = wholeAt(starts, value + 1) + 1;
  for (let value = 0; value < valueCount; value++)
    starts[value + 1] = wholeAt(starts, value + 1) + wholeAt(starts, value);
  const at = starts.slice();
  const rows = new Int32Array(lists.values.length);
  for (let row = 0; row + 1 < lists.starts.length; row++) {
    const end = wholeAt(lists.starts, row + 1);
    for (let index = wholeAt(lists.starts, row); index < end; index++) {
      const value = wholeAt(lists.values, index);
      const place = wholeAt(at, value);
      rows[place] = row;
      at[value] = place + 1;
    }
  }
  return { starts, values: rows };
}

/** Joins rows into sets; the set of a row is named by its smallest row. */
export class DisjointSets {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(count: number) {
    this.#parent = new Int32Array(count);
    for (let row = 0; row < count; row++) this.#parent[row] = row;
    this.#size = new Int32Array(count).fill(1);
  }

  find(row: number): number {
    let root = row;
    while (this.#parent[root] !== root) root = wholeAt(this.#parent, root);
    for (let next = row; next !== root;) {
      const parent = wholeAt(this.#parent, next);
      this.#parent[next] = root;
      next = parent;
    }
    return root;
  }

  size(row: number): number {
    return wholeAt(this.#size, this.find(row));
  }

  join(a: number, b: number): void {
    const [left, right] = [this.find(a), this.find(b)];
    if (left === right) return;
    const [root, other] = left < right ? [left, right] : [right, left];
    this.#parent[other] = root;
    this.#size[root] = wholeAt(this.#size, root) + wholeAt(this.#size, other);
  }

  /** Joins the places of items in a list that have a key in common. */
  joinAlike<Item>(items: readonly Item[], keysOf: (item: Item) => Iterable<number>): void {
    const first = new Map<number, number>();
    items.forEach((item, at) => {
      for (const key of keysOf(item)) {
        const known = first.get(key);
        if (known === undefined) first.set(key, at);
        else this.join(known, at);
      }
    });
  }

  /** The items of a list, those of each set together, in the list's order. */
  partsOf<Item>(items: readonly Item[]): Item[][] {
    const parts = Map.groupBy(items.entries(), ([at]) => this.find(at));
    return [...parts.values()].map((part) => part.map(([, item]) => item));
  }
}
