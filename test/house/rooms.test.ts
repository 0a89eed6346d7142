import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED, roomOf, ROOMS, type RoomName } from "./rooms.ts";
import { circles, files, importsOf, ROOT, text, type Import } from "./tree.ts";

const imports = files.flatMap((file) => importsOf(file));
const ours = imports.filter(({ from }) => !/^(test|bench)\//.test(from));

function forbidden({ from, to }: Import): string | null {
  const [mine, theirs] = [roomOf(from), roomOf(to)];
  if (mine === theirs || ALLOWED[mine].includes(theirs)) return null;
  return `${from} imports ${to}: ${mine} may not import ${theirs}`;
}

const folderEdges = (edges: readonly Import[]) =>
  edges.map(({ from, to }) => ({ from: dirname(from), to: dirname(to) }));

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

  it("have no circle of files", () => {
    expect(circles(ours)).toEqual([]);
  });

  it("have no circle of folders", () => {
    expect(circles(folderEdges(ours))).toEqual([]);
  });

  it("a circle is seen, of two and of three", () => {
    const edge = (from: string, to: string) => ({ from, to });
    expect(circles([edge("a", "b"), edge("b", "a"), edge("b", "c")])).toEqual([["a", "b"]]);
    expect(circles([edge("a", "b"), edge("b", "c"), edge("c", "a")])).toEqual([["a", "b", "c"]]);
    expect(circles([edge("a", "b"), edge("b", "c"), edge("a", "c")])).toEqual([]);
  });

  it("of the product know no simulator, and connectors no page", () => {
    const into = (from: RegExp, to: RegExp) =>
      imports.filter((one) => from.test(one.from) && to.test(one.to));
    expect(into(/^src\//, /^(sim|bin|bench|test)\//)).toEqual([]);
    expect(into(/^src\/connectors\//, /^(web|src\/http|src\/pages)\//)).toEqual([]);
    // The pattern sees what it is for.
    expect(into(/^src\/pages\//, /^web\//).length).toBeGreaterThan(5);
  });

  it("routes do not import routes", () => {
    const isRoutes = (file: string) => file.endsWith("Routes.ts") && file.includes("/io/");
    expect(imports.filter(({ from, to }) => isRoutes(from) && isRoutes(to))).toEqual([]);
  });

  it("list twenty files at most, and `src` itself four", () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
    expect(counts.get("src")).toBeLessThanOrEqual(4);
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
