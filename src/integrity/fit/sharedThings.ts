/* Counts how many accounts have each value of an event, and leaves out values that one moment ties. */

import { floatAt, wholeAt } from "../../base/at.ts";
import { synchrony } from "../evidence/synchrony.ts";
import { byLetters } from "../../base/canonical.ts";
import { must } from "../../base/assert.ts";
import { listsOf, rowsByValue, valuesOfRow } from "../table/columns.ts";
import { hubLimit } from "../values/hubs.ts";
import type { SeenEvent } from "./crowd.ts";
import { MOST_ACCOUNTS, type ThingNull } from "./nulls.ts";

/** Things whose sharing is learned. */
export const FITTED_THINGS = ["device", "payment", "phone", "email", "phoneBlock"] as const;
type FittedThing = (typeof FITTED_THINGS)[number];

/** From so many accounts on a common moment says that they are no strangers. */
const LEAST_TOGETHER = 3;
/** A moment this close is no chance. */
const SELDOM = 0.02;

/** The sharing of each thing on each channel, and over all of them. */
export function nullsOf(seen: SeenEvent): ThingNull[] {
  return FITTED_THINGS.flatMap((thing) => nullsOfThing(seen, thing));
}

function nullsOfThing(seen: SeenEvent, thing: FittedThing): ThingNull[] {
  const { channel } = seen.columns;
  const all = new Float64Array(MOST_ACCOUNTS);
  const byChannel = channel.values.map(() => new Float64Array(MOST_ACCOUNTS));
  const limit = hubLimit(seen.count);
  const { valueOf, values } = seen.columns[thing];
  const lists = rowsByValue(listsOf({ valueOf: valueOf.subarray(0, seen.count) }), values.length);
  for (let value = 0; value < values.length; value++) {
    const rows = valuesOfRow(lists, value);
    if (rows.length === 0 || rows.length > limit) continue;
    if (rows.length === 1) {
      // Most values are one order's: of millions each step more is felt.
      const own = must(
        byChannel[wholeAt(channel.valueOf, wholeAt(rows, 0))],
        "accounts of each channel",
      );
      for (const into of [all, own]) into[0] = floatAt(into, 0) + 1;
      continue;
    }
    const parts = Map.groupBy(rows, (row) => wholeAt(channel.valueOf, row));
    for (const [number, part] of parts)
      count(must(byChannel[number], "accounts of each channel"), seen, firstOfEach(seen, part));
    count(all, seen, firstOfEach(seen, rows, parts.size > 1));
  }
  const told = channel.values
    .map((name, number) => ({ thing, channel: name, accounts: trimmed(byChannel[number]) }))
    .filter(({ accounts }) => accounts.length > 0)
    .sort((a, b) => byLetters(a.channel, b.channel));
  return [{ thing, channel: null, accounts: trimmed(all) }, ...told].filter(
    ({ accounts }) => accounts.length > 0,
  );
}

/** Without zeros at its end. */
function trimmed(counts: Float64Array | undefined): number[] {
  const list = Array.from(counts ?? []);
  while (list.length > 0 && list.at(-1) === 0) list.pop();
  return list;
}

/** The first row of each account. Over several channels accounts of one name are one. */
function firstOfEach(
  { columns }: SeenEvent,
  rows: ArrayLike<number> & Iterable<number>,
  byName = false,
): number[] {
  if (rows.length === 1) return [...rows];
  const known = new Set<string>();
  return Array.from(rows).filter((row) => {
    const name = byName ? wholeAt(columns.name.valueOf, row) : -1;
    const key = name >= 0 ? `name ${name}` : ownKey(columns, row);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Where there is no account, the phone, then the mail box, then the order itself stands for it. */
function ownKey(columns: SeenEvent["columns"], row: number): string {
  for (const name of ["account", "phone", "email"] as const) {
    const value = wholeAt(columns[name].valueOf, row);
    if (value >= 0) return `${name} ${value}`;
  }
  return `row ${row}`;
}

function count(into: Float64Array, seen: SeenEvent, firsts: readonly number[]): void {
  const accounts = firsts.length;
  if (accounts >= LEAST_TOGETHER && cameTogether(seen, firsts)) return;
  const at = Math.min(accounts, MOST_ACCOUNTS) - 1;
  into[at] = (into[at] ?? 0) + accounts;
}

function cameTogether(seen: SeenEvent, firsts: readonly number[]): boolean {
  const ordered = Float64Array.from(firsts, seen.orderShare);
  if (synchrony(ordered).p < SELDOM) return true;
  const made = Float64Array.from(firsts, seen.creationShare).filter(
    (share) => !Number.isNaN(share),
  );
  return synchrony(made).p < SELDOM;
}
