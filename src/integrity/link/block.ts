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

/**
 * The pairs worth comparing, as `a * rowCount + b` with a < b, sorted, each once. `rowOrder` is what
 * "next to each other" means in a large block: rows by time, or by a text that sorts likeness together.
 * `sourceOf`: the table of each row; rows of one table are no pair.
 */
export function candidatePairs(
  keys: readonly BlockingKey[],
  rowCount: number,
  rowOrder: Int32Array,
  sourceOf?: Int32Array,
): Float64Array {
  const pairs = new NumberList("any", 1 << 16);
  for (const { keyOf, others = [] } of keys) {
    const block = rowsByKey([keyOf, ...others], rowOrder);
    if (sourceOf) addCrossPairs(block, rowCount, sourceOf, pairs);
    else addPairs(block, rowCount, pairs);
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

interface Blocks {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Rows by key: those of key k are `rows[starts[k]] … rows[starts[k + 1] - 1]`, in the row order. */
function rowsByKey(keysOf: readonly Int32Array[], rowOrder: Int32Array): Blocks {
  let most = -1;
  for (const keyOf of keysOf) for (const key of keyOf) if (key > most) most = key;
  const starts = new Int32Array(most + 2);
  for (const keyOf of keysOf)
    for (const key of keyOf) if (key >= 0) starts[key + 1] = wholeAt(starts, key + 1) + 1;
  for (let key = 0; key <= most; key++)
    starts[key + 1] = wholeAt(starts, key + 1) + wholeAt(starts, key);
  const at = starts.slice();
  const rows = new Int32Array(starts[most + 1] ?? 0);
  for (const row of rowOrder) {
    for (const keyOf of keysOf) {
      const key = wholeAt(keyOf, row);
      if (key < 0) continue;
      const place = wholeAt(at, key);
      rows[place] = row;
      at[key] = place + 1;
    }
  }
  return { starts, rows };
}

/** Two rows as one number, the smaller one first. */
const pairNumbers =
  (rowCount: number) =>
  (a: number, b: number): number =>
    a < b ? a * rowCount + b : b * rowCount + a;

function addPairs({ starts, rows }: Blocks, rowCount: number, pairs: NumberList): void {
  const numberOf = pairNumbers(rowCount);
  for (let key = 0; key + 1 < starts.length; key++) {
    const [start, end] = [wholeAt(starts, key), wholeAt(starts, key + 1)];
    const reach = end - start <= FULL_BLOCK ? end - start : NEIGHBOURS;
    for (let i = start; i < end; i++) {
      for (let j = i + 1; j < Math.min(end, i + reach + 1); j++)
        pairs.push(numberOf(wholeAt(rows, i), wholeAt(rows, j)));
    }
  }
}

/** Pairs of rows of two tables. In a large block a row has the next ones of the other table. */
function addCrossPairs(
  { starts, rows }: Blocks,
  rowCount: number,
  sourceOf: Int32Array,
  pairs: NumberList,
): void {
  const numberOf = pairNumbers(rowCount);
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
        pairs.push(numberOf(a, b));
        left--;
      }
    }
  }
}
