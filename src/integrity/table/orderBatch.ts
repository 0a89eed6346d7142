/* Orders that stood one after the other in a file, in columns that a thread can hand over whole. */

import { must } from "../../base/assert.ts";
import type { Format } from "../../connectors/formats/format.ts";
import type { Near } from "../../connectors/formats/list.ts";
import type { Encoding } from "./encoding.ts";
import type { Assumed, FileReading } from "./fileColumns.ts";
import type { RowTrouble } from "./importSummary.ts";
import { NUMBERS, TEXTS, type Row } from "./orderRow.ts";
import type { OrderRecord } from "./orders.ts";

/** The format of a file by its headers. */
export interface Head {
  readonly format: Format;
  readonly headers: readonly string[];
}

/** How a file's bytes were read. */
export interface FileForm {
  /** Null for a workbook or a Parquet file. */
  readonly encoding: Encoding | null;
  readonly delimiter: string | null;
  /** Sheets with orders, where it has several sheets. */
  readonly sheets: readonly string[];
  /** Sheets without. */
  readonly otherSheets: readonly string[];
}

/** The end of a file: how it was read, and whether that must be done again in another way. */
export interface FileEnd {
  readonly form: FileForm;
  /** Null while no headers have come. */
  readonly reading: FileReading | null;
  readonly again: Again | null;
  /** The format that a file without known headers is nearest to. */
  readonly near: Near | null;
  /** The row that is most like headers, where none is known. */
  readonly likely: readonly string[] | null;
}

/** The assumptions of a second reading of a file. */
export interface Again {
  readonly encoding: Encoding | null;
  readonly assumed: Assumed | null;
  /** Whether this reading stands, whatever it finds. */
  readonly isLast?: boolean;
}

export interface OrderBatch {
  readonly orderCount: number;
  readonly texts: Readonly<Record<(typeof TEXTS)[number], readonly string[]>>;
  readonly numbers: Readonly<Record<(typeof NUMBERS)[number], readonly number[]>>;
  /** Null while no headers have come. */
  readonly head: Head | null;
  /** The sheet of a workbook with several. */
  readonly sheet: string | null;
  /** Rows that held data, good and bad. */
  readonly rowCount: number;
  readonly troubles: readonly Omit<RowTrouble, "file">[];
  /** A row's own number where an order has several rows; empty elsewhere. */
  readonly itemNos: readonly string[];
  /** Cells of the columns that the map declares as links, in the map's order. */
  readonly linkTexts: readonly (readonly string[])[];
  /** In the last batch of a file. */
  readonly end: FileEnd | null;
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

/** A batch that grows. */
export class GrowingBatch {
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
