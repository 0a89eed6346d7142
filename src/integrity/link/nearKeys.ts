/* By what rows of two tables find each other where no value is the same: what a slip of the hand leaves of it. */

import { Dictionary } from "../table/numbering.ts";
import type { LinkField } from "./link.ts";
import type { TableKey } from "./tableKeys.ts";
import { Wording } from "./wordLikeness.ts";

/** Rows are looked up by so many of a text's rarest words, and by these first letters of each. */
const LOOKED_UP_WORDS = 3;
const PREFIX = 4;

/** Rows whose texts share a rare word's first letters, or whose addresses share a street's and a door. */
export function nearKeys(fields: readonly LinkField[]): TableKey[] {
  return fields.flatMap((field) => {
    const { kind, column, places } = field;
    if (kind === "address")
      return [
        severalKeys(
          field,
          column.values.map((_, value) => places?.blocksOf?.(value) ?? []),
        ),
      ];
    return kind === "text" || kind === "name" ? [severalKeys(field, wordKeys(field))] : [];
  });
}

/** The first letters of each text's rarest words, by number. */
function wordKeys({ column }: LinkField): number[][] {
  const wording = new Wording(column);
  const prefixes = new Dictionary();
  return column.values.map((_, value) =>
    wording
      .rarestWords(value)
      .slice(0, LOOKED_UP_WORDS)
      .map((word) => prefixes.number(word.slice(0, PREFIX))),
  );
}

/** A key of which each value has several, none of them twice. */
function severalKeys(
  { name, column }: LinkField,
  keysOf: readonly (readonly number[])[],
): TableKey {
  const keys = keysOf.map((ofValue) => [...new Set(ofValue)]);
  const most = keys.reduce((count, one) => Math.max(count, one.length), 1);
  const nth = (at: number) =>
    column.valueOf.map((value) => (value < 0 ? -1 : (keys[value]?.[at] ?? -1)));
  const others = Array.from({ length: most - 1 }, (_, at) => nth(at + 1));
  return { name: `${name}, nearly`, keyOf: nth(0), others, fields: [name] };
}
