import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply } from "fastify";

/*
 * Texts that many people ask for and that are the same for all of them: compressed once for each content, not for
 * each asker, and answered by 304 to whoever has them already.
 */

type Encoding = "br" | "gzip";

/** A shorter text is sent as it is: its headers are as long, and packets are not smaller. */
const WORTH_COMPRESSING_BYTES = 1_024;
/** Together; the longest unasked go first. The longest document, the API's description, has 700 KB. */
const KEPT_BYTES = 32_000_000;

/** Boards change every second while somebody waits: the quick setting, not the small one. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const brotliText = promisify(brotliCompress);
const gzipText = promisify(gzip);

/** Whether the caller reads an encoding; one that is named with `q=0` is refused. */
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

/** One content, as it goes over the wire. */
export class Document {
  readonly body: Buffer;
  readonly etag: string;
  readonly #compressed = new Map<Encoding, Promise<Buffer>>();

  constructor(body: Buffer, digest: string) {
    this.body = body;
    this.etag = `W/"${digest.slice(0, 22)}"`;
  }

  /** Compressed by whoever asks first; all others wait for that. */
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

/** Documents by their content. */
class Documents {
  readonly #byDigest = new Map<string, Document>();
  #bytes = 0;

  of(text: string): Document {
    const digest = hash("sha256", text, "base64url");
    const known = this.#byDigest.get(digest);
    if (known) {
      // Now the last to go.
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

/** One for the process: what is kept is found by its content alone. */
const documents = new Documents();

/** The document of a text that is the same for everybody. Never of one about a person: it would be kept. */
export const documentOf = (text: string): Document => documents.of(text);

/** Sends a document in the best encoding that the caller reads, or says that it has not changed. */
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
