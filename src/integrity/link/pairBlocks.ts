/* Which orders of a growing event a batch would compare, as it is at the moment. */

import { wholeAt } from "../../base/at.ts";
import type { OrderTable, TextColumn } from "../table/orders.ts";
import { FULL_BLOCK, NEIGHBOURS } from "./block.ts";

/** Which of an order's values find orders of the same person; those of `persons.ts`. */
const ALONE = ["phone", "email"] as const;
const WITH_NAME = ["district", "device", "maskedPhone"] as const;

/** The keys of a row; rows with a common key are compared. `place`: that of its address. */
export function pairKeys(
  columns: OrderTable["columns"],
  row: number,
  place: string | null,
): readonly string[] {
  const valueIn = (name: TextColumn) => wholeAt(columns[name].valueOf, row);
  const keys = ALONE.filter((column) => valueIn(column) >= 0).map(
    (column) => `${column} ${valueIn(column)}`,
  );
  if (valueIn("device") >= 0 && valueIn("payment") >= 0)
    keys.push(`means ${valueIn("device")} ${valueIn("payment")}`);
  const name = valueIn("name");
  if (name < 0) return keys;
  if (place !== null) keys.push(`place ${name} ${place}`);
  for (const other of WITH_NAME)
    if (valueIn(other) >= 0) keys.push(`${other} ${name} ${valueIn(other)}`);
  return keys;
}

/** Rows by their keys, in the order of their times. */
export class PairBlocks {
  readonly #blocks = new Map<string, number[]>();
  readonly #byTime: (a: number, b: number) => number;

  /** `byTime`: which of two rows comes first; none are equal. */
  constructor(byTime: (a: number, b: number) => number) {
    this.#byTime = byTime;
  }

  add(row: number, keys: readonly string[]): void {
    for (const key of keys) {
      const rows = this.#blocks.get(key);
      if (rows) rows.splice(this.#placeIn(rows, row), 0, row);
      else this.#blocks.set(key, [row]);
    }
  }

  /** The rows that a batch would compare with a row, each once; it is among those that were added. */
  comparedWith(row: number, keys: readonly string[]): ReadonlySet<number> {
    const found = new Set<number>();
    for (const key of keys) {
      const rows = this.#blocks.get(key) ?? [];
      const isFull = rows.length <= FULL_BLOCK;
      const at = isFull ? 0 : this.#placeIn(rows, row);
      const from = isFull ? 0 : Math.max(0, at - NEIGHBOURS);
      const to = isFull ? rows.length : Math.min(rows.length, at + NEIGHBOURS + 1);
      for (let index = from; index < to; index++) {
        const other = rows[index];
        if (other !== undefined && other !== row) found.add(other);
      }
    }
    return found;
  }

  /** Where a row stands, or would stand, among others. Most come in the order of their times. */
  #placeIn(rows: readonly number[], row: number): number {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = rows[middle];
      if (other !== undefined && other !== row && this.#byTime(other, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
