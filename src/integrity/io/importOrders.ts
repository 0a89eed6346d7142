/*
 * Reads files of orders into one table. An order is known by channel and id, so a file that is read twice changes
 * nothing. Rows that cannot be read are reported by their shape; their cells must never be shown, as they may be personal.
 */

import { basename, resolve } from "node:path";
import { must } from "../../base/assert.ts";
import { fillText, type Text } from "../../base/language.ts";
import { HEADER_LINES, cleanCell, placeOfHeader } from "../../connectors/formats/cells.ts";
import { CANONICAL_COLUMNS } from "../../connectors/formats/format.ts";
import { formatOf, type ColumnMap } from "../table/columnMap.ts";
import type { ApartOrder, ImportedFile, RowTrouble } from "../table/importSummary.ts";
import { OrderBook, type Taken } from "../table/orderBook.ts";
import {
  orderAt,
  type Again,
  type FileEnd,
  type Head,
  type OrderBatch,
} from "../table/orderBatch.ts";
import { linkColumns, nameOfColumn } from "../table/orderReader.ts";
import { OrderTableBuilder, type DeclaredLinks, type OrderTable } from "../table/orders.ts";
import { articleTexts, readingTexts } from "../table/readingTexts.ts";
import { FAULT_WORDS } from "../table/words.ts";
import { orderBatches } from "./orderBatches.ts";
import { NO_LIMITS, openRows, type ReadLimits } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";

export interface Imported {
  readonly table: OrderTable;
  readonly files: readonly ImportedFile[];
  /** Orders that were cancelled, never paid or refunded: they are not in the table. */
  readonly apart: readonly ApartOrder[];
  readonly troubles: readonly RowTrouble[];
  readonly troubleCount: number;
}

/** Troubles kept with their place; the count goes on. */
const TROUBLES_KEPT = 200;

interface Reading {
  readonly builder: OrderTableBuilder;
  readonly book: OrderBook;
  readonly troubles: RowTrouble[];
  troubleCount: number;
  readonly linkValues: Map<string, Map<number, string[]>>;
}

function trouble(reading: Reading, one: RowTrouble): void {
  reading.troubleCount++;
  if (reading.troubles.length < TROUBLES_KEPT) reading.troubles.push(one);
}

type Conflict = Taken & { readonly is: "conflict" };

/** Two rows of one order that cannot both be right. */
function conflictText(column: string, { firstRowNo }: Conflict): Text {
  const { conflict, conflictElsewhere } = FAULT_WORDS;
  if (firstRowNo === null) return fillText(conflictElsewhere, { column });
  return fillText(conflict, { column, row: firstRowNo });
}

/** Takes the orders of one file, batch by batch. */
class FileIntake {
  readonly #file: string;
  readonly #links: ReturnType<typeof linkColumns>;
  readonly #reading: Reading;
  head: Head | null = null;
  end: FileEnd | null = null;
  dataRows = 0;
  orders = 0;
  repeated = 0;
  /** Rows that were a further unit or article of an order before them. */
  addedUnits = 0;

  constructor(file: string, map: ColumnMap | null, reading: Reading) {
    this.#file = file;
    this.#links = linkColumns(map);
    this.#reading = reading;
    reading.book.startFile();
  }

  take(batch: OrderBatch): void {
    if (batch.head !== null) this.head = batch.head;
    this.end = batch.end;
    this.dataRows += batch.rowCount;
    const file = batch.sheet === null ? this.#file : `${this.#file} [${batch.sheet}]`;
    for (const one of batch.troubles) trouble(this.#reading, { file, ...one });
    for (let at = 0; at < batch.orderCount; at++) this.#order(batch, at, file);
  }

  #order(batch: OrderBatch, at: number, file: string): void {
    const reading = this.#reading;
    const rowNo = must(batch.numbers.row[at], "a number of each row");
    const taken = reading.book.take({
      order: orderAt(batch, at),
      standing: must(batch.numbers.standing[at], "a standing of each row"),
      rowNo,
      isItem: must(batch.head, "a head of each order").format.rowsAreItems ?? false,
      itemNo: must(batch.itemNos[at], "an item number of each row"),
    });
    if (taken.is === "added") this.addedUnits++;
    if (taken.is === "repeated") this.repeated++;
    if (taken.is === "conflict") {
      const column = nameOfColumn(must(batch.head, "a head of each order"), taken.column);
      const said = conflictText(column, taken);
      trouble(reading, { file, row: rowNo, column, reason: said.en, said });
    }
    if (taken.is !== "new") return;
    this.orders++;
    for (const [no, link] of this.#links.entries()) {
      const texts = must(batch.linkTexts[no], "texts of each link");
      readOwnLink(link, must(texts[at], "a text of each row"), taken.row, reading);
    }
  }
}

interface Source {
  readonly path: string;
  /** Its name for people. */
  readonly name: string;
  readonly map: ColumnMap | null;
  readonly limits: ReadLimits;
  /** The findings of an earlier reading of it. */
  readonly again: Again | null;
}

/** Null for a file that must be read again, which `told` has been told. */
async function readFile(
  { path, name: file, map, limits, again }: Source,
  reading: Reading,
  tell: (rows: number) => void,
): Promise<ImportedFile | Again> {
  const troublesBefore = reading.troubleCount;
  const apartBefore = reading.book.apart.length;
  const intake = new FileIntake(file, map, reading);
  for await (const batch of orderBatches(path, map, { limits, again })) {
    intake.take(batch);
    tell(intake.dataRows);
  }
  const { head, end, dataRows, orders, repeated, addedUnits } = intake;
  const next = end?.again ?? null;
  if (next !== null) return next;
  if (head === null || end === null || end.reading === null) throw unknownFile(path, map, end);
  const apartHere = reading.book.apart.slice(apartBefore);
  const countOf = (standing: ApartOrder["standing"]) =>
    apartHere.filter((one) => one.standing === standing).length;
  const apart = {
    cancelled: countOf("cancelled"),
    unpaid: countOf("unpaid"),
    refunded: countOf("refunded"),
  };
  if (orders + repeated + apartHere.length === 0) {
    throw noOrder(path, reading.troubles[troublesBefore], reading.troubleCount - troublesBefore);
  }
  const missing = CANONICAL_COLUMNS.filter(
    (column) =>
      !(head.format.columns[column] ?? []).some(
        (header) => placeOfHeader(head.headers, header) >= 0,
      ),
  );
  const format = map ? "column map" : head.format.name;
  const texts = readingTexts(head, end.form, end.reading);
  return { file, format, rows: dataRows, orders, addedUnits, repeated, apart, missing, ...texts };
}

/** A file with headers and without any order: a report about nothing would look like a good one. */
function noOrder(path: string, first: RowTrouble | undefined, count: number): TableFileError {
  if (first === undefined)
    return new TableFileError(`${path}: the headers are there, but no order.`);
  return new TableFileError(
    `${path}: none of its ${count.toLocaleString("en-US")} rows can be read. Row ${first.row}, column ` +
      `${first.column}: ${first.reason}. Nothing was imported.`,
  );
}

function unknownFile(path: string, map: ColumnMap | null, end: FileEnd | null): TableFileError {
  const wanted = map
    ? `the columns of the map (${formatOf(map).signature.join(", ")})`
    : "the headers of a format that is known (docs/reference/import.md)";
  const near = end?.near ?? null;
  const lacks = near?.lacks.map((header) => `"${header}"`).join(", ");
  const nearest = map ? "It lacks" : `It looks like ${near?.title.en}, but has no column`;
  const sheets = end?.form.otherSheets ?? [];
  return new TableFileError(
    `${path}: none of the first ${HEADER_LINES} lines has ${wanted}. ` +
      (near === null ? "" : `${nearest} ${lacks}. `) +
      (sheets.length > 1 ? `Its sheets are: ${sheets.join(", ")}. ` : "") +
      "Nothing was imported. For another table give a column map: --map map.json",
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
  for await (const cells of openRows(resolve(folder, must(link.file, "a link with a file")))) {
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

/** How files are to be read. */
interface ImportOptions {
  readonly map?: ColumnMap | null;
  /** Where a map's second files lie. Without it no file but those of `paths` is opened. */
  readonly mapFolder?: string;
  /** The name of the file in the answer, where its path differs. */
  readonly name?: string;
  readonly limits?: ReadLimits;
  /** The articles on sale, where orders have others beside them; by default their share of the file tells. */
  readonly articles?: readonly string[];
  readonly tell?: (file: string, rows: number) => void;
}

/** Columns that speak against what was assumed are read once more, and once more after their letters were. */
const MOST_READINGS = 4;

/** Reads order files of any known format, or by a map. Bad rows are told with row and column; the rest goes on. */
export async function importOrders(
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<Imported> {
  const again = new Map<string, Again>();
  for (let reading = 1; ; reading++) {
    const imported = await readAll(paths, options, again, reading === MOST_READINGS);
    if (imported !== null) return imported;
  }
}

/** Null where a file must be read again: then `again` says how. */
async function readAll(
  paths: readonly string[],
  options: ImportOptions,
  again: Map<string, Again>,
  isLast: boolean,
): Promise<Imported | null> {
  const { map = null, limits = NO_LIMITS } = options;
  const builder = new OrderTableBuilder();
  const reading: Reading = {
    builder,
    book: new OrderBook(builder),
    troubles: [],
    troubleCount: 0,
    linkValues: new Map(),
  };
  const files: ImportedFile[] = [];
  for (const path of paths) {
    const name = options.name ?? basename(path);
    const known = again.get(path) ?? null;
    const source = { path, name, map, limits, again: known && { ...known, isLast } };
    const read = await readFile(source, reading, (rows) => options.tell?.(path, rows));
    if ("encoding" in read) {
      again.set(path, read);
      return null;
    }
    files.push(read);
  }
  const counted = reading.book.countArticles(options.articles ?? null);
  const last = files.at(-1);
  if (counted !== null && last !== undefined)
    files[files.length - 1] = { ...last, reading: [...last.reading, ...articleTexts(counted)] };
  const declared = await declaredLinks(reading, options);
  const { troubles, troubleCount, book } = reading;
  return { table: builder.build(declared), files, apart: book.apart, troubles, troubleCount };
}

/** The attributes that a map declares, from columns and from second files. */
async function declaredLinks(reading: Reading, options: ImportOptions): Promise<DeclaredLinks[]> {
  const all = options.map?.links ?? [];
  const links = all.filter((link) => link.file !== undefined);
  const rowOfId = links.length === 0 ? new Map<string, number>() : reading.book.rowOfId();
  for (const link of links) {
    const folder = must(options.mapFolder, "a folder for a map that names further files");
    await readLinkFile(link, folder, rowOfId, reading);
  }
  const { count } = reading.builder;
  return all.map((link) => ({
    name: link.name,
    grade: link.grade,
    valuesOf: Array.from(
      { length: count },
      (_, row) => reading.linkValues.get(link.name)?.get(row) ?? [],
    ),
  }));
}
