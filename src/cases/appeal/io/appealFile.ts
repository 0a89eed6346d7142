/*
 * Checks files that strangers sent with an appeal: their true type, and that they cannot exhaust
 * memory when a reviewer opens them. It runs in a thread with a time and memory limit
 * (appealFileThread.ts), because a hostile file makes each check as slow as it likes.
 */

import { createInflate } from "node:zlib";
import { accepted, refused, type Result } from "../../../base/result.ts";

export type FileRefusal = "file_type_refused" | "file_too_large";
export type FileType = "image/jpeg" | "image/png" | "image/webp" | "application/pdf";

/**
 * A good phone's photo has 50 million pixels; more is a decompression bomb for the reviewer's
 * browser.
 */
const MOST_PIXELS = 64_000_000;
/** Most bytes that all streams of a PDF may inflate to, together. */
const MOST_UNPACKED_BYTES = 80_000_000;
/** A scanned letter has some tens of streams, a year's bank statement some hundreds. */
const MOST_STREAMS = 4_000;
/**
 * Limit on compressed bytes read, as a multiple of the file's size. Streams follow one another, so
 * an honest file stays at 1; nested streams that are inflated again and again exceed it. Broken
 * streams may run on, hence 3.
 */
const MOST_PACKED_SHARE = 3;
/** Inflated at once. A stream that breaks off may have written this much more than it returned. */
const CHUNK_BYTES = 65_536;

const startsWith = (bytes: Uint8Array, text: string, at = 0) =>
  Array.from(text).every((letter, index) => bytes[at + index] === letter.charCodeAt(0));

/** The type by the file's magic bytes; the file name is ignored. */
function typeOf(bytes: Uint8Array): FileType | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (bytes[0] === 0x89 && startsWith(bytes, "PNG\r\n\u001a\n", 1)) return "image/png";
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return "image/webp";
  return startsWith(bytes, "%PDF-") ? "application/pdf" : null;
}
/** Width × height that a picture declares; null if they cannot be read. */
function pixelsOf(bytes: Uint8Array, type: FileType): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/png") {
    return bytes.length >= 24 ? view.getUint32(16) * view.getUint32(20) : null;
  }
  if (type === "image/jpeg") return jpegPixels(bytes, view);
  if (bytes.length < 30) return null;
  const u24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  if (startsWith(bytes, "VP8X", 12)) return (u24(24) + 1) * (u24(27) + 1);
  if (startsWith(bytes, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
  }
  return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
}

/** Reads the start-of-frame marker (ITU-T T.81). */
function jpegPixels(bytes: Uint8Array, view: DataView): number | null {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/**
 * Whether a zlib stream may begin here: its method and the check over its first two bytes (RFC
 * 1950).
 */
function beginsPacked(bytes: Uint8Array, at: number): boolean {
  const [method = 0, flags = 0] = bytes.subarray(at, at + 2);
  return (method & 0x0f) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
}

/**
 * Inflates a stream and discards the output; returns its compressed and inflated length, up to
 * where it broke off.
 */
async function unpack(packed: Buffer, mostBytes: number) {
  const inflate = createInflate({ chunkSize: CHUNK_BYTES });
  let unpackedBytes = 0;
  try {
    inflate.end(packed);
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > mostBytes) break;
    }
  } catch {
    // A broken stream counts with everything it may have written before it broke.
    unpackedBytes += CHUNK_BYTES;
  }
  return { packedBytes: inflate.bytesWritten, unpackedBytes };
}

/**
 * Whether the compressed streams of a PDF stay small when inflated. One pass: each byte is looked
 * at once, and streams are limited in number, compressed length and inflated length. A stream ends
 * where its own coding ends; the word "endstream" may stand inside it.
 */
async function pdfStaysSmall(bytes: Uint8Array): Promise<boolean> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let streams = 0;
  let packedLeft = MOST_PACKED_SHARE * file.length;
  let unpackedLeft = MOST_UNPACKED_BYTES;
  for (let at = file.indexOf("stream"); at >= 0; at = file.indexOf("stream", at + 6)) {
    const from = file[at + 6] === 0x0d ? at + 8 : at + 7;
    if (startsWith(file, "end", at - 3) || !beginsPacked(file, from)) continue;
    streams++;
    const { packedBytes, unpackedBytes } = await unpack(file.subarray(from), unpackedLeft);
    packedLeft -= packedBytes;
    unpackedLeft -= unpackedBytes;
    if (streams > MOST_STREAMS || packedLeft < 0 || unpackedLeft < 0) return false;
  }
  return true;
}

/** Checks one file before it is stored; returns its type or a refusal. */
export async function readAppealFile(bytes: Uint8Array): Promise<Result<FileType, FileRefusal>> {
  const type = typeOf(bytes);
  if (type === null) return refused("file_type_refused");
  if (type === "application/pdf") {
    return (await pdfStaysSmall(bytes)) ? accepted(type) : refused("file_too_large");
  }
  const pixels = pixelsOf(bytes, type);
  if (pixels === null || pixels === 0) return refused("file_type_refused");
  return pixels > MOST_PIXELS ? refused("file_too_large") : accepted(type);
}
