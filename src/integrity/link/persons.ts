/* The person of each order. Devices and payments are left out, since households share them. */

import { must } from "../../base/assert.ts";
import { floatAt, wholeAt } from "../../base/at.ts";
import { candidatePairs, type BlockingKey } from "./block.ts";
import { clusterRows, type Link } from "./cluster.ts";
import { columnOf, type Column } from "../table/columns.ts";
import { Dictionary, PairNumbers } from "../table/numbering.ts";
import type { PlaceBook, Places } from "../table/places.ts";
import { Linker, shippedWeights, type LinkField, type LinkModel } from "./link.ts";
import type { OrderTable } from "../table/orders.ts";

/** Fields that say who a person is. Devices and payments say what a household or a ring shares: not here. */
const PERSON_FIELDS = [
  { name: "name", kind: "name", group: "name" },
  { name: "phone", kind: "phone", group: "contact" },
  { name: "email", kind: "exact", group: "contact" },
  { name: "address", kind: "address", group: "place" },
] as const;

/** Two texts of each row as one key; -1 where one of them is missing. */
function both(a: Column, b: Column): Int32Array {
  const keys = new PairNumbers();
  return Int32Array.from(a.valueOf, (value, row) =>
    value < 0 || wholeAt(b.valueOf, row) < 0 ? -1 : keys.number(value, wholeAt(b.valueOf, row)),
  );
}

function blockingKeys(table: OrderTable, places: Places): BlockingKey[] {
  const { name, phone, email, account, address, device, district, maskedPhone } = table.columns;
  const keys = new Dictionary();
  const rare = address.values.map((_, index) => {
    const key = places.rareKey(index);
    return key === null ? -1 : keys.number(key);
  });
  const place = columnOf(
    Int32Array.from(address.valueOf, (value) =>
      value < 0 ? -1 : must(rare[value], "a key of each address"),
    ),
    keys.values,
  );
  return [
    { name: "phone", keyOf: phone.valueOf },
    { name: "email", keyOf: email.valueOf },
    { name: "account", keyOf: account.valueOf },
    { name: "name and place", keyOf: both(name, place) },
    { name: "name and district", keyOf: both(name, district) },
    { name: "name and device", keyOf: both(name, device) },
    { name: "name and masked phone", keyOf: both(name, maskedPhone) },
  ];
}

/** Rows by time: who stands next to whom in a large block. */
export function rowsByTime(table: OrderTable): Int32Array {
  const order = Int32Array.from({ length: table.count }, (_, row) => row);
  const { orderedAtMs } = table;
  return order.sort((a, b) => floatAt(orderedAtMs, a) - floatAt(orderedAtMs, b) || a - b);
}

/** The fields of a person over a table's columns, and the shipped model for an event of that size. */
export function personFields(columns: OrderTable["columns"], places: PlaceBook): LinkField[] {
  return PERSON_FIELDS.map((field) => ({ ...field, column: columns[field.name], places }));
}

export const personModel = (eventCount: number): LinkModel => ({
  fields: PERSON_FIELDS.map((field) => shippedWeights(field.kind)),
  linkShare: 1 / Math.max(1_000, eventCount),
});

/** A linker over orders with the shipped weights: one order is judged as a million are. */
export function personLinker(table: OrderTable, places: PlaceBook): Linker {
  const linker = new Linker(personFields(table.columns, places), table.count, table.eventCount);
  linker.use(personModel(table.eventCount));
  return linker;
}

/** One account is one person, whatever its orders say. */
export const SAME_ACCOUNT_BITS = 100;

/** Whether two rows are orders of one account. */
export function sameAccountIn({ columns }: OrderTable): (a: number, b: number) => boolean {
  const { valueOf } = columns.account;
  return (a, b) => wholeAt(valueOf, a) >= 0 && valueOf[a] === valueOf[b];
}

/** Pairs compared between two words on how far it is. */
const TOLD_EVERY = 1 << 16;

/** The person of each order, named by the first row of that person. `told`: how far it is, 0 to 1. */
export function personsOf(
  table: OrderTable,
  places: Places,
  apart: ReadonlySet<string> = new Set(),
  told: (share: number) => void = () => undefined,
): Int32Array {
  const linker = personLinker(table, places);
  const pairs = candidatePairs(blockingKeys(table, places), table.count, rowsByTime(table));
  const links: Link[] = [];
  const sure = sameAccountIn(table);
  for (let index = 0; index < pairs.length; index++) {
    if (index % TOLD_EVERY === 0) told(index / pairs.length);
    const pair = floatAt(pairs, index);
    const a = Math.floor(pair / table.count);
    const b = pair % table.count;
    const bits = sure(a, b) ? SAME_ACCOUNT_BITS : linker.evidence(a, b);
    if (bits >= 0) links.push({ a, b, bits });
  }
  return clusterRows(linker, links, { apart, sure });
}
