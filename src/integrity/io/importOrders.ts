/*
 * Reads files of orders into one table. An order is known by channel and id, so a file that is read twice changes
 * nothing. Rows that cannot be read are reported by their shape; their cells must never be shown, as they may be personal.
 */

import { basename, resolve } from "node:path";
import { must } from "../../base/assert.ts";
import { formatOf, type ColumnMap } from "../table/columnMap.ts";
import { cleanCell, HEADER_LINES } from "../../connectors/formats/cells.ts";
import { CANONICAL_COLUMNS } from "../../connectors/formats/format.ts";
import { NumberList } from "../table/columns.ts";
import { Dictionary } from "../table/numbering.ts";
import type { ImportedFile, RowTrouble } from "../table/importSummary.ts";
import { linkColumns, orderAt, type Head, type OrderBatch } from "../table/orderBatch.ts";
import { OrderTableBuilder, type DeclaredLinks, type OrderTable } from "../table/orders.ts";
import { orderBatches } from "./orderBatches.ts";
import { NO_LIMITS, openRows, type ReadLimits } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";

export interface Imported {
  readonly table: OrderTable;
  readonly files: readonly ImportedFile[];
  readonly troubles: readonly RowTrouble[];
  readonly troubleCount: number;
}

/** Troubles kept with their place; the count goes on. */
const TROUBLES_KEPT = 200;

/** Ids of one channel's orders, and the row of each. */
interface KnownOrders {
  readonly ids: Dictionary;
  readonly rows: NumberList;
  /** Numbers of their rows, where an order has several. */
  readonly items: Dictionary;
}

interface Reading {
  readonly builder: OrderTableBuilder;
  /** Row of each order, by channel, by id: importing twice changes nothing. */
  readonly rowsOf: Map<string, KnownOrders>;
  readonly troubles: RowTrouble[];
  troubleCount: number;
  readonly linkValues: Map<string, Map<number, string[]>>;
}

function trouble(reading: Reading, one: RowTrouble): void {
  reading.troubleCount++;
  if (reading.troubles.length < TROUBLES_KEPT) reading.troubles.push(one);
}

/** Takes the orders of one file, batch by batch. */
class FileIntake {
  readonly #file: string;
  readonly #links: ReturnType<typeof linkColumns>;
  readonly #reading: Reading;
  head: Head | null = null;
  dataRows = 0;
  orders = 0;
  repeated = 0;
  /** Rows that were a further unit of an order before them. */
  addedUnits = 0;

  constructor(file: string, map: ColumnMap | null, reading: Reading) {
    this.#file = file;
    this.#links = linkColumns(map);
    this.#reading = reading;
  }

  take(batch: OrderBatch): void {
    this.head = batch.head;
    this.dataRows += batch.rowCount;
    for (const one of batch.troubles) trouble(this.#reading, { file: this.#file, ...one });
    for (let at = 0; at < batch.orderCount; at++) this.#order(batch, at);
  }

  #order(batch: OrderBatch, at: number): void {
    const reading = this.#reading;
    const order = orderAt(batch, at);
    const { ids, rows, items } = ordersOfChannel(reading, order.channel ?? "");
    const itemNo = must(batch.itemNos[at], "an item number of each row");
    const newItem = itemNo !== "" && isNew(items, itemNo);
    const number = ids.number(order.orderId);
    if (number < rows.length) {
      if (newItem && reading.builder.addUnits(rows.at(number), order)) this.addedUnits++;
      else this.repeated++;
      return;
    }
    const row = reading.builder.count;
    rows.push(row);
    reading.builder.add(order);
    this.orders++;
    for (const [no, link] of this.#links.entries()) {
      const texts = must(batch.linkTexts[no], "texts of each link");
      readOwnLink(link, must(texts[at], "a text of each row"), row, reading);
    }
  }
}

function isNew(dictionary: Dictionary, value: string): boolean {
  const before = dictionary.values.length;
  return dictionary.number(value) === before;
}

interface Source {
  readonly path: string;
  /** Its name for people. */
  readonly name: string;
  readonly map: ColumnMap | null;
  readonly limits: ReadLimits;
}

async function readFile(
  { path, name: file, map, limits }: Source,
  reading: Reading,
  tell: (rows: number) => void,
): Promise<ImportedFile> {
  const before = reading.troubleCount;
  const intake = new FileIntake(file, map, reading);
  for await (const batch of orderBatches(path, map, { limits })) {
    intake.take(batch);
    tell(intake.dataRows);
  }
  const { head, dataRows, orders, repeated, addedUnits } = intake;
  if (head === null) throw unknownFile(path, map);
  if (orders + repeated === 0 && reading.troubleCount === before) {
    throw new TableFileError(`${path}: the headers are there, but no order.`);
  }
  const missing = CANONICAL_COLUMNS.filter(
    (column) =>
      !(head.format.columns[column] ?? []).some((header) => head.headers.includes(header)),
  );
  const format = map ? "column map" : head.format.name;
  return { file, format, rows: dataRows, orders, addedUnits, repeated, missing };
}

function ordersOfChannel({ rowsOf }: Reading, channel: string): KnownOrders {
  const known = rowsOf.get(channel) ?? {
    ids: new Dictionary(),
    rows: new NumberList("whole"),
    items: new Dictionary(),
  };
  rowsOf.set(channel, known);
  return known;
}

function unknownFile(path: string, map: ColumnMap | null): TableFileError {
  const wanted = map
    ? `the columns of the map (${formatOf(map).signature.join(", ")})`
    : "the headers of a format that is known (docs/reference/import.md)";
  return new TableFileError(
    `${path}: none of the first ${HEADER_LINES} lines has ${wanted}. Nothing was imported. ` +
      "For another table give a column map: --map map.json",
  );
}

function readOwnLink(
  link: ColumnMap["links"][number],
  text: string,
  row: number,
  reading: Reading,
): void {
  if (text === "") return;
  const values =
    link.separator === undefined
      ? [text]
      : text
          .split(link.separator)
          .map((part) => part.trim())
          .filter((part) => part !== "");
  linkValuesOf(reading, link.name).set(row, values);
}

function linkValuesOf(reading: Reading, name: string): Map<number, string[]> {
  const known = reading.linkValues.get(name) ?? new Map<number, string[]>();
  reading.linkValues.set(name, known);
  return known;
}

/** A second file of (order id, attribute): the first two columns, whatever they are called. */
async function readLinkFile(
  link: ColumnMap["links"][number],
  folder: string,
  rowOfId: ReadonlyMap<string, number>,
  reading: Reading,
): Promise<void> {
  const values = linkValuesOf(reading, link.name);
  const add = (row: number, value: string) => {
    const known = values.get(row);
    if (known) known.push(value);
    else values.set(row, [value]);
  };
  let first = true;
  for await (const cells of await openRows(
    resolve(folder, must(link.file, "a link with a file")),
  )) {
    if (first) {
      first = false;
      continue;
    }
    const [id, value] = [cleanCell(cells[0]), cleanCell(cells[1])];
    const row = rowOfId.get(id);
    if (
      row === undefined ||
      value === "" ||
      (link.prefix !== undefined && !value.startsWith(link.prefix))
    )
      continue;
    add(row, value);
    const other = link.mayNameOrders ? rowOfId.get(value) : undefined;
    if (other === undefined) continue;
    // A direct tie goes both ways: each order has the other's id, and its own.
    add(row, id);
    add(other, id);
    add(other, value);
  }
}

/** Reads order files of any known format, or by a map. Bad rows are told with row and column; the rest goes on. */
export async function importOrders(
  paths: readonly string[],
  options: {
    readonly map?: ColumnMap | null;
    /** Where a map's second files lie. Without it no file but those of `paths` is opened. */
    readonly mapFolder?: string;
    /** The name of the file in the answer, where its path differs. */
    readonly name?: string;
    readonly limits?: ReadLimits;
    readonly tell?: (file: string, rows: number) => void;
  } = {},
): Promise<Imported> {
  const { map = null, limits = NO_LIMITS } = options;
  const reading: Reading = {
    builder: new OrderTableBuilder(),
    rowsOf: new Map(),
    troubles: [],
    troubleCount: 0,
    linkValues: new Map(),
  };
  const files: ImportedFile[] = [];
  for (const path of paths) {
    const source = { path, name: options.name ?? basename(path), map, limits };
    files.push(await readFile(source, reading, (rows) => options.tell?.(path, rows)));
  }
  const links = (map?.links ?? []).filter((link) => link.file !== undefined);
  const rowOfId = new Map(
    links.length === 0
      ? []
      : [...reading.rowsOf.values()].flatMap(({ ids, rows }) =>
          ids.values.map((id, number) => [id, rows.at(number)] as const),
        ),
  );
  for (const link of links) {
    const folder = must(options.mapFolder, "a folder for a map that names further files");
    await readLinkFile(link, folder, rowOfId, reading);
  }
  const count = reading.builder.count;
  const declared: DeclaredLinks[] = (map?.links ?? []).map((link) => ({
    name: link.name,
    grade: link.grade,
    valuesOf: Array.from(
      { length: count },
      (_, row) => reading.linkValues.get(link.name)?.get(row) ?? [],
    ),
  }));
  const { troubles, troubleCount } = reading;
  return { table: reading.builder.build(declared), files, troubles, troubleCount };
}
