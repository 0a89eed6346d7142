import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { publicFiles } from "../../src/pages/bundle.ts";
import { examplePage } from "../language/examplePage.ts";

/** Compressed bytes that people wait for, from the files as they are served. */
const MOST = {
  buyerPage: 50_000,
  buyerScript: 15_000,
  // Fetched by whoever recomputes a draw that used a beacon, and by nobody else.
  beaconCheck: 30_000,
  consoleFirstLoad: 250_000,
};

const squeezed = (text: string) => brotliCompressSync(text).length;

/** Modules that load before a script runs: its static imports, and theirs. */
function firstLoad(
  files: ReadonlyMap<string, { body: Buffer; compressed: Buffer }>,
  path: string,
  seen = new Set<string>(),
): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = files.get(path)!.body.toString("utf8");
  // Minified: import{a}from"./x.js" and import"./x.js"; import("./x.js") comes later and is not counted.
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) {
    firstLoad(files, `/assets/console/${name}`, seen);
  }
  return seen;
}

describe("budgets", () => {
  it("a buyer's sale page: page, style and script", async () => {
    const files = await publicFiles();
    const script = files.get("/assets/buyer/salePage.js")!.compressed.length;
    const who = files.get("/assets/buyer/who.js")!.compressed.length;
    const style = squeezed(readFileSync("web/assets/style.css", "utf8"));
    const page = squeezed(examplePage("id"));
    console.log(
      `buyer: page ${page} + style ${style} + script ${script} + who ${who} bytes, compressed`,
    );
    expect(script).toBeLessThanOrEqual(MOST.buyerScript);
    expect(page + style + script + who).toBeLessThanOrEqual(MOST.buyerPage);
  });

  it("the page's own script waits for no other", () => {
    const scripts = examplePage("id").match(/<script [^>]*src=[^>]*>/g) ?? [];
    const others = scripts.filter((tag) => !tag.includes("/salePage.js"));
    expect(scripts).toHaveLength(2);
    for (const tag of others) expect(tag).toContain(" async ");
  });

  it("every buyer's script", async () => {
    const scripts = [...(await publicFiles())].filter(([path]) =>
      path.startsWith("/assets/buyer/"),
    );
    expect(scripts.length).toBe(9);
    for (const [path, { compressed }] of scripts) {
      const most = path.endsWith("/beaconCheck.js") ? MOST.beaconCheck : MOST.buyerScript;
      expect(compressed.length, path).toBeLessThanOrEqual(most);
    }
  });

  it("the console at first load, and its heavy parts apart from it", async () => {
    const files = await publicFiles();
    const first = firstLoad(files, "/assets/console/main.js");
    const size = [...first, "/assets/console/style.css"].reduce(
      (sum, path) => sum + files.get(path)!.compressed.length,
      0,
    );
    console.log(`console: ${size} bytes in ${first.size + 1} files at first load, compressed`);
    expect(first.size).toBeGreaterThan(1);
    expect(size).toBeLessThanOrEqual(MOST.consoleFirstLoad);
    for (const later of ["ringMap", "liveChart", "saleWizard", "rehearsalPage"]) {
      const named = (paths: Iterable<string>) => [...paths].filter((path) => path.includes(later));
      expect(named(files.keys()), later).not.toEqual([]);
      expect(named(first), later).toEqual([]);
    }
  });

  it("negative control: the count follows imports, and would see one that is too large", () => {
    const fake = (body: string) => ({ body: Buffer.from(body), compressed: Buffer.from(body) });
    const files = new Map([
      ["/assets/console/main.js", fake('import{a}from"./b.js";import("./later.js")')],
      ["/assets/console/b.js", fake('import"./c.js"')],
      ["/assets/console/c.js", fake("1")],
      ["/assets/console/later.js", fake("2")],
    ]);
    expect([...firstLoad(files, "/assets/console/main.js")]).toHaveLength(3);
  });
});
