/* Rows of a file understood as orders, in columns that a thread can hand over whole. */

import { must } from "../../base/assert.ts";
import type { ColumnMap } from "./columnMap.ts";
import { formatOf } from "./columnMap.ts";
import { HEADER_LINES, readAmount } from "../../connectors/formats/cells.ts";
import {
  CANONICAL_COLUMNS,
  type CanonicalColumn,
  type Format,
} from "../../connectors/formats/format.ts";
import { detectFormat } from "../../connectors/formats/list.ts";
import type { RowTrouble } from "./importSummary.ts";
import { readMoment } from "../normalise/time.ts";
import type { OrderRecord } from "./orders.ts";

/** The format of a file by its headers. */
export interface Head {
  readonly format: Format;
  readonly headers: readonly string[];
}

const TEXTS = [
  ...(["orderId", "channel", "account", "name", "phone", "email", "address", "district"] as const),
  ...(["city", "deviceId", "ip", "userAgent", "paymentMethod", "paymentId", "sku"] as const),
] as const;
const NUMBERS = ["orderedAtMs", "accountCreatedAtMs", "units", "unitPriceMinorUnits"] as const;
type Row = Readonly<
  Record<(typeof TEXTS)[number], string> & Record<(typeof NUMBERS)[number], number>
>;

/** Orders that stood one after the other in a file; in columns, so that a thread hands them over at little cost. */
export interface OrderBatch {
  readonly orderCount: number;
  readonly texts: Readonly<Record<(typeof TEXTS)[number], readonly string[]>>;
  readonly numbers: Readonly<Record<(typeof NUMBERS)[number], readonly number[]>>;
  /** Null while no headers have come. */
  readonly head: Head | null;
  /** Rows that held data, good and bad. */
  readonly rowCount: number;
  readonly troubles: readonly Omit<RowTrouble, "file">[];
  /** A row's own number where an order has several rows; empty elsewhere. */
  readonly itemNos: readonly string[];
  /** Cells of the columns that the map declares as links, in the map's order. */
  readonly linkTexts: readonly (readonly string[])[];
}

type Reader = (cells: readonly string[], column: CanonicalColumn) => string;

const cellText = (cell: string | undefined): string =>
  cell === undefined || cell === "null" ? "" : cell;

function readerOf({ format, headers }: Head): Reader {
  const placesOf = Object.fromEntries(
    CANONICAL_COLUMNS.map((column) => [
      column,
      (format.columns[column] ?? [])
        .map((header) => headers.indexOf(header))
        .filter((at) => at >= 0),
    ]),
  ) as Record<CanonicalColumn, number[]>;
  return (cells, column) => {
    const places = placesOf[column];
    const [only] = places;
    if (only !== undefined && places.length === 1) return cellText(cells[only]);
    return places
      .map((at) => cellText(cells[at]))
      .filter((text) => text !== "")
      .join(" ");
  };
}

/** A masked account ("s****@gmail.com") is many people's: worse than none. */
const unmasked = (account: string): string => (account.includes("*") ? "" : account);

const SHAPE_LETTERS = 24;

/**
 * The fault of a cell, by its shape alone ("99/99 aaa"): after a comma too many it may hold a phone number or a
 * name, and what is said here is stored and shown.
 */
function notA(kind: string, cell: string): string {
  const shape = cell
    .slice(0, SHAPE_LETTERS)
    .replaceAll(/\p{N}/gu, "9")
    .replaceAll(/[\p{L}\p{M}]/gu, "a");
  return `looks like "${shape}", which is not a ${kind}`;
}

function orderOf(
  read: (column: CanonicalColumn) => string,
  format: Format,
  map: ColumnMap | null,
): Row | [CanonicalColumn, string] {
  const orderId = read("order_id");
  if (orderId === "") return ["order_id", "is empty"];
  const zone = map?.zoneMinutes ?? 420;
  const moment = (text: string) => readMoment(text, zone, map?.dateOrder ?? "dmy");
  const orderedAt = read("ordered_at");
  const orderedAtMs = moment(orderedAt);
  if (Number.isNaN(orderedAtMs)) return ["ordered_at", notA("date and time", orderedAt)];
  const unitsText = read("units");
  const units = unitsText === "" ? 1 : readAmount(unitsText);
  if (!(units > 0)) return ["units", notA("number of units", unitsText)];
  const createdText = read("account_created_at");
  const createdAtMs = createdText === "" ? Number.NaN : moment(createdText);
  if (createdText !== "" && Number.isNaN(createdAtMs)) {
    return ["account_created_at", notA("date and time", createdText)];
  }
  const price = read("unit_price");
  // One literal: a million of them are made.
  return {
    orderId,
    orderedAtMs,
    units,
    accountCreatedAtMs: createdAtMs,
    channel: read("channel") || format.channel,
    account: unmasked(read("account_id")),
    name: read("name"),
    phone: read("phone"),
    email: read("email"),
    address: read("address"),
    district: read("district"),
    city: read("city"),
    deviceId: read("device_id"),
    ip: read("ip"),
    userAgent: read("user_agent"),
    paymentMethod: read("payment_method"),
    paymentId: read("payment_id"),
    sku: read("sku"),
    unitPriceMinorUnits: price === "" ? Number.NaN : readAmount(price),
  };
}

function headOf(headers: readonly string[], map: ColumnMap | null): Head | null {
  const format = map ? formatOf(map) : detectFormat(headers);
  if (!format) return null;
  return format.signature.every((header) => headers.includes(header)) ? { format, headers } : null;
}

/** The order at a place in a batch. */
export function orderAt({ texts, numbers }: OrderBatch, at: number): OrderRecord {
  // One literal: a million of them are made.
  return {
    orderId: must(texts.orderId[at], "a text of each row"),
    orderedAtMs: must(numbers.orderedAtMs[at], "a number of each row"),
    units: must(numbers.units[at], "a number of each row"),
    accountCreatedAtMs: must(numbers.accountCreatedAtMs[at], "a number of each row"),
    channel: must(texts.channel[at], "a text of each row"),
    account: must(texts.account[at], "a text of each row"),
    name: must(texts.name[at], "a text of each row"),
    phone: must(texts.phone[at], "a text of each row"),
    email: must(texts.email[at], "a text of each row"),
    address: must(texts.address[at], "a text of each row"),
    district: must(texts.district[at], "a text of each row"),
    city: must(texts.city[at], "a text of each row"),
    deviceId: must(texts.deviceId[at], "a text of each row"),
    ip: must(texts.ip[at], "a text of each row"),
    userAgent: must(texts.userAgent[at], "a text of each row"),
    paymentMethod: must(texts.paymentMethod[at], "a text of each row"),
    paymentId: must(texts.paymentId[at], "a text of each row"),
    sku: must(texts.sku[at], "a text of each row"),
    unitPriceMinorUnits: must(numbers.unitPriceMinorUnits[at], "a number of each row"),
  };
}

function emptyColumns<Name extends string, Value>(names: readonly Name[]): Record<Name, Value[]> {
  return Object.fromEntries(names.map((name) => [name, [] as Value[]])) as Record<Name, Value[]>;
}

class Columns {
  rowCount = 0;
  orderCount = 0;
  readonly troubles: Omit<RowTrouble, "file">[] = [];
  readonly itemNos: string[] = [];
  readonly texts = emptyColumns<(typeof TEXTS)[number], string>(TEXTS);
  readonly numbers = emptyColumns<(typeof NUMBERS)[number], number>(NUMBERS);
  readonly linkTexts: readonly string[][];

  constructor(linkCount: number) {
    this.linkTexts = Array.from({ length: linkCount }, () => []);
  }

  add(order: Row, itemNo: string): void {
    this.orderCount++;
    this.itemNos.push(itemNo);
    for (const name of TEXTS) this.texts[name].push(order[name]);
    for (const name of NUMBERS) this.numbers[name].push(order[name]);
  }
}

/** Understands the rows of one file, one after the other, and gathers them. */
export class OrderReader {
  readonly #map: ColumnMap | null;
  readonly #links: readonly string[];
  #head: Head | null = null;
  #read: Reader = () => "";
  /** Where a row's own number stands; -1 where the format has none. */
  #itemAt = -1;
  #linksAt: readonly number[] = [];
  #row = 0;
  #describedRow = false;
  #columns: Columns;

  constructor(map: ColumnMap | null) {
    this.#map = map;
    this.#links = linkColumns(map).map(({ column }) => column);
    this.#columns = new Columns(this.#links.length);
  }

  /** Rows gathered since the last batch. */
  get rowCount(): number {
    return this.#columns.rowCount;
  }

  /** Takes a row of clean cells; false once no headers can come any more. */
  take(cells: readonly string[]): boolean {
    this.#row++;
    if (this.#head === null) return this.#takeHead(cells);
    if (this.#describedRow) {
      this.#describedRow = false;
      if (Number.isNaN(readMoment(this.#read(cells, "ordered_at"), 0, "dmy"))) return true;
    }
    this.#order(cells, this.#head.format);
    return true;
  }

  /** The orders since the last batch. */
  batch(): OrderBatch {
    const { rowCount, orderCount, troubles, itemNos, texts, numbers, linkTexts } = this.#columns;
    this.#columns = new Columns(this.#links.length);
    return {
      head: this.#head,
      rowCount,
      orderCount,
      troubles,
      itemNos,
      texts,
      numbers,
      linkTexts,
    };
  }

  #takeHead(cells: readonly string[]): boolean {
    this.#head = headOf(cells, this.#map);
    if (this.#head === null) return this.#row < HEADER_LINES;
    const { format, headers } = this.#head;
    this.#read = readerOf(this.#head);
    if (format.itemHeader !== undefined) this.#itemAt = headers.indexOf(format.itemHeader);
    this.#linksAt = this.#links.map((column) => headers.indexOf(column));
    this.#describedRow = format.describedByRow;
    return true;
  }

  #order(cells: readonly string[], format: Format): void {
    const columns = this.#columns;
    columns.rowCount++;
    const order = orderOf((column) => this.#read(cells, column), format, this.#map);
    if (Array.isArray(order)) {
      const [name, reason] = order;
      const column = format.columns[name]?.join(" + ") ?? name;
      columns.troubles.push({ row: this.#row, column, reason });
      return;
    }
    columns.add(order, cells[this.#itemAt] ?? "");
    for (const [link, at] of this.#linksAt.entries())
      must(columns.linkTexts[link], "texts of each link").push(cells[at] ?? "");
  }
}

type Link = ColumnMap["links"][number];

/** Links whose values stand in a column of the orders' own file. */
export function linkColumns(
  map: ColumnMap | null,
): readonly (Link & { readonly column: string })[] {
  return (map?.links ?? []).filter(
    (link): link is Link & { readonly column: string } => link.column !== undefined,
  );
}
