import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build } from "esbuild";

/*
 * The console is one React program. It is put together when somebody first asks for it: no file to build
 * before, and none that could be older than its source.
 */

const ROOT = join(import.meta.dirname, "..");
const OUT = "/assets/console";
const squeeze = promisify(brotliCompress);

export interface BundledFile {
  readonly body: Buffer;
  readonly compressed: Buffer;
  readonly type: string;
  readonly etag: string;
}

const typeOf = (path: string) =>
  path.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";

/** All files of the console by address; `main.js` and `main.css` are what its page asks for first. */
export async function bundleConsole(): Promise<ReadonlyMap<string, BundledFile>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: "web/console/main.tsx", style: "web/console/console.css" },
    ...{ bundle: true, minify: true, splitting: true, format: "esm", jsx: "automatic" },
    ...{ target: "es2022", outdir: OUT, write: false, logLevel: "silent" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const files = await Promise.all(
    outputFiles.map(async ({ path, contents }) => {
      const body = Buffer.from(contents);
      const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
      return [path, { body, compressed: await squeeze(body), type: typeOf(path), etag }] as const;
    }),
  );
  return new Map(files.map(([path, file]) => [path.slice(path.indexOf(OUT)), file]));
}
