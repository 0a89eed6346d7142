/*
 * The values that orders may share, and how accounts are counted. A value that too many orders have (a hub)
 * ties nobody: it is a habit of the place.
 */

import { wholeAt } from "../base/at.ts";
import { must } from "../base/assert.ts";
import {
  ColumnBuilder,
  countIn,
  DisjointSets,
  listsOf,
  rowsByValue,
  valuesOfRow,
  type Lists,
} from "./table/columns.ts";
import { PairNumbers } from "./table/numbering.ts";
import type { EvidenceGrade, OrderTable } from "./table/orders.ts";
import type { IdentifierColumn } from "./evidence/signal.ts";
import { IDENTIFIER_SIGNALS } from "./signals/registered.ts";
import { hubLimit } from "./values/hubs.ts";

/** Which orders have which of an attribute's values, in numbers alone. */
export interface Sharing {
  readonly grade: EvidenceGrade;
  readonly declared: boolean;
  readonly lists: Lists;
  /** Rows by value, in row order. */
  readonly rows: Lists;
  /** How many orders of the whole event have each value. */
  readonly counts: Int32Array;
}

/** A thing that orders can have in common. */
export interface Attribute extends Sharing {
  readonly name: string;
  /** The name of the signal that its values are evidence of; null for weak ones. */
  readonly signal: string | null;
  readonly values: readonly string[];
}

function attributeOf(
  kind: Pick<Attribute, "name" | "grade" | "declared" | "signal">,
  source: { lists: Lists; values: readonly string[]; counts?: Int32Array },
): Attribute {
  const rows = rowsByValue(source.lists, source.values.length);
  const counts =
    source.counts ?? Int32Array.from(source.values, (_, value) => countIn(rows, value));
  return { ...kind, ...source, rows, counts };
}

/** The signal of each column whose values tie orders. */
const OF_COLUMN: ReadonlyMap<IdentifierColumn, string> = new Map(
  IDENTIFIER_SIGNALS.flatMap(({ column, name }) =>
    column === "declared" ? [] : [[column, name] as const],
  ),
);
/** The columns whose values tie orders, as the signals are registered. */
export const OWN_ATTRIBUTES: readonly IdentifierColumn[] = [...OF_COLUMN.keys()];
const DECLARED = must(
  IDENTIFIER_SIGNALS.find(({ column }) => column === "declared"),
  "a signal for declared attributes",
).name;

/** Everything strong that a table's orders may share, and what an import declared. */
export function attributesOf(table: OrderTable): Attribute[] {
  const attributes: Attribute[] = Array.from(OF_COLUMN, ([name, signal]) => {
    const column = table.columns[name];
    const { values, counts } = column;
    const kind = { name, grade: "strong", declared: false, signal } as const;
    return attributeOf(kind, { lists: listsOf(column), values, counts });
  });
  for (const declared of table.declared) {
    const builder = new ColumnBuilder();
    const starts = new Int32Array(table.count + 1);
    for (let row = 0; row < table.count; row++) {
      const values = [...new Set(declared.valuesOf[row] ?? [])];
      for (const value of values) builder.add(value);
      starts[row + 1] = wholeAt(starts, row) + values.length;
    }
    const { valueOf, values } = builder.build();
    const { name, grade } = declared;
    const kind = { name, grade, declared: true, signal: grade === "strong" ? DECLARED : null };
    attributes.push(attributeOf(kind, { lists: { starts, values: valueOf }, values }));
  }
  return attributes;
}

/**
 * The entity of each order: the unit in which accounts are counted. A person has one account on each channel, so accounts of
 * one person on different channels are one; a second account on the same channel is another.
 */
export function entitiesOf(table: OrderTable, personOf: Int32Array): Int32Array {
  const { account, phone, email, channel } = table.columns;
  const entityOf = new Int32Array(table.count);
  const people = new PairNumbers();
  const places = new PairNumbers();
  const nextAt: number[] = [];
  const phonesFrom = account.values.length;
  const emailsFrom = phonesFrom + phone.values.length;
  const rowsFrom = emailsFrom + email.values.length;
  const known = new Int32Array(rowsFrom + table.count).fill(-1);
  for (let row = 0; row < table.count; row++) {
    const a = wholeAt(account.valueOf, row);
    const p = wholeAt(phone.valueOf, row);
    const e = wholeAt(email.valueOf, row);
    // Where there is no account, the phone, then the mail box, then the order itself stands for it.
    const own = a >= 0 ? a : p >= 0 ? phonesFrom + p : e >= 0 ? emailsFrom + e : rowsFrom + row;
    if (wholeAt(known, own) < 0) {
      const place = places.number(wholeAt(personOf, row), wholeAt(channel.valueOf, row));
      const nth = nextAt[place] ?? 0;
      nextAt[place] = nth + 1;
      known[own] = people.number(wholeAt(personOf, row), nth);
    }
    entityOf[row] = wholeAt(known, own);
  }
  return entityOf;
}

/** How many different entities have each value. */
export function entitiesByValue(attribute: Attribute, entityOf: Int32Array): Int32Array {
  const { starts, values } = attribute.rows;
  const counts = new Int32Array(attribute.counts.length);
  const seen = new Set<number>();
  for (let value = 0; value < counts.length; value++) {
    const [start, end] = [wholeAt(starts, value), wholeAt(starts, value + 1)];
    if (end - start < 2) {
      counts[value] = end - start;
      continue;
    }
    const entity = (at: number) => wholeAt(entityOf, wholeAt(values, at));
    if (end - start === 2) {
      counts[value] = entity(start) === entity(start + 1) ? 1 : 2;
      continue;
    }
    seen.clear();
    for (let at = start; at < end; at++) seen.add(entity(at));
    counts[value] = seen.size;
  }
  return counts;
}

/** Of a declared attribute nothing is known but its grade, so it is a hub sooner. */
const DECLARED_HUB = 40;

export function isHub(attribute: Sharing, value: number, eventCount: number): boolean {
  const orders = wholeAt(attribute.counts, value);
  return orders > (attribute.declared ? DECLARED_HUB : hubLimit(eventCount));
}

/** Counts of each value, 0 for hubs. */
export function withoutHubs(
  attribute: Attribute,
  accounts: Int32Array,
  eventCount: number,
): Int32Array {
  for (let value = 0; value < accounts.length; value++)
    if (isHub(attribute, value, eventCount)) accounts[value] = 0;
  return accounts;
}

/** Of each row the values of an attribute that tie it to others. */
export const tyingValues =
  (attribute: Sharing, eventCount: number) =>
  (row: number): Int32Array =>
    valuesOfRow(attribute.lists, row).filter((value) => !isHub(attribute, value, eventCount));

/** `count` orders here, of `eventCount` in all of the event. */
export type EventSize = Pick<OrderTable, "count" | "eventCount">;

/** Orders that hang together over the given attributes. */
export function componentsOf(
  attributes: readonly Sharing[],
  { count, eventCount }: EventSize,
): DisjointSets {
  const sets = new DisjointSets(count);
  for (const attribute of attributes) {
    const { rows, counts } = attribute;
    for (let value = 0; value < counts.length; value++) {
      const [start, end] = [wholeAt(rows.starts, value), wholeAt(rows.starts, value + 1)];
      if (end - start < 2 || isHub(attribute, value, eventCount)) continue;
      for (let at = start + 1; at < end; at++)
        sets.join(wholeAt(rows.values, at - 1), wholeAt(rows.values, at));
    }
  }
  return sets;
}
