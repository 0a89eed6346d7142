/*
 * Sends pages and public files, compressed. Shared pages may be cached by everyone; pages for one
 * reader are never kept.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { publicFiles } from "./bundle.ts";
import { accepts, documentOf, sendDocument, type Document } from "../http/document.ts";
import { SHARED_HEADERS } from "../http/headers.ts";
import { Refusal } from "../http/problem.ts";

const squeeze = promisify(brotliCompress);

/**
 * The style sheet of all pages except the console: 11 KB inside each page, so that it is drawn at
 * once.
 */
const STYLE = readFileSync(join(import.meta.dirname, "../../web/assets/style.css"), "utf8");
const STYLE_LINK = '<link rel="stylesheet" href="/assets/style.css" />';

/** The hash by which the content security policy allows exactly this style. */
export const STYLE_HASH = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

const HTML_TYPE = "text/html; charset=utf-8";

const withStyle = (page: string) => page.replace(STYLE_LINK, () => `<style>${STYLE}</style>`);

/** A page that is the same for everybody, with its style inside. */
export const pageDocument = (page: string): Document => documentOf(withStyle(page));

/**
 * Sends such a page, compressed if the browser accepts it: on a slow network the size is the
 * waiting time.
 */
export async function sendSharedHtml(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Document,
): Promise<FastifyReply> {
  return await sendDocument(request, reply, { document, type: HTML_TYPE });
}

/** Sends a page for one reader; nothing is cached. */
export async function sendHtml(
  request: FastifyRequest,
  reply: FastifyReply,
  page: string,
): Promise<FastifyReply> {
  const html = withStyle(page);
  reply.header("content-type", HTML_TYPE);
  if (!reply.hasHeader("vary")) reply.header("vary", "accept-encoding");
  if (!accepts(request, "br")) return await reply.send(html);
  // The reader waits for this compression, so a fast setting.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  return await reply.header("content-encoding", "br").send(await squeeze(html, { params }));
}

/** A part of a split script: its name has the hash of its content, so it never changes. */
const HASHED_NAME = /-[A-Z0-9]{8}\.js$/;
const FOR_EVER = "public, max-age=31536000, immutable";

/** Serves scripts, styles and the logo. Nothing else of the source is public. */
export function mountAssets(app: FastifyInstance): void {
  app.get("/assets/*", async (request, reply) => {
    const path = request.url.replace(/\?.*$/, "");
    const file = (await publicFiles()).get(path);
    if (!file) throw new Refusal("not_found");
    reply.headers(SHARED_HEADERS).header("etag", file.etag);
    const isHashed = HASHED_NAME.test(path);
    reply.header("cache-control", isHashed ? FOR_EVER : "public, max-age=60");
    reply.header("vary", "accept-encoding");
    if (request.headers["if-none-match"] === file.etag) return await reply.code(304).send();
    reply.header("content-type", file.type);
    if (!accepts(request, "br")) return await reply.send(file.body);
    return await reply.header("content-encoding", "br").send(file.compressed);
  });
}
