/*
 * All columns of one file that can be read in more than one way, and what is assumed of them. The first rows give an
 * assumption; when the file is through, all of its rows decide, and a file that was read by another one is read again.
 */

import type { DateOrder, DateOrders } from "../normalise/time.ts";
import {
  NumberColumn,
  USUAL_DECIMAL,
  type DecimalMark,
  type NumberReading,
} from "./numberColumn.ts";
import { IdColumn, type IdReading } from "./numberDamage.ts";
import { fixedOrders, isMixed, TimeColumn, type TimeReading } from "./timeColumn.ts";
import { USUAL_ORDERS } from "../normalise/time.ts";

const ID_COLUMNS = ["order_id", "account_id", "phone", "device_id", "payment_id"] as const;
type IdName = (typeof ID_COLUMNS)[number];

/** Cells that do not fit their column, and the first row with one. */
export interface Noted {
  count: number;
  firstRow: number | null;
}

/** Kinds of cells that are left out or taken in part, and named. */
export const NOTES = [
  "phoneWithLetters",
  "priceUnreadable",
  "createdUnknown",
  "addressList",
  "ipUnreadable",
] as const;
export type Note = (typeof NOTES)[number];

/** How a file's columns are read. */
export interface Assumed {
  readonly orderedAt: DateOrders;
  readonly createdAt: DateOrders;
  /** Columns of moments whose cells speak against each other. */
  readonly mixed: { readonly orderedAt: boolean; readonly createdAt: boolean };
  readonly units: DecimalMark;
  readonly price: DecimalMark;
  readonly rounded: Readonly<Record<IdName, boolean>>;
  /** Whether the program that wrote it leaves empty cells at the end of a row away. */
  readonly trims: boolean;
}

/** The evidence of all rows of a file about its columns. */
export interface FileReading {
  readonly orderedAt: TimeReading;
  readonly createdAt: TimeReading;
  readonly units: NumberReading;
  readonly price: NumberReading;
  readonly ids: Readonly<Record<IdName, IdReading>>;
  readonly noted: Readonly<Record<Note, Noted>>;
  /** Rows with fewer cells than there are headers. */
  readonly short: number;
  readonly rows: number;
}

/** From this share of short rows on they are the program's way, and not rows that were cut. */
const TRIMMING_SHARE = 0.1;

const USUAL: Assumed = {
  orderedAt: USUAL_ORDERS,
  createdAt: USUAL_ORDERS,
  mixed: { orderedAt: false, createdAt: false },
  units: USUAL_DECIMAL,
  price: USUAL_DECIMAL,
  rounded: Object.fromEntries(ID_COLUMNS.map((name) => [name, false])) as Assumed["rounded"],
  trims: false,
};

export class FileColumns {
  readonly assumed: Assumed;
  readonly orderedAt: TimeColumn;
  readonly createdAt: TimeColumn;
  readonly units: NumberColumn;
  readonly price: NumberColumn;
  readonly ids: Readonly<Record<IdName, IdColumn>>;
  readonly #noted = Object.fromEntries(
    NOTES.map((note) => [note, { count: 0, firstRow: null }]),
  ) as unknown as Record<Note, Noted>;
  short = 0;
  rows = 0;

  constructor(zoneMinutes: number, assumed: Assumed = USUAL) {
    this.assumed = assumed;
    const { mixed } = assumed;
    this.orderedAt = new TimeColumn(zoneMinutes, assumed.orderedAt, mixed.orderedAt);
    this.createdAt = new TimeColumn(zoneMinutes, assumed.createdAt, mixed.createdAt);
    this.units = new NumberColumn(assumed.units, { small: true });
    this.price = new NumberColumn(assumed.price);
    this.ids = Object.fromEntries(
      ID_COLUMNS.map((name) => [
        name,
        new IdColumn(assumed.rounded[name], { isPhone: name === "phone" }),
      ]),
    ) as Record<IdName, IdColumn>;
  }

  note(note: Note, row: number): void {
    const noted = this.#noted[note];
    noted.count++;
    noted.firstRow ??= row;
  }

  /** `fixed` is an order of dates that a person has given. */
  reading(fixed?: DateOrder): FileReading {
    const [orderedAlone, createdAlone] = [this.orderedAt.reading(), this.createdAt.reading()];
    const [unitsAlone, priceAlone] = [this.units.reading(), this.price.reading()];
    return {
      orderedAt: this.orderedAt.reading({ beside: createdAlone, fixed }),
      createdAt: this.createdAt.reading({ beside: orderedAlone, fixed }),
      units: this.units.reading(priceAlone),
      price: this.price.reading(unitsAlone),
      ids: Object.fromEntries(ID_COLUMNS.map((name) => [name, this.ids[name].reading()])) as Record<
        IdName,
        IdReading
      >,
      noted: this.#noted,
      short: this.short,
      rows: this.rows,
    };
  }
}

/** The assumption that all rows of a file give. `fixed` is an order that a person has given. */
export function assumedBy(reading: FileReading, fixed: DateOrder | undefined): Assumed {
  const orders = (one: TimeReading): DateOrders => fixedOrders(one.orders, fixed);
  return {
    orderedAt: orders(reading.orderedAt),
    createdAt: orders(reading.createdAt),
    mixed: {
      orderedAt: fixed === undefined && isMixed(reading.orderedAt),
      createdAt: fixed === undefined && isMixed(reading.createdAt),
    },
    units: reading.units.decimal,
    price: reading.price.decimal,
    rounded: Object.fromEntries(
      ID_COLUMNS.map((name) => [name, reading.ids[name].rounded]),
    ) as Assumed["rounded"],
    trims: reading.short > reading.rows * TRIMMING_SHARE,
  };
}

/** Whether two assumptions read every file alike. */
export const isSame = (a: Assumed, b: Assumed): boolean => JSON.stringify(a) === JSON.stringify(b);
