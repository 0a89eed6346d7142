/* Facts about a group of orders, for signals. Each question is answered from the table when it is asked. */

import { floatAt, wholeAt } from "../base/at.ts";
import { must } from "../base/assert.ts";
import type { AccountsSaid } from "./evidence/evidence.ts";
import type { FullLimit, FullMark } from "./evidence/pattern.ts";
import type { GroupFacts, PlaceFacts, Variety } from "./evidence/signal.ts";
import { fullMark } from "./together/marks.ts";
import type { PlaceBook } from "./table/places.ts";
import type { OrderTable } from "./table/orders.ts";

/** A group's orders, seen beside those of its event. */
export interface GroupSeen {
  readonly table: OrderTable;
  readonly rows: Int32Array;
  readonly entityOf: Int32Array;
  readonly byPlaces: boolean;
  /** The place of each order; -1 where it has none. */
  readonly placeOf: Int32Array;
  readonly places: PlaceBook;
  /** Whether many of the event's orders have a value of a column: such a one is nobody's own. */
  readonly isHub: (column: "device" | "payment", value: number) => boolean;
  /** The full limit that few of the event's buyers take; null where there is none. */
  readonly full: FullLimit | null;
}

/** From here on two addresses are spellings of one, and no two rooms of a house. */
const ALIKE = 4;

/** A group of orders. Accounts are counted as entities: one person's on several channels are one. */
export class FactsOfGroup implements GroupFacts {
  readonly byPlaces: boolean;
  readonly accounts: number;
  /** The orders at its place. */
  readonly placeRows: Int32Array;
  readonly #seen: GroupSeen;
  readonly #counts: RowCounts;
  readonly #varieties = new Map<string, Variety>();
  #place: PlaceFacts | null = null;

  constructor(seen: GroupSeen) {
    this.#seen = seen;
    this.#counts = new RowCounts(seen, seen.rows);
    this.byPlaces = seen.byPlaces;
    this.accounts = this.#counts.accounts;
    this.placeRows = atOnePlace(seen.placeOf, seen.rows);
  }

  get place(): PlaceFacts | null {
    if (this.placeRows.length < 2) return null;
    return (this.#place ??= new FactsOfPlace(this.#seen, this.placeRows));
  }

  /** Several signals ask about one column, so it is counted once. */
  distinct(name: "device" | "payment"): Variety {
    const known = this.#varieties.get(name);
    if (known) return known;
    const variety = this.#counts.varietyOf(name);
    this.#varieties.set(name, variety);
    return variety;
  }

  mailForms(): number[] {
    const { table, rows } = this.#seen;
    const { email, emailTemplate } = table.columns;
    const formOf = new Map<number, number>();
    for (const row of rows) {
      const mail = wholeAt(email.valueOf, row);
      if (mail >= 0) formOf.set(mail, wholeAt(emailTemplate.valueOf, row));
    }
    return [...formOf.values()];
  }

  shareOfMailForm(form: number): number {
    const { table } = this.#seen;
    const { counts } = table.columns.emailTemplate;
    return must(counts[form], "a count of each form") / Math.max(1, table.eventCount);
  }
}

/** Counts over some orders of a group. */
class RowCounts {
  readonly #seen: GroupSeen;
  readonly #rows: Int32Array;
  readonly accounts: number;

  constructor(seen: GroupSeen, rows: Int32Array) {
    this.#seen = seen;
    this.#rows = rows;
    const accounts = new Set<number>();
    for (const row of rows) accounts.add(wholeAt(seen.entityOf, row));
    this.accounts = accounts.size;
  }

  varietyOf(name: "device" | "payment"): Variety {
    const { table, entityOf, isHub } = this.#seen;
    const { valueOf } = table.columns[name];
    const [known, distinct] = [new Set<number>(), new Set<number>()];
    const valued: number[] = [];
    for (const row of this.#rows) {
      const value = wholeAt(valueOf, row);
      if (value < 0 || isHub(name, value)) continue;
      valued.push(row);
      known.add(wholeAt(entityOf, row));
      distinct.add(value);
    }
    return { known: known.size, distinct: distinct.size, ...accountsSaid(table, valued) };
  }
}

/** The orders of a group at one place. Most groups are asked for little of it, so each fact is found when it is. */
class FactsOfPlace implements PlaceFacts {
  readonly #seen: GroupSeen;
  readonly #rows: Int32Array;
  readonly #counts: RowCounts;
  #alike: Pick<PlaceFacts, "orders" | "spellings"> | null = null;

  constructor(seen: GroupSeen, rows: Int32Array) {
    this.#seen = seen;
    this.#rows = rows;
    this.#counts = new RowCounts(seen, rows);
  }

  get accounts(): number {
    return this.#counts.accounts;
  }

  get said(): AccountsSaid {
    return accountsSaid(this.#seen.table, this.#rows);
  }

  get devices(): Variety {
    return this.#counts.varietyOf("device");
  }

  get payments(): Variety {
    return this.#counts.varietyOf("payment");
  }

  /** How many accounts have a device or a means of payment that no other one at the place has. */
  get own(): number {
    const { table, entityOf } = this.#seen;
    const own = new Set<number>();
    for (const name of ["device", "payment"] as const) {
      const { valueOf } = table.columns[name];
      const users = new Map<number, Set<number>>();
      for (const row of this.#rows) {
        const value = wholeAt(valueOf, row);
        if (value < 0) continue;
        const known = users.get(value) ?? new Set<number>();
        users.set(value, known.add(wholeAt(entityOf, row)));
      }
      for (const [entity, ...others] of users.values())
        if (entity !== undefined && others.length === 0) own.add(entity);
    }
    return own.size;
  }

  get full(): FullMark | null {
    const { table, full } = this.#seen;
    if (full === null) return null;
    return fullMark(
      Array.from(this.#rows, (row) => floatAt(table.units, row)),
      full,
    );
  }

  get orders(): number {
    return this.#spellings().orders;
  }

  get spellings(): number {
    return this.#spellings().spellings;
  }

  /** Orders whose addresses are spellings of the commonest one, and in how many ways they write it. */
  #spellings(): Pick<PlaceFacts, "orders" | "spellings"> {
    if (this.#alike) return this.#alike;
    const { valueOf } = this.#seen.table.columns.address;
    const counts = new Map<number, number>();
    for (const row of this.#rows) {
      const value = wholeAt(valueOf, row);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const [first] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [-1];
    const alike = [...counts].filter(
      ([value]) => value === first || this.#seen.places.level(first, value) >= ALIKE,
    );
    this.#alike = {
      orders: alike.reduce((sum, [, count]) => sum + count, 0),
      spellings: alike.length,
    };
    return this.#alike;
  }
}

/** The orders at the place that most of some orders go to: of two such places that which has so many first. */
export function atOnePlace(placeOf: Int32Array, rows: Int32Array): Int32Array {
  const counts = new Map<number, number>();
  let most = -1;
  for (const row of rows) {
    const place = wholeAt(placeOf, row);
    if (place < 0) continue;
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    if (most < 0 || count > (counts.get(most) ?? 0)) most = place;
  }
  return most < 0 ? new Int32Array() : rows.filter((row) => wholeAt(placeOf, row) === most);
}

/** Accounts, as a person counts them in the rows; where one is not told, its order stands for it. */
export function accountsSaid({ columns }: OrderTable, rows: Iterable<number>): AccountsSaid {
  const { valueOf } = columns.account;
  const seen = new Set<number>();
  let nameless = 0;
  for (const row of rows) {
    const account = wholeAt(valueOf, row);
    if (account < 0) nameless++;
    else seen.add(account);
  }
  return { said: seen.size + nameless, nameless: nameless > 0 ? 1 : 0 };
}
