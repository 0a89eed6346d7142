/*
 * Reads files of orders into one table. An order is known by channel and id, so a file that is read twice changes
 * nothing. Rows that cannot be read are reported by their shape; their cells must never be shown, as they may be personal.
 */

import { basename, resolve } from "node:path";
import { must } from "../../base/assert.ts";
import { asText, fillText, type Text } from "../../base/language.ts";
import { cleanCell, placeOfHeader } from "../../connectors/formats/cells.ts";
import { CANONICAL_COLUMNS } from "../../connectors/formats/format.ts";
import type { ColumnMap } from "../table/columnMap.ts";
import type { ApartOrder, ImportedFile, RowTrouble } from "../table/importSummary.ts";
import { OrderBook, type ArticlesCounted, type Taken } from "../table/orderBook.ts";
import {
  orderAt,
  type Again,
  type FileEnd,
  type Head,
  type OrderBatch,
} from "../table/orderBatch.ts";
import { linkColumns, nameOfColumn } from "../table/orderReader.ts";
import { OrderTableBuilder, type DeclaredLinks, type OrderTable } from "../table/orders.ts";
import {
  articleTexts,
  encodingDoubts,
  linkColumnDoubts,
  readingTexts,
} from "../table/readingTexts.ts";
import { beforeTakenBack } from "../table/standing.ts";
import { FAULT_WORDS } from "../table/words.ts";
import { orderBatches } from "./orderBatches.ts";
import { firstRows, NO_LIMITS, readTable, type RawRows, type ReadLimits } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";
import { unknownFile } from "./unknownFile.ts";

export interface Imported {
  readonly table: OrderTable;
  readonly files: readonly ImportedFile[];
  /** Orders that were cancelled, never paid or refunded: they are not in the table. */
  readonly apart: readonly ApartOrder[];
  readonly troubles: readonly RowTrouble[];
  readonly troubleCount: number;
  /** Which articles count, where orders have several or the caller named some. */
  readonly articles: ArticlesCounted | null;
}

/** Troubles kept with their place; the count goes on. */
const TROUBLES_KEPT = 200;

interface Reading {
  readonly builder: OrderTableBuilder;
  readonly book: OrderBook;
  readonly troubles: RowTrouble[];
  troubleCount: number;
  readonly linkValues: Map<string, Map<number, string[]>>;
  /** Orders that were paid and then taken back count like those that stand. */
  readonly withTakenBack: boolean;
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
  troubleCount = 0;
  firstTrouble: RowTrouble | null = null;

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
    for (const one of batch.troubles) this.#trouble({ file, ...one });
    for (let at = 0; at < batch.orderCount; at++) this.#order(batch, at, file);
  }

  #order(batch: OrderBatch, at: number, file: string): void {
    const reading = this.#reading;
    const rowNo = must(batch.numbers.row[at], "a number of each row");
    const standing = must(batch.numbers.standing[at], "a standing of each row");
    const taken = reading.book.take({
      order: orderAt(batch, at),
      standing: reading.withTakenBack ? beforeTakenBack(standing) : standing,
      rowNo,
      isItem: must(batch.head, "a head of each order").format.rowsAreItems ?? false,
      itemNo: must(batch.itemNos[at], "an item number of each row"),
    });
    if (taken.is === "added") this.addedUnits++;
    if (taken.is === "repeated") this.repeated++;
    if (taken.is === "conflict") {
      const column = nameOfColumn(must(batch.head, "a head of each order"), taken.column);
      const said = conflictText(column, taken);
      this.#trouble({ file, row: rowNo, column, reason: said.en, said });
    }
    if (taken.is !== "new") return;
    this.orders++;
    for (const [no, link] of this.#links.entries()) {
      const texts = must(batch.linkTexts[no], "texts of each link");
      readOwnLink(link, must(texts[at], "a text of each row"), taken.row, reading);
    }
  }

  /** The first of each file is known, however many files before it had some. */
  #trouble(one: RowTrouble): void {
    this.troubleCount++;
    this.firstTrouble ??= one;
    trouble(this.#reading, one);
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

/** The findings of this reading, where the file must be read again by them. */
async function readFile(
  { path, name: file, map, limits, again }: Source,
  reading: Reading,
  tell: (rows: number) => void,
): Promise<ImportedFile | Again> {
  const intake = new FileIntake(file, map, reading);
  for await (const batch of orderBatches(path, map, { limits, again })) {
    intake.take(batch);
    tell(intake.dataRows);
  }
  const { head, end, dataRows, orders, repeated, addedUnits } = intake;
  const next = end?.again ?? null;
  if (next !== null) return next;
  if (head === null || end === null || end.reading === null) throw unknownFile(path, map, end);
  const apartHere = reading.book.apartOfFile;
  const countOf = (standing: ApartOrder["standing"]) =>
    apartHere.filter((one) => one.standing === standing).length;
  const apart = {
    cancelled: countOf("cancelled"),
    unpaid: countOf("unpaid"),
    refunded: countOf("refunded"),
  };
  if (orders + repeated + apartHere.length === 0) {
    throw noOrder(path, intake.firstTrouble, intake.troubleCount);
  }
  const missing = CANONICAL_COLUMNS.filter(
    (column) =>
      !(head.format.columns[column] ?? []).some(
        (header) => placeOfHeader(head.headers, header) >= 0,
      ),
  );
  const format = map ? "column map" : head.format.name;
  const texts = readingTexts(head, end.form, end.reading);
  const { reading: said } = texts;
  const doubts = [...texts.doubts, ...linkColumnDoubts(head, map)];
  const counts = { rows: dataRows, orders, addedUnits, repeated, apart };
  return { file, format, ...counts, missing, reading: said, doubts };
}

/** A file with headers and without any order: a report about nothing would look like a good one. */
function noOrder(path: string, first: RowTrouble | null, count: number): TableFileError {
  if (first === null) return new TableFileError(`${path}: the headers are there, but no order.`);
  return new TableFileError(
    `${path}: none of its ${count.toLocaleString("en-US")} rows can be read. Row ${first.row}, column ` +
      `${first.column}: ${first.reason}. Nothing was imported.`,
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

/** A value of an order, by its row. */
type LinkValue = readonly [row: number, value: string];

/** The values in a second file of (order id, attribute): the first two columns, whatever they are called. */
async function linkValuesIn(
  rows: RawRows,
  link: ColumnMap["links"][number],
  rowOfId: ReadonlyMap<string, number>,
): Promise<LinkValue[]> {
  const values: LinkValue[] = [];
  let isHeader = true;
  for await (const cells of rows) {
    const [id, value] = [cleanCell(cells[0]), cleanCell(cells[1])];
    const row = rowOfId.get(id);
    const fits = value !== "" && value.startsWith(link.prefix ?? "");
    if (isHeader || row === undefined || !fits) {
      isHeader = false;
      continue;
    }
    values.push([row, value]);
    const other = link.mayNameOrders ? rowOfId.get(value) : undefined;
    // A direct tie goes both ways: each order has the other's id, and its own.
    if (other !== undefined) values.push([row, id], [other, id], [other, value]);
  }
  return values;
}

/** Reads the second file of a link; gives the doubts about its letters. */
async function readLinkFile(
  link: ColumnMap["links"][number],
  folder: string,
  rowOfId: ReadonlyMap<string, number>,
  reading: Reading,
): Promise<Text[]> {
  const name = must(link.file, "a link with a file");
  const { value, encoding } = await readTable(
    resolve(folder, name),
    {},
    async (sheets) => await linkValuesIn(firstRows(sheets), link, rowOfId),
  );
  const values = linkValuesOf(reading, link.name);
  for (const [row, one] of value) {
    const known = values.get(row);
    if (known) known.push(one);
    else values.set(row, [one]);
  }
  return encodingDoubts(encoding).map((doubt) =>
    asText((side) => `${basename(name)}: ${doubt[side]}`),
  );
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
  /**
   * Orders that were cancelled or refunded count like those that stand: for a look back at what a policy would have held,
   * since those that were held rightly are cancelled by now.
   */
  readonly withTakenBack?: boolean;
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
    const imported = await readAll(paths, options, again, reading >= MOST_READINGS);
    if (imported !== null) return imported;
  }
}

/** Null where some files must be read again: then `again` says how, for each of them. */
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
    withTakenBack: options.withTakenBack ?? false,
  };
  const files: ImportedFile[] = [];
  for (const path of paths) {
    const name = options.name ?? basename(path);
    const known = again.get(path) ?? null;
    const source = { path, name, map, limits, again: known && { ...known, isLast } };
    const read = await readFile(source, reading, (rows) => options.tell?.(path, rows));
    if ("encoding" in read) again.set(path, read);
    else files.push(read);
  }
  if (files.length < paths.length) return null;
  const articles = reading.book.countArticles(options.articles ?? null);
  const { links, doubts } = await declaredLinks(reading, options);
  addToLast(files, { reading: articles === null ? [] : articleTexts(articles), doubts });
  const { troubles, troubleCount, book } = reading;
  const table = builder.build(links);
  return { table, files, apart: book.apart, troubles, troubleCount, articles };
}

/** Says with the last file what is true of all of them. */
function addToLast(
  files: ImportedFile[],
  { reading, doubts }: Pick<ImportedFile, "reading" | "doubts">,
): void {
  const last = files.at(-1);
  if (last === undefined) return;
  files[files.length - 1] = {
    ...last,
    reading: [...last.reading, ...reading],
    doubts: [...last.doubts, ...doubts],
  };
}

/** The attributes that a map declares, from columns and from second files. */
async function declaredLinks(
  reading: Reading,
  options: ImportOptions,
): Promise<{ readonly links: DeclaredLinks[]; readonly doubts: readonly Text[] }> {
  const all = options.map?.links ?? [];
  const withFile = all.filter((link) => link.file !== undefined);
  const rowOfId = withFile.length === 0 ? new Map<string, number>() : reading.book.rowOfId();
  const doubts: Text[] = [];
  for (const link of withFile) {
    const folder = must(options.mapFolder, "a folder for a map that names further files");
    doubts.push(...(await readLinkFile(link, folder, rowOfId, reading)));
  }
  const { count } = reading.builder;
  const links = all.map((link) => ({
    name: link.name,
    grade: link.grade,
    valuesOf: Array.from(
      { length: count },
      (_, row) => reading.linkValues.get(link.name)?.get(row) ?? [],
    ),
  }));
  return { links, doubts };
}
