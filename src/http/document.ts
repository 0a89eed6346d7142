/*
 * Documents that are the same for many readers: compressed once per content instead of once per
 * reader, and answered by 304 if unchanged. Never used for an answer about a person: the text would
 * stay in memory.
 */

import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply } from "fastify";

type Encoding = "br" | "gzip";

/** Shorter texts are sent uncompressed: headers are as long, and packets get no smaller. */
const WORTH_COMPRESSING_BYTES = 1_024;
/**
 * For all documents; the least recently used go first. The longest one, the API's description, has
 * 700 KB.
 */
const KEPT_BYTES = 32_000_000;

/** Boards change every second under load: the fast setting, not the small one. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const brotliText = promisify(brotliCompress);
const gzipText = promisify(gzip);

/** Whether the caller accepts an encoding; `q=0` refuses it. */
export function accepts(
  { headers }: { readonly headers: IncomingHttpHeaders },
  encoding: Encoding,
): boolean {
  return String(headers["accept-encoding"] ?? "")
    .split(",")
    .some((part) => {
      const [name = "", ...more] = part.split(";").map((text) => text.trim().toLowerCase());
      return name === encoding && !more.some((text) => /^q=0(\.0*)?$/.test(text));
    });
}

/** One content with its compressed forms. */
export class Document {
  readonly body: Buffer;
  readonly etag: string;
  readonly #compressed = new Map<Encoding, Promise<Buffer>>();

  constructor(body: Buffer, digest: string) {
    this.body = body;
    this.etag = `W/"${digest.slice(0, 22)}"`;
  }

  /** Compressed for the first reader; all others await the same result. */
  compressed(encoding: Encoding): Promise<Buffer> {
    let made = this.#compressed.get(encoding);
    if (!made) {
      made = encoding === "br" ? brotliText(this.body, BROTLI) : gzipText(this.body);
      this.#compressed.set(encoding, made);
      made.catch(() => this.#compressed.delete(encoding));
    }
    return made;
  }
}

/** Documents by content. */
class Documents {
  readonly #byDigest = new Map<string, Document>();
  #bytes = 0;

  of(text: string): Document {
    const digest = hash("sha256", text, "base64url");
    const known = this.#byDigest.get(digest);
    if (known) {
      // Most recently used: goes last.
      this.#byDigest.delete(digest);
      this.#byDigest.set(digest, known);
      return known;
    }
    const document = new Document(Buffer.from(text), digest);
    this.#byDigest.set(digest, document);
    this.#bytes += document.body.length;
    for (const [oldest, { body }] of this.#byDigest) {
      if (this.#bytes <= KEPT_BYTES) break;
      this.#byDigest.delete(oldest);
      this.#bytes -= body.length;
    }
    return document;
  }
}

/** One for the process: entries are found by content alone. */
const documents = new Documents();

/**
 * The document of a text that is the same for everybody. Never for a text about a person: it would
 * be kept.
 */
export const documentOf = (text: string): Document => documents.of(text);

/** Sends a document in the caller's best encoding, or 304. */
export async function sendDocument(
  request: { readonly headers: IncomingHttpHeaders },
  reply: FastifyReply,
  { document, type }: { readonly document: Document; readonly type: string },
): Promise<FastifyReply> {
  if (!reply.hasHeader("vary")) void reply.header("vary", "accept-encoding");
  void reply.header("etag", document.etag);
  if (request.headers["if-none-match"] === document.etag) return await reply.code(304).send();
  void reply.header("content-type", type);
  const encoding = accepts(request, "br") ? "br" : accepts(request, "gzip") ? "gzip" : null;
  if (encoding === null || document.body.length < WORTH_COMPRESSING_BYTES) {
    return await reply.send(document.body);
  }
  const body = await document.compressed(encoding);
  return await reply.header("content-encoding", encoding).send(body);
}
