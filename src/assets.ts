import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";

/*
 * The browser runs the same TypeScript as the server: types are taken out when a file is first asked
 * for, and that is the whole build. Only files that a page really imports are given out.
 */

const ROOT = join(import.meta.dirname, "..");
const HASHES_FOLDER = dirname(createRequire(import.meta.url).resolve("@noble/hashes/sha2.js"));

interface Asset {
  readonly body: string | Buffer;
  readonly type: string;
  readonly etag: string;
}

function asset(body: string | Buffer, type: string): Asset {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { body, type, etag };
}

/** Scripts that pages load, directly or through their imports; nothing else of the source is public. */
const SCRIPTS: readonly string[] = [
  "web/buyer/checkPage.client.ts",
  "web/buyer/decisionPage.client.ts",
  "web/buyer/minePage.client.ts",
  "web/buyer/salePage.client.ts",
  "web/buyer/work.client.ts",
  "web/console/appealView.client.ts",
  "web/console/batchView.client.ts",
  "web/console/caseView.client.ts",
  "web/console/consolePage.client.ts",
  "web/console/desk.client.ts",
  "web/console/deskPage.client.ts",
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
function script(path: string): Asset {
  const source = readFileSync(join(ROOT, path), "utf8");
  const plain = stripTypeScriptTypes(source).replaceAll(
    '"@noble/hashes/',
    '"/assets/library/hashes/',
  );
  return asset(plain, JAVASCRIPT);
}

/** All public files by address, read once at start: a missing one stops the start, not a buyer. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
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

export function mountAssets(app: FastifyInstance): void {
  for (const [path, { body, type, etag }] of loadAssets()) {
    app.get(path, async (request, reply) => {
      reply.header("cache-control", "public, max-age=60").header("etag", etag);
      if (request.headers["if-none-match"] === etag) return await reply.code(304).send();
      return await reply.header("content-type", type).send(body);
    });
  }
}
