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
function chunksOf(source: Readable, delimiter: string): Readable {
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
  Papa.parse<string[]>(source, {
    delimiter,
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

/** Marks between cells, the more usual ones first. */
export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

const FIRST_LINES = 200;

/**
 * The mark between the cells, by the first lines: the one that gives known headers, or else most lines the same number of
 * cells. A title above the headers may be parted in another way, or not at all.
 */
export function delimiterOf(
  head: string,
  isHead: (cells: readonly string[]) => boolean,
): Delimiter {
  const text = head.replace(/^\uFEFF/, "");
  const said = /^"?sep=([,;|\t])/i.exec(text)?.[1];
  const tried = DELIMITERS.map((delimiter) => {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: FIRST_LINES });
    const rows = data.filter((cells) => cells.length > 1);
    const counts = new Map<number, number>();
    for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
    const [width = 1, lines = 0] =
      [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
    return { delimiter, known: data.some(isHead), cells: lines * (width - 1) };
  });
  const known = tried.find((one) => one.known);
  const most = tried.toSorted((a, b) => b.cells - a.cells)[0];
  const [usual] = DELIMITERS;
  return known?.delimiter ?? DELIMITERS.find((one) => one === said) ?? most?.delimiter ?? usual;
}

/** The rows of a CSV file, empty ones too: a person counts them. Quotation marks inside a cell are taken as they are. */
export async function* csvRows(
  path: string,
  source: Readable,
  delimiter: Delimiter,
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
