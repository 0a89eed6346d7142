import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

/*
 * The source tree as the house tests see it: its files, and every way in which one names another. Type imports
 * count, and so do imports at run time and the files of threads.
 */

export const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["src", "web", "sim", "bin", "bench", "test"];

export const text = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Every TypeScript file of the project, from its root, sorted. */
export const files: readonly string[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(folder, name)),
).sort();

/** Whether SQL may stand in a file: stores, and the database's own folder. */
export const isStore = (file: string): boolean =>
  /^src\/(db\/.*|.*\/io\/\w*[sS]tore)\.ts$/.test(file);

/** How many files each folder holds itself. */
export function filesByFolder(all: readonly string[] = files): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of all) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return counts;
}

export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Imports of our own files: static, exported on, at run time, or as the file of a thread. */
export function importsOf(file: string, source: string = text(file)): Import[] {
  const { module } = parseSync(file, source);
  const written = (start: number, end: number) => source.slice(start + 1, end - 1);
  const specifiers = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) =>
      written(moduleRequest.start, moduleRequest.end),
    ),
    ...[...source.matchAll(/new URL\("(\.[^"]*\.ts)", import\.meta\.url\)/g)].map(
      (match) => match[1] ?? "",
    ),
  ];
  return specifiers
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: file, to: normalize(join(dirname(file), specifier)) }));
}

/** Imports at run time whose file is computed: nobody can see what they import. */
export function computedImports(file: string, source: string = text(file)): string[] {
  const { module } = parseSync(file, source);
  return module.dynamicImports
    .map(({ moduleRequest }) => source.slice(moduleRequest.start, moduleRequest.end))
    .filter((written) => !/^"[^"]*"$/.test(written))
    .map((written) => `${file} imports ${written}`);
}

/** Groups of nodes that reach each other (Tarjan 1972): none in a tree without circles. */
export function circles(edges: readonly Import[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (from === to) continue;
    next.set(from, (next.get(from) ?? new Set()).add(to));
    if (!next.has(to)) next.set(to, new Set());
  }
  const order = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    order.set(node, order.size);
    let lowest = order.size - 1;
    stack.push(node);
    for (const one of next.get(node) ?? []) {
      if (!order.has(one)) lowest = Math.min(lowest, visit(one));
      else if (stack.includes(one)) lowest = Math.min(lowest, order.get(one) ?? lowest);
    }
    if (lowest === order.get(node)) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) found.push(circle.sort());
    }
    return lowest;
  };
  for (const node of next.keys()) if (!order.has(node)) visit(node);
  return found;
}
