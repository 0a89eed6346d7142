/*
 * Understands the rows of one file, one after the other. Its first rows are held back until they have said how their
 * columns are to be read; at the end all rows are asked, and when they say otherwise the file is to be read again.
 */

import { must } from "../../base/assert.ts";
import { fillText, type Text } from "../../base/language.ts";
import { HEADER_LINES, headerKey, placeOfHeader } from "../../connectors/formats/cells.ts";
import { CANONICAL } from "../../connectors/formats/canonical.ts";
import {
  CANONICAL_COLUMNS,
  type CanonicalColumn,
  type Format,
} from "../../connectors/formats/format.ts";
import { detectFormat, FORMATS, nearestFormat, type Near } from "../../connectors/formats/list.ts";
import { namedColumns } from "../normalise/nearColumns.ts";
import { readMoment } from "../normalise/time.ts";
import { changedBy, ownFormatOf, type ColumnMap } from "./columnMap.ts";
import { assumedBy, FileColumns, isSame, type Assumed } from "./fileColumns.ts";
import {
  GrowingBatch,
  type FileEnd,
  type FileForm,
  type Head,
  type OrderBatch,
} from "./orderBatch.ts";
import { orderOf } from "./orderRow.ts";
import { FAULT_WORDS } from "./words.ts";

type Reader = (cells: readonly string[], column: CanonicalColumn) => string;

const cellText = (cell: string | undefined): string =>
  cell === undefined || cell === "null" ? "" : cell;

/** Where each of our columns stands in a file. */
type PlacesOf = Readonly<Record<CanonicalColumn, readonly number[]>>;

export function placesOf({ format, headers }: Head): PlacesOf {
  const entries = CANONICAL_COLUMNS.map((column) => {
    const places = (format.columns[column] ?? []).map((header) => placeOfHeader(headers, header));
    return [column, places.filter((at) => at >= 0)] as const;
  });
  return Object.fromEntries(entries) as Record<CanonicalColumn, number[]>;
}

/** A column as the file calls it; a dash for the whole row. */
export function nameOfColumn(head: Head, column: CanonicalColumn | null): string {
  if (column === null) return "–";
  const { format, headers } = head;
  const wanted = format.columns[column] ?? [];
  const names = wanted
    .map((header) => headers[placeOfHeader(headers, header)])
    .filter((name) => name !== undefined);
  return names.length > 0 ? names.join(" + ") : column;
}

function readerOf(placesIn: PlacesOf): Reader {
  return (cells, column) => {
    const places = placesIn[column];
    const [only] = places;
    if (only === undefined) return "";
    if (places.length === 1) return cellText(cells[only]);
    return places
      .map((at) => cellText(cells[at]))
      .filter((text) => text !== "")
      .join(" ");
  };
}

/** The formats that a row of headers may be of: the map's own, or the known one with what the map changes. */
function formatsFor(headers: readonly string[], map: ColumnMap | null): readonly Format[] {
  const own = ownFormatOf(map);
  if (own !== null) return [own];
  const detected = detectFormat(headers);
  if (map === null) return detected === null ? [] : [detected];
  return [detected ?? CANONICAL, CANONICAL].map((known) => changedBy(map, known));
}

/** The head of a file, where a row of it has the headers of a format or of the map. */
export function headOf(headers: readonly string[], map: ColumnMap | null): Head | null {
  const keys = new Set(headers.map(headerKey));
  const format = formatsFor(headers, map).find(({ signature }) =>
    signature.every((header) => keys.has(headerKey(header))),
  );
  return format === undefined ? null : { format, headers };
}

/** How many cells stand before the empty ones at a row's end. */
function usedCells(cells: readonly string[]): number {
  let count = cells.length;
  while (count > 0 && (cells[count - 1] ?? "") === "") count--;
  return count;
}

function wrongWidth(row: { readonly cells: number; readonly headers: number }): Text {
  const { tooWide, cutOff } = FAULT_WORDS;
  return fillText(row.cells > row.headers ? tooWide : cutOff, row);
}

/** Rows that are held back until they have said how they are to be read. */
const SAMPLE_ROWS = 2_000;

interface Held {
  readonly cells: readonly string[];
  readonly row: number;
}

/** Reads files of any known format, sheet by sheet. */
export class OrderReader {
  readonly #map: ColumnMap | null;
  readonly #links: readonly string[];
  #head: Head | null = null;
  #anyHead = false;
  #near: Near | null = null;
  /** The row that is most like headers, while none of them is known. */
  #likely: readonly string[] | null = null;
  #likeness = 0;
  #sheet: string | null = null;
  #places: PlacesOf | null = null;
  #read: Reader = () => "";
  /** Headers without the empty ones at the end. */
  #width = 0;
  /** Where a row's own number stands; -1 where the format has none. */
  #itemAt = -1;
  #linksAt: readonly number[] = [];
  #row = 0;
  #describedRow = false;
  #held: Held[] | null = null;
  #columns: FileColumns | null;
  readonly #given: Assumed | null;
  #batch: GrowingBatch;

  /** `given`: what an earlier reading of the whole file has decided. */
  constructor(map: ColumnMap | null, given: Assumed | null = null) {
    this.#map = map;
    this.#given = given;
    this.#columns = given === null ? null : new FileColumns(this.#zone, given);
    this.#links = linkColumns(map).map(({ column }) => column);
    this.#batch = new GrowingBatch(this.#links.length);
  }

  get #zone(): number {
    return this.#map?.zoneMinutes ?? 420;
  }

  /** Rows gathered since the last batch. */
  get rowCount(): number {
    return this.#batch.rowCount;
  }

  /** Whether the sheet that is read has known headers. */
  get hasHead(): boolean {
    return this.#head !== null;
  }

  startSheet(name: string | null): void {
    this.#sheet = name;
    this.#head = null;
    this.#row = 0;
    this.#describedRow = false;
    this.#held = this.#columns === null ? [] : null;
  }

  /** Takes a row of clean cells; false once no headers can come any more. */
  take(cells: readonly string[]): boolean {
    this.#row++;
    if ((cells[0] ?? "") === "" && usedCells(cells) === 0)
      return this.#head !== null || this.#row < HEADER_LINES;
    if (this.#head === null) return this.#takeHead(cells);
    if (this.#describedRow) {
      this.#describedRow = false;
      if (Number.isNaN(readMoment(this.#read(cells, "ordered_at"), 0))) return true;
    }
    if (this.#held === null) {
      this.#order(cells, this.#row, must(this.#columns, "columns once rows were held"));
      return true;
    }
    this.#held.push({ cells, row: this.#row });
    if (this.#held.length >= SAMPLE_ROWS) this.#decide();
    return true;
  }

  /** Takes what was held back of a sheet that is through. */
  endSheet(): void {
    if (this.#held !== null && this.#held.length > 0) this.#decide();
  }

  /** The orders since the last batch. */
  batch(end: FileEnd | null = null): OrderBatch {
    const { rowCount, orderCount, troubles, itemNos, texts, numbers, linkTexts } = this.#batch;
    const [head, sheet] = [this.#head, this.#sheet];
    this.#batch = new GrowingBatch(this.#links.length);
    return { head, sheet, rowCount, orderCount, troubles, itemNos, texts, numbers, linkTexts, end };
  }

  /** The end of the file, with the reading that all its rows give. */
  end(form: FileForm): FileEnd {
    const [near, likely] = [this.#near, this.#likely];
    if (!this.#anyHead) return { form, reading: null, again: null, near, likely };
    const columns = this.#columns ?? new FileColumns(this.#zone);
    const fixed = this.#map?.dateOrder;
    const reading = columns.reading(fixed);
    const assumed = assumedBy(reading, fixed);
    const again = isSame(assumed, columns.assumed) ? null : { encoding: form.encoding, assumed };
    return { form, reading, again, near: null, likely };
  }

  /** How much a row is like headers: by what the map names, or by what our columns are called. */
  #likenessOf(cells: readonly string[]): number {
    const signature = ownFormatOf(this.#map)?.signature ?? [];
    const wanted = signature.filter((header) => placeOfHeader(cells, header) >= 0);
    return wanted.length + namedColumns(cells);
  }

  #takeHead(cells: readonly string[]): boolean {
    this.#head = headOf(cells, this.#map);
    if (this.#head === null) {
      this.#near ??= nearestFormat(cells, FORMATS);
      const likeness = this.#likenessOf(cells);
      if (likeness > this.#likeness) {
        this.#likeness = likeness;
        this.#likely = cells;
      }
      return this.#row < HEADER_LINES;
    }
    const { format, headers } = this.#head;
    this.#anyHead = true;
    this.#places = placesOf(this.#head);
    this.#read = readerOf(this.#places);
    this.#width = usedCells(headers);
    const { itemHeader } = format;
    this.#itemAt = itemHeader === undefined ? -1 : placeOfHeader(headers, itemHeader);
    this.#linksAt = this.#links.map((column) => placeOfHeader(headers, column));
    this.#describedRow = format.describedByRow;
    return true;
  }

  /** Lets the rows that were held back say how they are to be read, and reads them so. */
  #decide(): void {
    const held = this.#held ?? [];
    this.#held = null;
    const { format } = must(this.#head, "a head before rows are held");
    let columns = new FileColumns(this.#zone, this.#given ?? undefined);
    // The second look sees the cells of rows that the first could not read.
    for (let look = 0; look < 2; look++) {
      for (const { cells, row } of held) {
        if (!this.#isWrongWidth(cells, columns))
          orderOf((column) => this.#read(cells, column), row, format, columns);
      }
      const fixed = this.#map?.dateOrder;
      columns = new FileColumns(this.#zone, assumedBy(columns.reading(fixed), fixed));
    }
    this.#columns = columns;
    for (const { cells, row } of held) this.#order(cells, row, columns);
  }

  #order(cells: readonly string[], row: number, columns: FileColumns): void {
    const { format } = must(this.#head, "a head before orders");
    if (this.#isHeaderAgain(cells)) return;
    const batch = this.#batch;
    batch.rowCount++;
    if (this.#isWrongWidth(cells, columns)) {
      this.#trouble(row, null, wrongWidth({ cells: cells.length, headers: this.#width }));
      return;
    }
    const order = orderOf((column) => this.#read(cells, column), row, format, columns);
    if ("said" in order) {
      this.#trouble(row, order.column, order.said);
      return;
    }
    batch.add(order, this.#itemAt < 0 ? "" : (cells[this.#itemAt] ?? ""));
    for (const [link, at] of this.#linksAt.entries())
      must(batch.linkTexts[link], "texts of each link").push(cells[at] ?? "");
  }

  #trouble(row: number, column: CanonicalColumn | null, said: Text): void {
    const head = must(this.#head, "a head before troubles");
    this.#batch.troubles.push({ row, column: nameOfColumn(head, column), reason: said.en, said });
  }

  /** More cells than headers, or fewer where the others are whole. */
  #isWrongWidth(cells: readonly string[], columns: FileColumns): boolean {
    columns.rows++;
    if (cells.length === this.#width) return false;
    if (cells.length > this.#width)
      return usedCells(cells) > must(this.#head, "a head").headers.length;
    columns.short++;
    return !columns.assumed.trims;
  }

  /** Files that were put together have their headers twice. */
  #isHeaderAgain(cells: readonly string[]): boolean {
    const [at] = this.#places?.order_id ?? [];
    const [time] = this.#places?.ordered_at ?? [];
    const headers = must(this.#head, "a head before rows").headers;
    if (at === undefined || time === undefined) return false;
    return cells[at] === headers[at] && cells[time] === headers[time];
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
