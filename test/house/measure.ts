import { dirname } from "node:path";
import { parseSync } from "oxc-parser";
import { walk, type Node } from "./syntax.ts";
import { circles, files, filesByFolder, importsOf, text } from "./tree.ts";

/*
 * Figures of the source beside their targets: `npm run measure:house` prints them, and a test fails where one is missed.
 * The source is `src` and `web`.
 */

/** Counts of one file. Functions with an expression for a body are left out: nearly all have one line. */
export interface FileFigures {
  readonly lines: number;
  readonly commentLines: number;
  readonly functionLines: readonly number[];
  readonly casts: number;
  readonly assertions: number;
  readonly packings: number;
}

/** Counts one file; `source` is its text. */
export function figuresOf(file: string, source: string = text(file)): FileFigures {
  const { program, comments } = parseSync(file, source);
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number) => lastAtMost(starts, offset);
  const functionLines: number[] = [];
  let [casts, assertions, packings] = [0, 0, 0];
  walk(program as unknown as Node, (node) => {
    if (/Function/.test(node.type) && typeOf(node["body"]) === "BlockStatement") {
      functionLines.push(lineOf(node.end) - lineOf(node.start) + 1);
    }
    if (node.type === "TSAsExpression" && !isConst(node)) casts++;
    if (node.type === "TSNonNullExpression") assertions++;
    if (node.type === "SpreadElement" && typeOf(node["argument"]) === "ObjectExpression") {
      packings++;
    }
  });
  const commented = comments.flatMap(({ start, end }) => {
    const first = lineOf(start);
    return Array.from({ length: lineOf(end) - first + 1 }, (_, at) => first + at);
  });
  const commentLines = new Set(commented).size;
  return { lines: linesOf(source), commentLines, functionLines, casts, assertions, packings };
}

const linesOf = (source: string): number => source.replace(/\n$/, "").split("\n").length;

function typeOf(value: unknown): string | null {
  return value && typeof value === "object" && "type" in value ? String(value.type) : null;
}

/** `as const` says nothing that the compiler does not know. */
function isConst(node: Node): boolean {
  const named = (node["typeAnnotation"] as { typeName?: { name?: string } }).typeName;
  return named?.name === "const";
}

/** The index of the last of the sorted numbers that is not above a value. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** One figure: what it is, and what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly aim: Range;
}

interface Range {
  readonly least?: number;
  readonly most?: number;
}

export function within(value: number, { least = -Infinity, most = Infinity }: Range): boolean {
  return value >= least && value <= most;
}

/** The figures of this tree. */
export function measureHouse(): Figure[] {
  const source = files.filter((file) => /^(src|web)\//.test(file));
  const counted = source.map((file) => figuresOf(file));
  const sum = (read: (one: FileFigures) => number) =>
    counted.reduce((total, one) => total + read(one), 0);
  const lines = sum((one) => one.lines);
  const aThousand = (count: number) => (count / lines) * 1_000;
  const functions = counted.flatMap((one) => one.functionLines);
  const fileLines = counted.map((one) => one.lines);
  const testLines = files
    .filter((file) => file.startsWith("test/"))
    .reduce((total, file) => total + linesOf(text(file)), 0);
  const figure = (name: string, value: number, aim: Range): Figure => ({
    name,
    value: Math.round(value * 100) / 100,
    aim,
  });
  return [
    figure("lines of a function, median", share(functions, 0.5), { most: 10 }),
    figure("lines of a function, p95", share(functions, 0.95), { most: 45 }),
    figure("lines of a function, most", share(functions, 1), { most: 70 }),
    figure("lines of a file, p95", share(fileLines, 0.95), { most: 350 }),
    figure("lines of a file, most", share(fileLines, 1), { most: 500 }),
    figure("lines with a comment, %", (sum((one) => one.commentLines) / lines) * 100, {
      least: 10,
      most: 15,
    }),
    figure("`as` in 1,000 lines", aThousand(sum((one) => one.casts)), { most: 6.7 }),
    figure("`!` in 1,000 lines", aThousand(sum((one) => one.assertions)), { most: 2 }),
    figure(
      "`...{ }` packing",
      sum((one) => one.packings),
      { most: 0 },
    ),
    figure("lines of tests ÷ of source", testLines / lines, { least: 0.4 }),
    ...figuresOfTree(),
  ];
}

/** How files hang together, and how many lie where. */
function figuresOfTree(): Figure[] {
  const imports = files.flatMap((file) => importsOf(file));
  const ours = imports.filter(({ from }) => !/^(test|bench)\//.test(from));
  const folders = ours.map(({ from, to }) => ({ from: dirname(from), to: dirname(to) }));
  const [largest] = largestFolders();
  const loose = files.filter((file) => dirname(file) === "src").length;
  const figure = (name: string, value: number, aim: Range): Figure => ({
    name,
    value,
    aim,
  });
  return [
    figure("circles of files", circles(ours).length, { most: 0 }),
    figure("circles of folders", circles(folders).length, { most: 0 }),
    figure("imports seen", imports.length, { least: 2_000 }),
    figure("loose files in `src`", loose, { most: 4 }),
    figure("files of the largest folder", largest?.count ?? 0, { most: 20 }),
  ];
}

/** Folders of source and tests by their files, largest first. */
export function largestFolders(): { folder: string; count: number }[] {
  return [...filesByFolder()]
    .map(([folder, count]) => ({ folder, count }))
    .sort((a, b) => b.count - a.count || a.folder.localeCompare(b.folder));
}

/** The value below which a share of the numbers lies; 1 gives the largest. */
function share(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

function says({ least, most }: Range): string {
  if (least === undefined) return `≤ ${most}`;
  return most === undefined ? `≥ ${least}` : `${least} to ${most}`;
}

if (import.meta.main) {
  const rows = measureHouse().map(({ name, value, aim }) => {
    const missed = within(value, aim) ? "" : "missed";
    return [name, String(value), says(aim), missed] as const;
  });
  for (const [name, value, aim, missed] of [["", "now", "aim", ""] as const, ...rows]) {
    console.log(`${name.padEnd(30)} ${value.padStart(8)}   ${aim.padEnd(10)} ${missed}`.trimEnd());
  }
  const largest = largestFolders().slice(0, 5);
  console.log(
    `\nLargest folders: ${largest.map(({ folder, count }) => `${folder} ${count}`).join(", ")}`,
  );
}
