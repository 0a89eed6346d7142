/*
 * The pairs of rows that are worth comparing: rows with a common key. Comparing all pairs of a million rows would never end.
 */

import { floatAt, wholeAt } from "../../base/at.ts";
import { NumberList } from "../table/columns.ts";

/** A value with at most this many rows has all its pairs compared. */
export const FULL_BLOCK = 60;
/** In larger blocks a row is compared with this many that follow it in time. */
export const NEIGHBOURS = 8;

/** A way to find pairs: rows with the same key are compared. -1 is no key. */
export interface BlockingKey {
  readonly name: string;
  readonly keyOf: Int32Array;
}

/**
 * The pairs worth comparing, as `a * rowCount + b` with a < b, sorted, each once. `rowOrder` is what
 * "next to each other" means in a large block: rows by time, or by a text that sorts likeness together.
 */
export function candidatePairs(
  keys: readonly BlockingKey[],
  rowCount: number,
  rowOrder: Int32Array,
): Float64Array {
  const pairs = new NumberList("any", 1 << 16);
  for (const { keyOf } of keys) addPairs(keyOf, rowCount, rowOrder, pairs);
  // Typed arrays: a Set dies at 2^24 entries, and a million orders have more pairs than that.
  const sorted = pairs.copy().sort();
  let count = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1])
      sorted[count++] = floatAt(sorted, index);
  }
  return sorted.subarray(0, count);
}

function addPairs(
  keyOf: Int32Array,
  rowCount: number,
  rowOrder: Int32Array,
  pairs: NumberList,
): void {
  let most = -1;
  for (const key of keyOf) if (key > most) most = key;
  const starts = new Int32Array(most + 2);
  for (const key of keyOf) if (key >= 0) starts[key + 1] = wholeAt(starts, key + 1) + 1;
  for (let key = 0; key <= most; key++)
    starts[key + 1] = wholeAt(starts, key + 1) + wholeAt(starts, key);
  const at = starts.slice();
  const rows = new Int32Array(starts[most + 1] ?? 0);
  for (const row of rowOrder) {
    const key = wholeAt(keyOf, row);
    if (key < 0) continue;
    const place = wholeAt(at, key);
    rows[place] = row;
    at[key] = place + 1;
  }
  for (let key = 0; key <= most; key++) {
    const [start, end] = [wholeAt(starts, key), wholeAt(starts, key + 1)];
    const reach = end - start <= FULL_BLOCK ? end - start : NEIGHBOURS;
    for (let i = start; i < end; i++) {
      for (let j = i + 1; j < Math.min(end, i + reach + 1); j++) {
        const a = wholeAt(rows, i);
        const b = wholeAt(rows, j);
        pairs.push(a < b ? a * rowCount + b : b * rowCount + a);
      }
    }
  }
}
