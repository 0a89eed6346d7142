import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED, roomOf, ROOMS, type RoomName } from "./rooms.ts";
import {
  circles,
  computedImports,
  files,
  filesByFolder,
  importsOf,
  ROOT,
  text,
  type Import,
} from "./tree.ts";

const imports = files.flatMap((file) => importsOf(file));
const ours = imports.filter(({ from }) => !/^(test|bench)\//.test(from));

function forbidden({ from, to }: Import): string | null {
  const [mine, theirs] = [roomOf(from), roomOf(to)];
  if (mine === theirs || ALLOWED[mine].includes(theirs)) return null;
  return `${from} imports ${to}: ${mine} may not import ${theirs}`;
}

const folderEdges = (edges: readonly Import[]) =>
  edges.map(({ from, to }) => ({ from: dirname(from), to: dirname(to) }));

const isRoutes = (file: string) => file.endsWith("Routes.ts") && file.includes("/io/");
const isRouteOfRoute = ({ from, to }: Import) => isRoutes(from) && isRoutes(to);

/** The product does not know who plays with it; a connector knows neither pages nor who asks. */
const strays = ({ from, to }: Import) =>
  (from.startsWith("src/") && /^(sim|bin|bench|test)\//.test(to)) ||
  (from.startsWith("src/connectors/") && /^(web|src\/http|src\/pages)\//.test(to));

/** Folders with more files than one sees at a glance. */
function crowded(all: readonly string[]): string[] {
  return [...filesByFolder(all)]
    .filter(([folder, count]) => count > (folder === "src" ? 4 : 20))
    .map(([folder, count]) => `${folder}: ${count}`);
}

describe("the rooms", () => {
  it("are seen with every import", () => {
    expect(files.length).toBeGreaterThan(400);
    expect(imports.length).toBeGreaterThan(2_000);
    const missing = imports.filter(({ to }) => !existsSync(join(ROOT, to)));
    expect(missing).toEqual([]);
  });

  it("import one way, by the table", () => {
    expect(imports.map(forbidden).filter(Boolean)).toEqual([]);
  });

  it("a forbidden import is seen, also at run time, of a type, and as a thread's file", () => {
    const thread = '"./turn/io/thread.ts"';
    const planted = (source: string) =>
      importsOf("src/sale/line.ts", source).map(forbidden).filter(Boolean);
    expect(planted('import { a } from "./io/saleStore.ts";')).toHaveLength(1);
    expect(planted('import type { A } from "./turn/io/finder.ts";')).toHaveLength(1);
    expect(planted('const a = await import("./io/saleStore.ts");')).toHaveLength(1);
    expect(planted(`new URL(${thread}, import.meta.url)`)).toHaveLength(1);
    expect(planted('export { a } from "../http/mount.ts";')).toHaveLength(1);
    expect(planted('import { b } from "./rank.ts";')).toHaveLength(0);
  });

  it("have no circle of files, nor of folders", () => {
    // Each folder is a node, and imports of types count.
    const folders = new Set(ours.map(({ from }) => dirname(from)));
    expect(ours.length).toBeGreaterThan(1_700);
    expect(folders.size).toBeGreaterThan(80);
    expect(circles(ours)).toEqual([]);
    expect(circles(folderEdges(ours))).toEqual([]);
  });

  it("a circle is seen, of two and of three", () => {
    const edge = (from: string, to: string) => ({ from, to });
    expect(circles([edge("a", "b"), edge("b", "a"), edge("b", "c")])).toEqual([["a", "b"]]);
    expect(circles([edge("a", "b"), edge("b", "c"), edge("c", "a")])).toEqual([["a", "b", "c"]]);
    expect(circles([edge("a", "b"), edge("b", "c"), edge("a", "c")])).toEqual([]);
  });

  it("of the product know no simulator, and connectors no page", () => {
    expect(imports.filter(strays)).toEqual([]);
    const planted = (from: string, line: string) => importsOf(from, line).filter(strays).length;
    expect(planted("src/server.ts", 'import { a } from "../sim/crowd/crowd.ts";')).toBe(1);
    expect(planted("src/cli/x.ts", 'const a = await import("../../sim/naive.ts");')).toBe(1);
    expect(planted("src/sale/io/x.ts", 'export * from "../../../bench/run.ts";')).toBe(1);
    const channel = "src/connectors/channels/hook.ts";
    expect(planted(channel, 'import { html } from "../../../web/ui/html.ts";')).toBe(1);
    expect(planted(channel, 'import type { A } from "../../http/call.ts";')).toBe(1);
    expect(planted(channel, 'import { a } from "../../pages/pages.ts";')).toBe(1);
    expect(planted(channel, 'import { a } from "../../base/money.ts";')).toBe(0);
  });

  it("routes do not import routes", () => {
    expect(imports.filter(isRouteOfRoute)).toEqual([]);
    const planted = (line: string) =>
      importsOf("src/cases/appeal/io/appealRoutes.ts", line).filter(isRouteOfRoute).length;
    expect(planted('import { a } from "../../batch/io/batchRoutes.ts";')).toBe(1);
    expect(planted('import type { A } from "../../batch/io/batchRoutes.ts";')).toBe(1);
    expect(planted('import { a } from "./appealStore.ts";')).toBe(0);
  });

  it("list twenty files at most, and `src` itself four", () => {
    expect(crowded(files)).toEqual([]);
    const more = Array.from({ length: 21 }, (_, index) => `web/buyer/new/${index}.ts`);
    expect(crowded([...files, ...more])).toEqual(["web/buyer/new: 21"]);
    expect(crowded([...files, "src/a.ts", "src/b.ts"])).toHaveLength(1);
  });

  it("hide no import behind a computed name", () => {
    // A page's script imports an address of ours; it has no files.
    const here = files.filter((file) => !file.endsWith(".client.ts"));
    expect(here.flatMap((file) => computedImports(file))).toEqual([]);
    expect(computedImports("src/a.ts", "await import(name);")).toHaveLength(1);
    expect(computedImports("src/a.ts", "await import(`./${name}.ts`);")).toHaveLength(1);
    expect(computedImports("src/a.ts", 'await import("./b.ts");')).toEqual([]);
  });

  it("are those of ARCHITECTURE.md, with what each may import", () => {
    const rows = [...text("ARCHITECTURE.md").matchAll(/^\| `([\w/]+)` \|[^|]*\| ([^|]*) \|$/gm)];
    expect(rows.map(([, room]) => room)).toEqual(ROOMS.filter((room) => room !== "test"));
    for (const [, room, list] of rows as unknown as [string, RoomName, string][]) {
      const said = list.split(",").flatMap((name) => roomsCalled(name.trim()));
      const allowed = ALLOWED[room].filter((name) => name !== room);
      expect(new Set(said.filter((name) => name !== room)), room).toEqual(new Set(allowed));
    }
  });
});

/** A name of the table: a room without `src/`, or one of the phrases that stand for many. */
function roomsCalled(name: string): RoomName[] {
  const inSrc = ROOMS.filter((room) => room.startsWith("src"));
  if (name === "–") return [];
  if (name === "everything") return [...ROOMS];
  if (name === "everything in `src`") return inSrc;
  if (name === "everything in `src` but cli") return inSrc.filter((room) => room !== "src/cli");
  if (name === "everything below") {
    return inSrc.filter((room) => room !== "src/cli" && room !== "src");
  }
  const room = ROOMS.find((one) => one === name || one === `src/${name}`);
  if (room === undefined) throw new Error(`the table names "${name}", which is no room`);
  return [room];
}
