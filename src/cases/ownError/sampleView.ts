/*
 * An order of the error sample as the person sees it who judges it again: facts of the order, and
 * what it shares with which other orders, all masked.
 * Must never happen: something of the program's own verdict is in it, or follows from it. Two
 * orders with the same facts give the same view, whatever was decided about them. So nothing here
 * has an id, a state, a price or a date.
 */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { maskValue } from "../../integrity/reasons.ts";
import { sharedIdentifiers } from "../../integrity/sharedIdentifiers.ts";
import { canonicalTable } from "../../integrity/canonical.ts";
import { leavingOut, withoutManyPeoples } from "../../integrity/values/withoutManyPeoples.ts";
import {
  OrderTableBuilder,
  type OrderRecord,
  type OrderTable,
  type TextColumn,
} from "../../integrity/table/orders.ts";
import { Places } from "../../integrity/table/places.ts";

/** An order of the sale with its facts, in whatever state. */
export interface SampleRecord extends OrderRecord {
  readonly roundNo: number;
  /** From the opening of its round, and from its offer. */
  readonly afterOpeningMs: number;
  readonly afterOfferMs: number;
}

/** Things that orders may have in common; `place`: the same address in whatever spelling. */
export const SHARED_KINDS = [
  "account",
  "phone",
  "email",
  "name",
  "place",
  "device",
  "payment",
  "ip",
] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

/** The masked facts of an order; null: not given. */
interface MaskedOrder {
  readonly roundNo: number;
  readonly afterOpeningSeconds: number;
  readonly afterOfferSeconds: number;
  readonly channel: string;
  readonly sku: string;
  readonly paymentMethod: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly address: string | null;
  /** District and city, as a delivery region. */
  readonly region: string | null;
}

export interface SampleView {
  readonly facts: MaskedOrder & {
    readonly device: string | null;
    readonly browser: string | null;
    readonly ip: string | null;
    readonly payment: string | null;
  };
  readonly shared: readonly {
    readonly what: SharedKind;
    /** How many other orders of the sale have it. */
    readonly orderCount: number;
    /** Numbers in `others`: the nearest in time. */
    readonly with: readonly number[];
  }[];
  /** The other orders by time, numbered from 1. */
  readonly others: readonly (MaskedOrder & { readonly no: number })[];
}

/** More of one kind say nothing that these do not. */
const SHOWN_EACH = 12;

/** "Ja… Me… no …": the first two letters of each word. A number would find the door. */
export function maskWords(value: string): string {
  return value
    .trim()
    .split(/\s+/)
    .map((word) => (/\d/.test(word) ? "…" : word.replace(/^(.{2}).+$/su, "$1…")))
    .join(" ");
}

const seconds = (ms: number) => Math.round(ms / 100) / 10;

const masked = (value: string | undefined, mask = maskValue): string | null =>
  value === undefined || value.trim() === "" ? null : mask(value);

function textAt(table: OrderTable, name: TextColumn, row: number): string | null {
  const { valueOf, values } = table.columns[name];
  return values[must(valueOf[row], "a value for each row")] ?? null;
}

/** The place of an order in whatever spelling; an address of too few words by its own text. */
function placeAt(table: OrderTable, placeOf: Int32Array, row: number): string | null {
  const place = wholeAt(placeOf, row);
  if (place >= 0) return `place ${place}`;
  const address = textAt(table, "address", row);
  return address && `${address}\n${textAt(table, "district", row) ?? ""}`;
}

/** Everything that a sale's orders may share, and the orders by value. */
class Sharing {
  readonly #records: readonly SampleRecord[];
  readonly #table: OrderTable;
  readonly #kinds: readonly {
    readonly what: SharedKind;
    readonly valueOf: (row: number) => string | null;
    readonly rowsOf: ReadonlyMap<string, readonly number[]>;
  }[];

  constructor(records: readonly SampleRecord[]) {
    const builder = new OrderTableBuilder();
    for (const record of records) builder.add(record);
    const given = builder.build();
    const table = leavingOut(given, withoutManyPeoples(canonicalTable(given).table).found);
    const places = new Places(table.columns.address.values);
    const { placeOf } = sharedIdentifiers(table, places);
    this.#records = records;
    this.#table = table;
    this.#kinds = SHARED_KINDS.map((what) => {
      const valueOf = (row: number) =>
        what === "place" ? placeAt(table, placeOf, row) : textAt(table, what, row);
      const rowsOf = new Map<string, number[]>();
      records.forEach((_, row) => {
        const value = valueOf(row);
        if (value === null) return;
        const rows = rowsOf.get(value);
        if (rows) rows.push(row);
        else rowsOf.set(value, [row]);
      });
      return { what, valueOf, rowsOf };
    });
  }

  #masked(row: number): MaskedOrder {
    const record = must(this.#records[row], "a record of each row");
    return {
      roundNo: record.roundNo,
      afterOpeningSeconds: seconds(record.afterOpeningMs),
      afterOfferSeconds: seconds(record.afterOfferMs),
      channel: record.channel ?? "–",
      sku: record.sku ?? "–",
      paymentMethod: record.paymentMethod ?? "–",
      name: masked(record.name, maskWords),
      phone: masked(record.phone),
      email: masked(record.email),
      address: masked(record.address, maskWords),
      region: textAt(this.#table, "district", row),
    };
  }

  /** Other rows, the nearest in time first. Ties are broken by what is shown, never by an id. */
  #nearest(row: number, others: readonly number[]): number[] {
    const atMs = (one: number) => must(this.#records[one], "a record of each row").orderedAtMs;
    const own = atMs(row);
    return others
      .map((other) => ({ other, far: Math.abs(atMs(other) - own), text: this.#text(other) }))
      .sort((a, b) => a.far - b.far || (a.text < b.text ? -1 : 1))
      .slice(0, SHOWN_EACH)
      .map(({ other }) => other);
  }

  #text = (row: number) => JSON.stringify(this.#masked(row));

  view(row: number): SampleView {
    const record = must(this.#records[row], "a record of each row");
    const found = this.#kinds.flatMap(({ what, valueOf, rowsOf }) => {
      const value = valueOf(row);
      const others = value === null ? [] : (rowsOf.get(value) ?? []).filter((one) => one !== row);
      if (others.length === 0) return [];
      return [{ what, orderCount: others.length, nearest: this.#nearest(row, others) }];
    });
    const rows = [...new Set(found.flatMap(({ nearest }) => nearest))]
      .map((other) => ({ other, shown: this.#masked(other), text: this.#text(other) }))
      .sort(
        (a, b) =>
          a.shown.roundNo - b.shown.roundNo ||
          a.shown.afterOpeningSeconds - b.shown.afterOpeningSeconds ||
          (a.text < b.text ? -1 : 1),
      );
    const noOf = new Map(rows.map(({ other }, at) => [other, at + 1]));
    const numberOf = (other: number) => must(noOf.get(other), "each has a number");
    return {
      facts: {
        ...this.#masked(row),
        device: masked(record.deviceId),
        browser: textAt(this.#table, "userAgent", row),
        ip: masked(textAt(this.#table, "ip", row) ?? undefined),
        payment: masked(record.paymentId),
      },
      shared: found.map(({ what, orderCount, nearest }) => ({
        what,
        orderCount,
        with: nearest.map(numberOf).sort((a, b) => a - b),
      })),
      others: rows.map(({ shown }, at) => ({ no: at + 1, ...shown })),
    };
  }
}

/** The views of wanted orders among all orders of their sale. */
export function sampleViews(
  records: readonly SampleRecord[],
  wanted: ReadonlySet<string>,
): { readonly orderId: string; readonly view: SampleView }[] {
  const sharing = new Sharing(records);
  return records.flatMap(({ orderId }, row) =>
    wanted.has(orderId) ? [{ orderId, view: sharing.view(row) }] : [],
  );
}
