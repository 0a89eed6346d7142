/*
 * The text of a file, letter by letter right. Must never happen: a name is read in the wrong encoding without a word,
 * or a file of a hundred megabytes is held in memory.
 */

import { isAscii, isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { LetterCount, wholeLetters, type Encoding } from "../table/encoding.ts";

/** The bytes are not UTF-8 after all. */
export class OtherEncodingError extends Error {
  override name = "OtherEncodingError";
}

/** The bytes of a file, unpacked if it is gzipped. */
export function bytesOf(path: string, isGzip: boolean): Readable {
  const bytes = createReadStream(path);
  return isGzip ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
}

/** The first bytes of a stream, at least so many where there are as many. */
export async function headOf(bytes: Readable, least: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= least) break;
  }
  bytes.destroy();
  return Buffer.concat(parts).subarray(0, least);
}

/** Its text; throws an `OtherEncodingError` where UTF-8 was assumed and is not what it is. */
export async function* textOf(
  bytes: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<string> {
  if (encoding === "utf-8" || encoding === "utf-8 with faults") {
    yield* utf8(bytes, encoding === "utf-8");
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const part of bytes) yield decoder.decode(part, { stream: true });
  const last = decoder.decode();
  if (last !== "") yield last;
}

async function* utf8(bytes: AsyncIterable<Buffer>, isStrict: boolean): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of bytes) {
    const all = rest.length === 0 ? part : Buffer.concat([rest, part]);
    const end = wholeLetters(all);
    const whole = all.subarray(0, end);
    rest = all.subarray(end);
    if (isAscii(whole)) {
      yield whole.toString("latin1");
      continue;
    }
    if (isStrict && !isUtf8(whole)) throw new OtherEncodingError("this text is not UTF-8");
    yield whole.toString("utf8");
  }
  // A letter that the file ends in the middle of is a row that was cut, and no reason to read all others otherwise.
  if (rest.length > 0) yield rest.toString("utf8");
}

/** Looks through a whole file for what it is written in, after it turned out not to be UTF-8. */
export async function surveyedEncoding(bytes: AsyncIterable<Buffer>): Promise<Encoding> {
  const count = new LetterCount();
  for await (const text of textOf(bytes, "utf-8 with faults")) count.add(text);
  return count.encoding();
}
