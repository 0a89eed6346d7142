/* Rows of a CSV file, as it is read. */

import { Readable } from "node:stream";
import Papa, { type Parser, type ParseResult } from "papaparse";
import { TableFileError } from "./tableFileError.ts";

type Chunk = ParseResult<string[]>;

/** Chunks of a file in which no row ends: a quotation mark was opened and never closed, or it is no table. */
const CHUNKS_WITHOUT_ROW = 64;
/** Chunks taken apart and not yet asked for. */
const CHUNKS_AHEAD = 4;

/** Takes a stream apart as fast as its rows are asked for. */
function chunksOf(source: Readable, delimiter: string | undefined): Readable {
  let paused: Parser | null = null;
  const chunks = new Readable({
    objectMode: true,
    highWaterMark: CHUNKS_AHEAD,
    read: () => {
      const parser = paused;
      paused = null;
      parser?.resume();
    },
    destroy: (error, done) => {
      source.destroy();
      done(error);
    },
  });
  source.setEncoding("utf8");
  Papa.parse<string[]>(source, {
    ...(delimiter === undefined ? {} : { delimiter }),
    skipEmptyLines: true,
    beforeFirstChunk: (text) => text.replace(/^\uFEFF/, ""),
    chunk: (chunk, parser) => {
      if (chunks.push(chunk) || chunks.destroyed) return;
      paused = parser;
      parser.pause();
    },
    complete: () => chunks.push(null),
    error: (error) => chunks.destroy(error),
  });
  return chunks;
}

const unclosed = (path: string, row: number) =>
  new TableFileError(
    `${path}: row ${row}: a quotation mark is opened there and not closed; all that follows would be one cell. ` +
      "Nothing was imported.",
  );

/** The rows of a CSV file; without a delimiter it is guessed. Quotation marks inside a cell are taken as they are. */
export async function* csvRows(
  path: string,
  source: Readable,
  delimiter?: string,
): AsyncGenerator<readonly string[]> {
  let rows = 0;
  let emptyChunks = 0;
  for await (const { data, errors } of chunksOf(source, delimiter) as AsyncIterable<Chunk>) {
    yield* data;
    rows += data.length;
    emptyChunks = data.length === 0 ? emptyChunks + 1 : 0;
    if (emptyChunks > CHUNKS_WITHOUT_ROW) throw unclosed(path, rows + 1);
    if (errors.some(({ code }) => code === "MissingQuotes")) throw unclosed(path, rows);
  }
}
