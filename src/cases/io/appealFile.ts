import { inflateSync } from "node:zlib";
import { accepted, refused, type Result } from "../../base/result.ts";

export type FileRefusal = "file_type_refused" | "file_too_large";
export type FileType = "image/jpeg" | "image/png" | "image/webp" | "application/pdf";

const MOST_BYTES = 3_000_000;
/** A photo of a good phone has 50 million; more is a picture that unpacks to fill a reviewer's memory. */
const MOST_PIXELS = 64_000_000;
/** What the streams of a PDF may unpack to, all together. */
const MOST_UNPACKED_BYTES = 80_000_000;

const startsWith = (bytes: Uint8Array, text: string, at = 0) =>
  Array.from(text).every((letter, index) => bytes[at + index] === letter.charCodeAt(0));

/** The type that the bytes themselves say; a name says nothing. */
function typeOf(bytes: Uint8Array): FileType | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (bytes[0] === 0x89 && startsWith(bytes, "PNG\r\n\u001a\n", 1)) return "image/png";
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return "image/webp";
  return startsWith(bytes, "%PDF-") ? "application/pdf" : null;
}

/** Width × height that a picture declares; null when it declares none that can be read. */
function pixelsOf(bytes: Uint8Array, type: FileType): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/png") {
    return bytes.length >= 24 ? view.getUint32(16) * view.getUint32(20) : null;
  }
  if (type === "image/jpeg") return jpegPixels(bytes, view);
  if (bytes.length < 30) return null;
  const u24 = (at: number) => bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65_536;
  if (startsWith(bytes, "VP8X", 12)) return (u24(24) + 1) * (u24(27) + 1);
  if (startsWith(bytes, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
  }
  return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
}

/** From the start-of-frame marker of ITU-T T.81. */
function jpegPixels(bytes: Uint8Array, view: DataView): number | null {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Whether the compressed streams of a PDF stay small when they are unpacked. */
function pdfStaysSmall(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = MOST_UNPACKED_BYTES;
  for (let at = text.indexOf("stream"); at >= 0; at = text.indexOf("stream", at + 6)) {
    if (startsWith(text, "end", at - 3)) continue;
    const from = text[at + 6] === 0x0d ? at + 8 : at + 7;
    const end = text.indexOf("endstream", from);
    // 0x78: how zlib's streams begin; others are not compressed by it.
    if (end < 0 || text[from] !== 0x78) continue;
    try {
      left -= inflateSync(text.subarray(from, end), { maxOutputLength: left + 1 }).length;
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") return false;
    }
    if (left < 0) return false;
  }
  return true;
}

/** Looks at a file that somebody sent, before it is kept. */
export function readAppealFile(bytes: Uint8Array): Result<FileType, FileRefusal> {
  if (bytes.length > MOST_BYTES) return refused("file_too_large");
  const type = typeOf(bytes);
  if (type === null) return refused("file_type_refused");
  if (type === "application/pdf") {
    return pdfStaysSmall(bytes) ? accepted(type) : refused("file_too_large");
  }
  const pixels = pixelsOf(bytes, type);
  if (pixels === null || pixels === 0) return refused("file_type_refused");
  return pixels > MOST_PIXELS ? refused("file_too_large") : accepted(type);
}
