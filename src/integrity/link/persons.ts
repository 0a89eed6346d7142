/* The person of each order. Households share devices and payments, so those count only where a channel masks all else. */

import { floatAt, wholeAt } from "../../base/at.ts";
import { eachPair, type BlockingKey, type RowOrder } from "./block.ts";
import { clippedBits, clusterRows, pairsOf, type Link } from "./cluster.ts";
import { listsOf, rowsByValue, valuesOfRow, type Lists } from "../table/columns.ts";
import { PairNumbers } from "../table/numbering.ts";
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

/** Two numbers of each row as one key; -1 where one of them is missing. */
function both(a: Int32Array, b: Int32Array): Int32Array {
  const keys = new PairNumbers();
  return a.map((one, row) => {
    const other = wholeAt(b, row);
    return one < 0 || other < 0 ? -1 : keys.number(one, other);
  });
}

/** The place of each order's address; -1 for none. */
function placesOfRows({ address }: OrderTable["columns"], places: Places): Int32Array {
  const placeOf = Int32Array.from(address.values, (_, index) => places.placeNumber(index));
  return address.valueOf.map((value) => (value < 0 ? -1 : wholeAt(placeOf, value)));
}

const KEY_COUNT = 7;

/** One after the other: a key is as long as the table, and is not needed any more when the next one is. */
function* blockingKeys({ columns }: OrderTable, places: Places): Generator<BlockingKey> {
  const { name, phone, email, device, payment, district, maskedPhone } = columns;
  const withName = (other: Int32Array) => both(name.valueOf, other);
  yield { name: "phone", keyOf: phone.valueOf };
  yield { name: "email", keyOf: email.valueOf };
  yield { name: "name and place", keyOf: withName(placesOfRows(columns, places)) };
  yield { name: "name and district", keyOf: withName(district.valueOf) };
  yield { name: "name and device", keyOf: withName(device.valueOf) };
  yield { name: "name and masked phone", keyOf: withName(maskedPhone.valueOf) };
  yield { name: "device and payment", keyOf: both(device.valueOf, payment.valueOf) };
}

/** Orders by time: who stands next to whom in a large block. */
const byTime =
  ({ orderedAtMs }: OrderTable): RowOrder =>
  (a, b) =>
    floatAt(orderedAtMs, a) - floatAt(orderedAtMs, b) || a - b;

/** Rows by time. */
export function rowsByTime(table: OrderTable): Int32Array {
  return Int32Array.from({ length: table.count }, (_, row) => row).sort(byTime(table));
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

/** Things that say who somebody is only where the channel masks all else: elsewhere households share them. */
const MEANS_FIELDS = [
  { name: "device", kind: "exact", group: "means" },
  { name: "payment", kind: "exact", group: "means" },
] as const;

const MEANS_MODEL: LinkModel = {
  fields: MEANS_FIELDS.map((field) => shippedWeights(field.kind)),
  linkShare: 0.5,
};

/** Whether two rows are orders of one account: they are one person's without any evidence. */
export const isOneAccount = (
  { account: { valueOf } }: OrderTable["columns"],
  a: number,
  b: number,
): boolean => wholeAt(valueOf, a) >= 0 && valueOf[a] === valueOf[b];

/** Whether a row tells neither name nor contact. */
const isMasked = ({ name, phone, email }: OrderTable["columns"], row: number): boolean =>
  wholeAt(name.valueOf, row) < 0 &&
  wholeAt(phone.valueOf, row) < 0 &&
  wholeAt(email.valueOf, row) < 0;

/** The evidence that two orders are one person's: texts, and things where the channel masks the texts. */
export class PersonEvidence {
  readonly #columns: OrderTable["columns"];
  readonly #linker: Linker;
  readonly #means: Linker;

  constructor(columns: OrderTable["columns"], linker: Linker) {
    this.#columns = columns;
    this.#linker = linker;
    const fields = MEANS_FIELDS.map((field) => ({ ...field, column: columns[field.name] }));
    this.#means = new Linker(fields, linker.rowCount);
  }

  /** The shipped model for an event that has grown to a size. */
  useGrowing(eventCount: number): void {
    this.#linker.useGrowing(personModel(eventCount), eventCount);
    this.useMeans(eventCount);
  }

  useMeans(eventCount: number): void {
    this.#means.useGrowing(MEANS_MODEL, eventCount);
  }

  bits(a: number, b: number): number {
    const bits = this.#linker.evidence(a, b);
    if (!isMasked(this.#columns, a) && !isMasked(this.#columns, b)) return bits;
    return bits + this.#means.weight(a, b);
  }

  /** The same for a link; some number below 0 for none. */
  bitsOfLink(a: number, b: number): number {
    if (isMasked(this.#columns, a) || isMasked(this.#columns, b)) return this.bits(a, b);
    return this.#linker.evidenceOfLink(a, b);
  }
}

export const personEvidence = (table: OrderTable, places: PlaceBook): PersonEvidence => {
  const evidence = new PersonEvidence(table.columns, personLinker(table, places));
  evidence.useMeans(table.eventCount);
  return evidence;
};

/** Orders of an account that are asked when it is compared with another one. */
const ORDERS_ASKED = 4;

/**
 * Accounts, and single orders where there is no account, are put together into persons, whatever names and places
 * their orders go to. An account that orders for five recipients is one person and has one limit.
 */
export class Accounts {
  readonly rowCount: number;
  readonly unitOf: Int32Array;
  readonly #rows: Lists;
  readonly #evidence: PersonEvidence;

  constructor({ columns, count }: OrderTable, evidence: PersonEvidence) {
    const { account } = columns;
    const known = new Int32Array(account.values.length).fill(-1);
    this.unitOf = new Int32Array(count);
    let units = 0;
    for (let row = 0; row < count; row++) {
      const value = wholeAt(account.valueOf, row);
      const unit = value < 0 ? -1 : wholeAt(known, value);
      if (value >= 0 && unit < 0) known[value] = units;
      this.unitOf[row] = unit < 0 ? units++ : unit;
    }
    this.rowCount = units;
    const column = { valueOf: this.unitOf, values: [], counts: new Int32Array() };
    this.#rows = rowsByValue(listsOf(column), units);
    this.#evidence = evidence;
  }

  /** For accounts of several orders the mean: one recipient in common makes no two people one. */
  evidence(a: number, b: number): number {
    const [mine, theirs] = [this.#asked(a), this.#asked(b)];
    const [first, second] = [mine[0], theirs[0]];
    if (mine.length * theirs.length === 1 && first !== undefined && second !== undefined)
      return this.#evidence.bits(first, second);
    let sum = 0;
    for (const one of mine)
      for (const other of theirs) sum += clippedBits(this.#evidence.bits(one, other));
    return sum / (mine.length * theirs.length);
  }

  #asked(unit: number): Int32Array {
    return valuesOfRow(this.#rows, unit).subarray(0, ORDERS_ASKED);
  }

  /** The person of each row, by its first row, where the person of each account is known by its first account. */
  personOf(personOfUnit: Int32Array): Int32Array {
    return this.unitOf.map((unit) =>
      wholeAt(this.#rows.values, wholeAt(this.#rows.starts, wholeAt(personOfUnit, unit))),
    );
  }
}

/** Puts accounts together into persons, over links between their orders; `apart`: rows of two people. */
export function clusterPersons(
  table: OrderTable,
  evidence: PersonEvidence,
  links: readonly Link[],
  apart: ReadonlySet<string> = new Set(),
): Int32Array {
  const accounts = new Accounts(table, evidence);
  const unit = (row: number) => wholeAt(accounts.unitOf, row);
  const between = links.flatMap(({ a, b, bits }) => {
    const [low, high] = [Math.min(unit(a), unit(b)), Math.max(unit(a), unit(b))];
    return low === high ? [] : [{ a: low, b: high, bits }];
  });
  return accounts.personOf(clusterRows(accounts, between, { apart: pairsOf(apart, unit) }));
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
  const evidence = personEvidence(table, places);
  const links: Link[] = [];
  let [keys, pairs] = [0, 0];
  const compare = (a: number, b: number) => {
    if (pairs++ % TOLD_EVERY === 0) told(keys / KEY_COUNT);
    if (isOneAccount(table.columns, a, b)) return;
    const bits = evidence.bitsOfLink(a, b);
    // A pair that several keys bring together is a link several times over, which says nothing more.
    if (bits >= 0) links.push({ a, b, bits });
  };
  for (const key of blockingKeys(table, places)) {
    eachPair(key, byTime(table), compare);
    keys++;
  }
  return clusterPersons(table, evidence, links, apart);
}
