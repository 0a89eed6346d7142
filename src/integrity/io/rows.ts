import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { readSheet } from "read-excel-file/node";
import { csvRows } from "./csvRows.ts";
import { TableFileError } from "./tableFileError.ts";

/** Rows of a table file as cells, the headers among them; numbered as a person counts them, from 1. */
export type RawRows = AsyncIterable<readonly unknown[]>;

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
  return [",", ";", "\t"].toSorted((a, b) => count(b) - count(a))[0]!;
}

async function* parquetRows(path: string): RawRows {
  const file = await asyncBufferFromFile(path);
  const { num_rows } = await parquetMetadataAsync(file);
  const total = Number(num_rows);
  const CHUNK = 20_000;
  let headers: string[] | null = null;
  for (let rowStart = 0; rowStart < total; rowStart += CHUNK) {
    const rows = await parquetReadObjects({
      file,
      rowStart,
      rowEnd: Math.min(total, rowStart + CHUNK),
    });
    for (const row of rows) {
      if (headers === null) {
        headers = Object.keys(row);
        yield headers;
      }
      yield headers.map((header) => row[header]);
    }
  }
}

/** Opens CSV (also gzipped), XLSX or Parquet, told by its first bytes and not by its name. */
export async function openRows(path: string): Promise<RawRows> {
  const head = await firstBytes(path);
  const mark = head.subarray(0, 4).toString("hex");
  if (mark === ZIP) {
    const rows = await readSheet(path).catch((error: Error) => {
      throw new TableFileError(`${path}: this spreadsheet cannot be read (${error.message}).`);
    });
    return Readable.from(rows) as unknown as RawRows;
  }
  if (mark === PARQUET) return parquetRows(path);
  if (mark.startsWith(GZIP)) {
    return csvRows(path, createReadStream(path).pipe(createGunzip()));
  }
  const text = head.toString("utf8");
  if (text.includes("\u0000"))
    throw new TableFileError(`${path}: this is neither CSV, XLSX nor Parquet.`);
  return csvRows(path, createReadStream(path), delimiterOf(text));
}
