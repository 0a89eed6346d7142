/* Samples that anybody can draw again. */

import { toHex } from "./bytes.ts";
import { sha256, utf8 } from "./hash.ts";

/**
 * The `count` items with the smallest SHA-256(text), in rank order. The result is fixed by the
 * texts alone, so nobody can influence the draw afterwards.
 */
export function drawByHash<T>(
  items: readonly T[],
  count: number,
  textOf: (item: T) => string,
): T[] {
  return items
    .map((item) => ({ item, rank: toHex(sha256(utf8(textOf(item)))) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map((one) => one.item);
}
