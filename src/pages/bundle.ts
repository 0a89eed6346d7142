/*
 * Bundles the browser's scripts from the same TypeScript as the server's, when the first file is
 * asked for. So there is no build step, and no bundle that could be older than its source.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build, stop, type BuildOptions } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const OUT = "/assets";
const squeeze = promisify(brotliCompress);

export interface PublicFile {
  readonly body: Buffer;
  readonly compressed: Buffer;
  readonly type: string;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** A file with its compressed form, type and ETag. */
async function publicFile(path: string, body: Buffer): Promise<readonly [string, PublicFile]> {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] as string;
  return [path, { body, compressed: await squeeze(body), type, etag }];
}

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  format: "esm",
  jsx: "automatic",
  target: "es2022",
  outdir: OUT,
  write: false,
  logLevel: "silent",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
} as const satisfies BuildOptions;

/** One script for each buyer page: on a slow network every further request costs a wait. */
const BUYER_PAGES: Readonly<Record<string, string>> = {
  boardPage: "board/boardPage",
  checkPage: "check/checkPage",
  decisionPage: "decision/decisionPage",
  minePage: "mine/minePage",
  page: "page",
  salePage: "sale/salePage",
};

/** The console is split; its parts are fetched when they are needed. */
const CONSOLE = {
  "console/main": "web/console/main.tsx",
  "console/style": "web/console/console.css",
};

/** Bundles the scripts and reads the other public files. */
async function bundle(): Promise<ReadonlyMap<string, PublicFile>> {
  const buyer = Object.fromEntries(
    Object.entries(BUYER_PAGES).map(([name, file]) => [
      `buyer/${name}`,
      `web/buyer/${file}.client.ts`,
    ]),
  );
  // Loaded by the page that recomputes a draw, only in sales with a beacon.
  buyer["buyer/beaconCheck"] = "src/sale/beacon/beaconSignature.ts";
  // On each page, beside its own script, which does not wait for it.
  buyer["buyer/who"] = "web/ui/who.client.ts";
  // Loaded when a passkey is created or used.
  buyer["buyer/passkey"] = "@simplewebauthn/browser";
  const [pages, desk] = await Promise.all([
    build({ ...COMMON, entryPoints: buyer }),
    build({
      ...COMMON,
      entryPoints: CONSOLE,
      chunkNames: "console/[name]-[hash]",
      splitting: true,
    }),
  ]);
  // Stops esbuild's child process; there is nothing left for it to do.
  await stop();
  const built = [...pages.outputFiles, ...desk.outputFiles].map(({ path, contents }) =>
    publicFile(path.slice(path.indexOf(OUT)), Buffer.from(contents)),
  );
  const plain = ["mark.svg", "style.css"].map((name) =>
    publicFile(`${OUT}/${name}`, readFileSync(join(ROOT, "web/assets", name))),
  );
  return new Map(await Promise.all([...built, ...plain]));
}

let bundled: Promise<ReadonlyMap<string, PublicFile>> | null = null;

/**
 * All public files by address, made once per process. After a failure the next request tries again.
 */
export async function publicFiles(): Promise<ReadonlyMap<string, PublicFile>> {
  bundled ??= bundle();
  try {
    return await bundled;
  } catch (error) {
    bundled = null;
    throw error;
  }
}
