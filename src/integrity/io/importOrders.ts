import { basename, dirname, resolve } from "node:path";
import { columnMapSchema, formatOf, type ColumnMap } from "../columnMap.ts";
import {
  CANONICAL_COLUMNS,
  cleanCell,
  detectFormat,
  HEADER_LINES,
  readAmount,
  type CanonicalColumn,
  type Format,
} from "../formats.ts";
import { NumberList } from "../columns.ts";
import { Dictionary } from "../numbering.ts";
import type { ImportedFile, RowTrouble } from "../importSummary.ts";
import { readMoment } from "../normalise/time.ts";
import {
  OrderTableBuilder,
  type DeclaredLinks,
  type OrderRecord,
  type OrderTable,
} from "../orders.ts";
import { rowBatches } from "./rowBatches.ts";
import { openRows } from "./rows.ts";
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

type Reader = (cells: readonly string[], column: CanonicalColumn) => string;

const cellText = (cell: string | undefined): string =>
  cell === undefined || cell === "null" ? "" : cell;

function readerOf(format: Format, headers: readonly string[]): Reader {
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
    if (places.length === 1) return cellText(cells[places[0]!]);
    return places
      .map((at) => cellText(cells[at]))
      .filter((text) => text !== "")
      .join(" ");
  };
}

/** A masked account ("s****@gmail.com") is many people's: worse than none. */
const unmasked = (account: string): string => (account.includes("*") ? "" : account);

function orderOf(
  read: (column: CanonicalColumn) => string,
  format: Format,
  map: ColumnMap | null,
): OrderRecord | [CanonicalColumn, string] {
  const orderId = read("order_id");
  if (orderId === "") return ["order_id", "is empty"];
  const zone = map?.zoneMinutes ?? 420;
  const moment = (text: string) => readMoment(text, zone, map?.dateOrder ?? "dmy");
  const orderedAt = read("ordered_at");
  const orderedAtMs = moment(orderedAt);
  if (Number.isNaN(orderedAtMs))
    return ["ordered_at", `"${orderedAt.slice(0, 40)}" is not a date and time`];
  const unitsText = read("units");
  const units = unitsText === "" ? 1 : readAmount(unitsText);
  if (!(units > 0)) return ["units", `"${unitsText.slice(0, 40)}" is not a number of units`];
  const createdText = read("account_created_at");
  const createdAtMs = createdText === "" ? Number.NaN : moment(createdText);
  if (createdText !== "" && Number.isNaN(createdAtMs)) {
    return ["account_created_at", `"${createdText.slice(0, 40)}" is not a date and time`];
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

function trouble(reading: Reading, one: RowTrouble): void {
  reading.troubleCount++;
  if (reading.troubles.length < TROUBLES_KEPT) reading.troubles.push(one);
}

interface Head {
  readonly format: Format;
  readonly headers: readonly string[];
}

function headOf(headers: readonly string[], map: ColumnMap | null): Head | null {
  const format = map ? formatOf(map) : detectFormat(headers);
  if (!format) return null;
  return format.signature.every((header) => headers.includes(header)) ? { format, headers } : null;
}

/** Takes the rows of one file, one after the other. */
class FileReader {
  readonly #file: string;
  readonly #map: ColumnMap | null;
  readonly #reading: Reading;
  readonly #tell: (rows: number) => void;
  head: Head | null = null;
  #read: Reader = () => "";
  /** Where a row's own number stands; -1 where the format has none. */
  #itemAt = -1;
  #row = 0;
  #describedRow = false;
  dataRows = 0;
  orders = 0;
  repeated = 0;
  /** Rows that were a further unit of an order before them. */
  addedUnits = 0;

  constructor(file: string, map: ColumnMap | null, reading: Reading, tell: (rows: number) => void) {
    this.#file = file;
    this.#map = map;
    this.#reading = reading;
    this.#tell = tell;
  }

  /** False once no headers can come any more. */
  take(cells: readonly string[]): boolean {
    this.#row++;
    if (this.head === null) {
      this.head = headOf(cells, this.#map);
      if (this.head === null) return this.#row < HEADER_LINES;
      const { format, headers } = this.head;
      this.#read = readerOf(format, headers);
      if (format.itemHeader !== undefined) this.#itemAt = headers.indexOf(format.itemHeader);
      this.#describedRow = format.describedByRow;
      return true;
    }
    if (this.#describedRow) {
      this.#describedRow = false;
      if (Number.isNaN(readMoment(this.#read(cells, "ordered_at"), 0, "dmy"))) return true;
    }
    this.dataRows++;
    if (this.dataRows % 5_000 === 0) this.#tell(this.dataRows);
    this.#order(cells, this.head);
    return true;
  }

  #order(cells: readonly string[], { format, headers }: Head): void {
    const reading = this.#reading;
    const order = orderOf((column) => this.#read(cells, column), format, this.#map);
    if (Array.isArray(order)) {
      const [name, reason] = order;
      const column = format.columns[name]?.join(" + ") ?? name;
      trouble(reading, { file: this.#file, row: this.#row, column, reason });
      return;
    }
    const { ids, rows, items } = ordersOfChannel(reading, order.channel ?? "");
    const itemNo = cells[this.#itemAt] ?? "";
    const newItem = itemNo !== "" && isNew(items, itemNo);
    const number = ids.number(order.orderId);
    if (number < rows.length) {
      if (newItem && reading.builder.addUnits(rows.at(number), order)) this.addedUnits++;
      else this.repeated++;
      return;
    }
    const at = reading.builder.count;
    rows.push(at);
    reading.builder.add(order);
    this.orders++;
    if (this.#map) readOwnLinks(this.#map, headers, cells, at, reading);
  }
}

function isNew(dictionary: Dictionary, value: string): boolean {
  const before = dictionary.values.length;
  return dictionary.number(value) === before;
}

async function readRows(path: string, reader: FileReader): Promise<void> {
  for await (const rows of rowBatches(path)) {
    for (const cells of rows) if (!reader.take(cells)) return;
  }
}

async function readFile(
  path: string,
  map: ColumnMap | null,
  reading: Reading,
  tell: (rows: number) => void,
): Promise<ImportedFile> {
  const file = basename(path);
  const before = reading.troubleCount;
  const reader = new FileReader(file, map, reading, tell);
  await readRows(path, reader);
  const { head, dataRows, orders, repeated, addedUnits } = reader;
  if (head === null) throw unknownFile(path, map);
  if (orders + repeated === 0 && reading.troubleCount === before) {
    throw new TableFileError(`${path}: the headers are there, but no order.`);
  }
  const missing = CANONICAL_COLUMNS.filter(
    (column) =>
      !(head.format.columns[column] ?? []).some((header) => head.headers.includes(header)),
  );
  const format = map ? "column map" : head.format.name;
  return { ...{ file, format, rows: dataRows, orders, addedUnits, repeated }, missing };
}

function ordersOfChannel({ rowsOf }: Reading, channel: string): KnownOrders {
  const known = rowsOf.get(channel) ?? {
    ...{ ids: new Dictionary(), rows: new NumberList("whole"), items: new Dictionary() },
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

function readOwnLinks(
  map: ColumnMap,
  headers: readonly string[],
  cells: readonly string[],
  row: number,
  reading: Reading,
): void {
  for (const link of map.links) {
    if (link.column === undefined) continue;
    const text = cells[headers.indexOf(link.column)] ?? "";
    if (text === "") continue;
    const values =
      link.separator === undefined
        ? [text]
        : text
            .split(link.separator)
            .map((part) => part.trim())
            .filter((part) => part !== "");
    linkValuesOf(reading, link.name).set(row, values);
  }
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
  for await (const cells of await openRows(resolve(folder, link.file!))) {
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
    readonly map?: ColumnMap;
    readonly mapFolder?: string;
    readonly tell?: (file: string, rows: number) => void;
  } = {},
): Promise<Imported> {
  const map = options.map ?? null;
  const reading: Reading = {
    ...{ builder: new OrderTableBuilder(), rowsOf: new Map(), troubles: [], troubleCount: 0 },
    linkValues: new Map(),
  };
  const files: ImportedFile[] = [];
  for (const path of paths) {
    files.push(await readFile(path, map, reading, (rows) => options.tell?.(path, rows)));
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
    await readLinkFile(link, options.mapFolder ?? dirname(paths[0] ?? "."), rowOfId, reading);
  }
  const count = reading.builder.count;
  const declared: DeclaredLinks[] = (map?.links ?? []).map((link) => ({
    ...{ name: link.name, grade: link.grade },
    valuesOf: Array.from(
      { length: count },
      (_, row) => reading.linkValues.get(link.name)?.get(row) ?? [],
    ),
  }));
  const { troubles, troubleCount } = reading;
  return { table: reading.builder.build(declared), files, troubles, troubleCount };
}

/** Reads a column map; what is wrong with it is said field by field. */
export function readColumnMap(
  json: unknown,
):
  | { readonly ok: true; readonly map: ColumnMap }
  | { readonly ok: false; readonly issues: readonly string[] } {
  const result = columnMapSchema.safeParse(json);
  if (result.success) return { ok: true, map: result.data };
  return {
    ok: false,
    issues: result.error.issues.map(
      (issue) => `${issue.path.join(".") || "(the map)"}: ${issue.message}`,
    ),
  };
}
