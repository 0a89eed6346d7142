/* Things that the rows of a ring visibly have in common, after masks, placeholders and lost values. */

import type { Seen } from "./channels.ts";
import type { TiedBy } from "./types.ts";

const KINDS = ["device", "payment", "phone", "mail"] as const;

/** Share of a ring's rows that have to hold a thing of a kind together with another row of it. */
const SHARED_AT_LEAST = 0.5;

function isShared(values: readonly (string | null)[]): boolean {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const shared = [...counts.values()].filter((count) => count > 1);
  return shared.reduce((sum, count) => sum + count, 0) >= SHARED_AT_LEAST * values.length;
}

/**
 * By how many kinds of things a ring is tied: a kind counts if at least half of the rows hold a device,
 * a purse, a phone or a mail box that another row of the ring holds too.
 */
export function tiedBy(rows: readonly Seen[]): TiedBy {
  const kinds = KINDS.filter((kind) => isShared(rows.map((seen) => seen[kind])));
  if (kinds.length === 0) return "weak";
  return kinds.length === 1 ? "one" : "two";
}
