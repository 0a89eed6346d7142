import { toHex } from "./bytes.ts";
import { sha256, utf8 } from "./hash.ts";

/** The `count` smallest of SHA-256(text): chance that was fixed before anybody asked, in rank order. */
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
