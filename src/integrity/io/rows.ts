/*
 * Rows of any table file: CSV, XLSX or Parquet, recognised by its first bytes. Uploaded files are read within limits.
 */

import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  snappyUncompress,
} from "hyparquet";
import { encodingOf, type Encoding } from "../table/encoding.ts";
import { kindOf } from "../table/fileKind.ts";
import { csvRows, delimiterOf, type Delimiter } from "./csvRows.ts";
import { TableFileError } from "./tableFileError.ts";
import { bytesOf, headOf, OtherEncodingError, surveyedEncoding, textOf } from "./textSource.ts";
import { readWorkbook } from "./workbook.ts";

/** Rows of a table file as cells, the headers among them; numbered as a person counts them, from 1. */
export type RawRows = AsyncIterable<readonly unknown[]>;

/** Limits for reading one file. */
export interface ReadLimits {
  /** Rows, the headers among them. */
  readonly rows: number;
  /** Bytes after unpacking. */
  readonly bytes: number;
  /** Memory outside the heap of a thread that reads it, MB of 2^20 bytes. */
  readonly buffersMb: number;
}

/** Advice for a file beyond the limits. */
export const ELSEWHERE = "Hand it in in parts, or use `giliran audit` on the command line.";

/** For files of one's own, on the command line. */
export const NO_LIMITS: ReadLimits = { rows: Infinity, bytes: Infinity, buffersMb: Infinity };

const HEAD_BYTES = 64 * 1024;

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch(() => {
    throw new TableFileError(`${path}: there is no such file, or it cannot be read.`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const tooManyRows = (path: string, { rows }: ReadLimits) =>
  new TableFileError(`${path}: it has more than ${rows.toLocaleString("en")} rows. ${ELSEWHERE}`);
const tooManyBytes = (path: string, { bytes }: ReadLimits) =>
  new TableFileError(`${path}: it unpacks to more than ${bytes / 1_000_000} MB. ${ELSEWHERE}`);
const damaged = (path: string, kind: string) =>
  new TableFileError(`${path}: this ${kind} file is damaged, or it is none. Nothing was imported.`);

/** An error of a library means a faulty file. Its message may quote cells, so it is not passed on. */
const asDamaged = (path: string, kind: string) => (error: unknown) => {
  throw error instanceof TableFileError || error instanceof OtherEncodingError
    ? error
    : damaged(path, kind);
};

async function* parquetRows(path: string, limits: ReadLimits): RawRows {
  const broken = asDamaged(path, "Parquet");
  const file = await asyncBufferFromFile(path).catch(broken);
  const { num_rows } = await parquetMetadataAsync(file).catch(broken);
  const total = Number(num_rows);
  if (!(total < limits.rows)) throw tooManyRows(path, limits);
  let bytesLeft = limits.bytes;
  const SNAPPY = (packed: Uint8Array, length: number) => {
    bytesLeft -= length;
    if (bytesLeft < 0) throw tooManyBytes(path, limits);
    const unpacked = new Uint8Array(length);
    snappyUncompress(packed, unpacked);
    return unpacked;
  };
  const CHUNK = 20_000;
  let headers: string[] | null = null;
  for (let rowStart = 0; rowStart < total; rowStart += CHUNK) {
    const rowEnd = Math.min(total, rowStart + CHUNK);
    const read = { file, rowStart, rowEnd, compressors: { SNAPPY } };
    for (const row of await parquetReadObjects(read).catch(broken)) {
      if (headers === null) {
        headers = Object.keys(row);
        yield headers;
      }
      yield headers.map((header) => row[header]);
    }
  }
}

/** The bytes of a gzipped file, counted as they are unpacked. */
async function* counted(path: string, limits: ReadLimits): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of bytesOf(path, true) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.bytes) throw tooManyBytes(path, limits);
    yield chunk;
  }
}

/** One table of a file. */
export interface TableSheet {
  /** Null where the file has one table only. */
  readonly name: string | null;
  readonly rows: RawRows;
}

/** A table file, and how its bytes are read. */
export interface OpenedTable {
  readonly encoding: Encoding | null;
  readonly delimiter: Delimiter | null;
  readonly sheets: readonly TableSheet[];
  /** Its bytes once more, for a text that turns out to be written in another way. */
  readonly bytes: (() => AsyncIterable<Buffer>) | null;
}

/** The knowledge of a file before it is read. */
export interface Opening {
  readonly limits?: ReadLimits;
  /** Whether a row has the headers that are looked for: that tells how cells are parted. */
  readonly isHead?: (cells: readonly string[]) => boolean;
  /** The encoding that an earlier reading has found. */
  readonly encoding?: Encoding | null;
}

/** A row that a person sees: empty ones are counted, and limit nothing. */
const isEmpty = (row: readonly unknown[]): boolean =>
  row.every((cell) => cell === "" || cell === null || cell === undefined);

class RowLimit {
  readonly #path: string;
  readonly #limits: ReadLimits;
  #count = 0;

  constructor(path: string, limits: ReadLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** The rows of one sheet; all sheets together may have so many. */
  async *within(rows: AsyncIterable<readonly unknown[]>): RawRows {
    for await (const row of rows) {
      if (row.length > 1 || !isEmpty(row)) this.#count++;
      if (this.#count > this.#limits.rows) throw tooManyRows(this.#path, this.#limits);
      yield row;
    }
  }
}

/** Opens CSV (also gzipped), XLSX or Parquet, told by its first bytes and not by its name. */
export async function openTable(path: string, opening: Opening = {}): Promise<OpenedTable> {
  const { limits = NO_LIMITS } = opening;
  const head = await firstBytes(path);
  const kind = kindOf(head);
  const limit = new RowLimit(path, limits);
  if (typeof kind === "object") throw new TableFileError(`${path}: ${kind.sentence}`);
  if (kind === "zip") {
    const sheets = await readWorkbook(path, limits.bytes, () => tooManyBytes(path, limits));
    const one = sheets.length === 1;
    const opened = sheets.map(({ name, rows }) => {
      const all = Readable.from(rows) as unknown as RawRows;
      return { name: one ? null : name, rows: limit.within(all) };
    });
    return { encoding: null, delimiter: null, sheets: opened, bytes: null };
  }
  if (kind === "parquet") {
    const rows = limit.within(parquetRows(path, limits));
    return { encoding: null, delimiter: null, sheets: [{ name: null, rows }], bytes: null };
  }
  if (kind === "text") return await openText(path, { head, isGzip: false, limit }, opening);
  const unpacked = await headOf(bytesOf(path, true), HEAD_BYTES).catch(asDamaged(path, "gzip"));
  const inside = kindOf(unpacked);
  if (typeof inside === "object") throw new TableFileError(`${path}: inside, ${inside.sentence}`);
  if (inside !== "text")
    throw new TableFileError(`${path}: a table is packed twice. Unpack it once and hand it in.`);
  return await openText(path, { head: unpacked, isGzip: true, limit }, opening);
}

interface TextFile {
  readonly head: Buffer;
  readonly isGzip: boolean;
  readonly limit: RowLimit;
}

async function openText(
  path: string,
  { head, isGzip, limit }: TextFile,
  { limits = NO_LIMITS, isHead = () => false, encoding: known = null }: Opening,
): Promise<OpenedTable> {
  const encoding = known ?? encodingOf(head);
  if (encoding === null)
    throw new TableFileError(`${path}: this is neither CSV, XLSX nor Parquet.`);
  const lenient = encoding === "utf-8" ? "utf-8 with faults" : encoding;
  const parts: string[] = [];
  for await (const part of textOf(Readable.from([head]), lenient)) parts.push(part);
  const delimiter = delimiterOf(parts.join(""), isHead);
  const bytes = () => (isGzip ? counted(path, limits) : bytesOf(path, false));
  const rows = csvRows(path, Readable.from(textOf(bytes(), encoding)), delimiter);
  const sheet = { name: null, rows: limit.within(isGzip ? orDamaged(path, rows) : rows) };
  return { encoding, delimiter, sheets: [sheet], bytes };
}

async function* orDamaged(path: string, rows: AsyncIterable<readonly unknown[]>): RawRows {
  try {
    yield* rows;
  } catch (error) {
    asDamaged(path, "gzip")(error);
  }
}

/** The encoding of a text that turned out not to be UTF-8; any other error is thrown on. */
export async function encodingAfter(error: unknown, { bytes }: OpenedTable): Promise<Encoding> {
  if (!(error instanceof OtherEncodingError) || bytes === null) throw error;
  return await surveyedEncoding(bytes());
}

/** A reading of a whole table, and what its text is written in; null where it is no text. */
export interface TableRead<T> {
  readonly value: T;
  readonly encoding: Encoding | null;
}

/** Reads a table; from its beginning once more, where its text turns out not to be UTF-8. */
export async function readTable<T>(
  path: string,
  opening: Opening,
  read: (sheets: readonly TableSheet[]) => Promise<T>,
): Promise<TableRead<T>> {
  const opened = await openTable(path, opening);
  try {
    return { value: await read(opened.sheets), encoding: opened.encoding };
  } catch (error) {
    const encoding = await encodingAfter(error, opened);
    const { sheets } = await openTable(path, { ...opening, encoding });
    return { value: await read(sheets), encoding };
  }
}

/** The rows of a file's first table, without empty ones. */
export async function* firstRows([first]: readonly TableSheet[]): RawRows {
  for await (const row of first?.rows ?? []) if (!isEmpty(row)) yield row;
}
