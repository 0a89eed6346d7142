import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { bundleConsole, type BundledFile } from "./consoleBundle.ts";
import { Refusal } from "./http/problem.ts";

/*
 * The browser runs the same TypeScript as the server: types are taken out when a file is first asked
 * for, and that is the whole build. Only files that a page really imports are given out.
 */

const ROOT = join(import.meta.dirname, "..");
const HASHES_FOLDER = dirname(createRequire(import.meta.url).resolve("@noble/hashes/sha2.js"));

function asset(text: string | Buffer, type: string): BundledFile {
  const body = Buffer.from(text);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { body, compressed: brotliCompressSync(body), type, etag };
}

/** Scripts that pages load, directly or through their imports; nothing else of the source is public. */
const SCRIPTS: readonly string[] = [
  "web/buyer/checkPage.client.ts",
  "web/buyer/decisionPage.client.ts",
  "web/buyer/minePage.client.ts",
  "web/buyer/saleFields.client.ts",
  "web/buyer/saleOdds.client.ts",
  "web/buyer/salePage.client.ts",
  "web/buyer/work.client.ts",
  "web/ui/call.client.ts",
  "web/ui/dom.client.ts",
  "web/ui/form.client.ts",
  "src/base/bytes.ts",
  "src/base/canonical.ts",
  "src/base/hash.ts",
  "src/base/merkle.ts",
  "src/proof/lineReplay.ts",
  "src/proof/record.ts",
  "src/proof/verify.ts",
  "src/sale/board.ts",
  "src/sale/rank.ts",
  "src/sale/seed.ts",
  "src/sale/stock.ts",
];
const LIBRARY_FILES: readonly string[] = ["sha2.js", "_md.js", "_u64.js", "utils.js"];
const JAVASCRIPT = "text/javascript; charset=utf-8";

/** A source file as a browser reads it: no types, and package names turned into addresses. */
function script(path: string): BundledFile {
  const source = readFileSync(join(ROOT, path), "utf8");
  const plain = stripTypeScriptTypes(source).replaceAll(
    '"@noble/hashes/',
    '"/assets/library/hashes/',
  );
  return asset(plain, JAVASCRIPT);
}

/** All public files by address, read once at start: a missing one stops the start, not a buyer. */
export function loadAssets(): ReadonlyMap<string, BundledFile> {
  const assets = new Map<string, BundledFile>();
  for (const path of SCRIPTS) assets.set(`/assets/${path}`, script(path));
  for (const name of LIBRARY_FILES) {
    const body = readFileSync(join(HASHES_FOLDER, name));
    assets.set(`/assets/library/hashes/${name}`, asset(body, JAVASCRIPT));
  }
  const read = (name: string) => readFileSync(join(ROOT, "web/assets", name));
  assets.set("/assets/style.css", asset(read("style.css"), "text/css; charset=utf-8"));
  assets.set("/assets/mark.svg", asset(read("mark.svg"), "image/svg+xml"));
  return assets;
}

/** Compressed where the browser can read it: on a slow network that is most of the wait. */
async function send(request: FastifyRequest, reply: FastifyReply, file: BundledFile) {
  reply.header("cache-control", "public, max-age=60").header("etag", file.etag);
  reply.header("vary", "accept-encoding");
  if (request.headers["if-none-match"] === file.etag) return await reply.code(304).send();
  reply.header("content-type", file.type);
  const reads = /\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""));
  if (!reads) return await reply.send(file.body);
  return await reply.header("content-encoding", "br").send(file.compressed);
}

export function mountAssets(app: FastifyInstance): void {
  for (const [path, file] of loadAssets()) {
    app.get(path, (request, reply) => send(request, reply, file));
  }
  let bundle: Promise<ReadonlyMap<string, BundledFile>> | null = null;
  app.get("/assets/console/:name", async (request, reply) => {
    bundle ??= bundleConsole();
    // A bundle that failed is tried again: the next asker may come after the fault was mended.
    bundle.catch(() => (bundle = null));
    const { name } = request.params as { name: string };
    const file = (await bundle).get(`/assets/console/${name}`);
    if (!file) throw new Refusal("not_found");
    return await send(request, reply, file);
  });
}
