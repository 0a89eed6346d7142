/*
 * Rows of any table file: CSV, XLSX or Parquet, recognised by its first bytes. Uploaded files are read within limits.
 */

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  snappyUncompress,
} from "hyparquet";
import { readSheet } from "read-excel-file/node";
import { csvRows } from "./csvRows.ts";
import { TableFileError } from "./tableFileError.ts";

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

const ZIP = "504b0304";
const PARQUET = "50415231";
const GZIP = "1f8b";

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch(() => {
    throw new TableFileError(`${path}: there is no such file, or it cannot be read.`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Comma or semicolon or tab, by what the first line has most of. */
function delimiterOf(head: string): string {
  const line = head.split(/\r?\n/, 1)[0] ?? "";
  const count = (mark: string) => line.split(mark).length;
  return [",", ";", "\t"].toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}

const tooManyRows = (path: string, { rows }: ReadLimits) =>
  new TableFileError(`${path}: it has more than ${rows.toLocaleString("en")} rows. ${ELSEWHERE}`);
const tooManyBytes = (path: string, { bytes }: ReadLimits) =>
  new TableFileError(`${path}: it unpacks to more than ${bytes / 1_000_000} MB. ${ELSEWHERE}`);
const damaged = (path: string, kind: string) =>
  new TableFileError(`${path}: this ${kind} file is damaged, or it is none. Nothing was imported.`);

/** An error of a library means a faulty file. Its message may quote cells, so it is not passed on. */
const asDamaged = (path: string, kind: string) => (error: unknown) => {
  throw error instanceof TableFileError ? error : damaged(path, kind);
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

/** The stream of a gzipped file, unpacked as it is read. */
function unzipped(path: string, limits: ReadLimits): Readable {
  const unpacked = pipeline(createReadStream(path), createGunzip(), () => undefined);
  const counted = async function* () {
    let bytes = 0;
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limits.bytes) throw tooManyBytes(path, limits);
      yield chunk;
    }
  };
  return Readable.from(counted(), { objectMode: false });
}

async function* limitedRows(path: string, rows: RawRows, limits: ReadLimits): RawRows {
  let count = 0;
  for await (const row of rows) {
    if (++count > limits.rows) throw tooManyRows(path, limits);
    yield row;
  }
}

async function* gzippedRows(path: string, limits: ReadLimits): RawRows {
  try {
    yield* csvRows(path, unzipped(path, limits));
  } catch (error) {
    asDamaged(path, "gzip")(error);
  }
}

/** Opens CSV (also gzipped), XLSX or Parquet, told by its first bytes and not by its name. */
export async function openRows(path: string, limits: ReadLimits = NO_LIMITS): Promise<RawRows> {
  return limitedRows(path, await rowsOf(path, limits), limits);
}

async function rowsOf(path: string, limits: ReadLimits): Promise<RawRows> {
  const head = await firstBytes(path);
  const mark = head.subarray(0, 4).toString("hex");
  if (mark === ZIP) {
    const rows = await readSheet(path).catch(asDamaged(path, "XLSX"));
    return Readable.from(rows) as unknown as RawRows;
  }
  if (mark === PARQUET) return parquetRows(path, limits);
  if (mark.startsWith(GZIP)) return gzippedRows(path, limits);
  const text = head.toString("utf8");
  if (text.includes("\u0000"))
    throw new TableFileError(`${path}: this is neither CSV, XLSX nor Parquet.`);
  return csvRows(path, createReadStream(path), delimiterOf(text));
}
