/*
 * The pairs of rows that are worth comparing: rows with a common key. Comparing all pairs of a million rows would never end.
 */

import { floatAt, wholeAt } from "../../base/at.ts";
import { NumberList } from "../table/columns.ts";

/** A value with at most this many rows has all its pairs compared. */
export const FULL_BLOCK = 60;
/** In larger blocks a row is compared with this many that follow it in time. */
export const NEIGHBOURS = 8;

/** Rows looked at in a large block until one has its neighbours of the other table. */
const LOOK_AHEAD = 64;

/** A way to find pairs: rows with the same key are compared. -1 is no key. */
export interface BlockingKey {
  readonly name: string;
  readonly keyOf: Int32Array;
  /** Other keys of each row, with the same meaning; none that the row has already. */
  readonly others?: readonly Int32Array[];
}

/** Which of two rows comes first in a large block: the one of the earlier time, or of the smaller text. */
export type RowOrder = (a: number, b: number) => number;

/**
 * The pairs worth comparing, as `a * rowCount + b` with a < b, sorted, each once. `rowOrder` is what
 * "next to each other" means in a large block: rows by a text that sorts likeness together.
 * `sourceOf`: the table of each row; rows of one table are no pair.
 */
export function candidatePairs(
  keys: readonly BlockingKey[],
  rowCount: number,
  rowOrder: Int32Array,
  sourceOf?: Int32Array,
): Float64Array {
  const rankOf = new Int32Array(rowCount);
  for (let rank = 0; rank < rowOrder.length; rank++) rankOf[wholeAt(rowOrder, rank)] = rank;
  const pairs = new NumberList("any", 1 << 16);
  const told = (a: number, b: number) => pairs.push(a * rowCount + b);
  for (const key of keys) {
    const blocks = rowsByKey(key, (a, b) => wholeAt(rankOf, a) - wholeAt(rankOf, b));
    if (sourceOf) eachCrossPair(blocks, sourceOf, told);
    else eachPairIn(blocks, told);
  }
  // Typed arrays: a Set dies at 2^24 entries, and a million orders have more pairs than that.
  const sorted = pairs.copy().sort();
  let count = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1])
      sorted[count++] = floatAt(sorted, index);
  }
  return sorted.subarray(0, count);
}

/**
 * Tells the pairs of rows that a key brings together, one by one, the smaller row first. A list of them would take
 * more memory than the rows.
 */
export function eachPair(
  key: BlockingKey,
  rowOrder: RowOrder,
  told: (a: number, b: number) => void,
): void {
  eachPairIn(rowsByKey(key, rowOrder), told);
}

interface Blocks {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/**
 * Rows by key: those of key k are `rows[starts[k]] … rows[starts[k + 1] - 1]`, in row order; in large blocks in the
 * order that says who is next to whom. Going through the rows one after the other keeps the memory near.
 */
function rowsByKey({ keyOf, others = [] }: BlockingKey, rowOrder: RowOrder): Blocks {
  const keysOf = [keyOf, ...others];
  let most = -1;
  for (const keys of keysOf) for (const key of keys) if (key > most) most = key;
  const starts = new Int32Array(most + 2);
  for (const keys of keysOf)
    for (const key of keys) if (key >= 0) starts[key + 1] = wholeAt(starts, key + 1) + 1;
  for (let key = 0; key <= most; key++)
    starts[key + 1] = wholeAt(starts, key + 1) + wholeAt(starts, key);
  const at = starts.slice();
  const rows = new Int32Array(starts[most + 1] ?? 0);
  for (let row = 0; row < keyOf.length; row++) {
    for (const keys of keysOf) {
      const key = wholeAt(keys, row);
      if (key < 0) continue;
      const place = wholeAt(at, key);
      rows[place] = row;
      at[key] = place + 1;
    }
  }
  for (let key = 0; key <= most; key++) {
    const [start, end] = [wholeAt(starts, key), wholeAt(starts, key + 1)];
    if (end - start > FULL_BLOCK) rows.subarray(start, end).sort(rowOrder);
  }
  return { starts, rows };
}

type Told = (a: number, b: number) => void;

function eachPairIn({ starts, rows }: Blocks, told: Told): void {
  for (let key = 0; key + 1 < starts.length; key++) {
    const [start, end] = [wholeAt(starts, key), wholeAt(starts, key + 1)];
    const reach = end - start <= FULL_BLOCK ? end - start : NEIGHBOURS;
    for (let i = start; i < end; i++) {
      const one = wholeAt(rows, i);
      const last = Math.min(end, i + reach + 1);
      for (let j = i + 1; j < last; j++) {
        const other = wholeAt(rows, j);
        if (one < other) told(one, other);
        else told(other, one);
      }
    }
  }
}

/** Pairs of rows of two tables. In a large block a row has the next ones of the other table. */
function eachCrossPair({ starts, rows }: Blocks, sourceOf: Int32Array, told: Told): void {
  for (let key = 0; key + 1 < starts.length; key++) {
    const [start, end] = [wholeAt(starts, key), wholeAt(starts, key + 1)];
    const isLarge = end - start > FULL_BLOCK;
    for (let i = start; i < end; i++) {
      const a = wholeAt(rows, i);
      const last = isLarge ? Math.min(end, i + LOOK_AHEAD + 1) : end;
      let left = isLarge ? NEIGHBOURS : end;
      for (let j = i + 1; j < last && left > 0; j++) {
        const b = wholeAt(rows, j);
        if (sourceOf[a] === sourceOf[b]) continue;
        told(Math.min(a, b), Math.max(a, b));
        left--;
      }
    }
  }
}
