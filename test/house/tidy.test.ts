import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["src", "web", "sim", "bench", "test"];
const MOST_LINES = 500;
const MOST_FUNCTION_LINES = 70;
const MOST_PARAMETERS = 5;

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

const files = FOLDERS.flatMap(filesBelow).filter((file) => !file.includes("node_modules"));
const text = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** Folders of the import table that a file belongs to: the longest that fits. */
const UNITS = [
  ...["src/base", "src/base/io", "src/api", "src/db"],
  ...["src/access", "src/access/io", "src/http", "src/connectors"],
  ...[
    "src/sale",
    "src/sale/io",
    "src/proof",
    "src/proof/io",
    "src/integrity",
    "src/integrity/io",
    "src/cases",
    "src/cases/io",
    "src/cli",
    "src",
    "web",
    "sim",
    "bench",
    "test",
  ],
];

function unitOf(file: string): string {
  return UNITS.filter((unit) => file.startsWith(`${unit}/`)).sort(
    (a, b) => b.length - a.length,
  )[0] as string;
}

/** What each folder may import; the same table as in ARCHITECTURE.md, which a test below compares. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "src/base": [],
  "src/base/io": [],
  "src/api": ["src/base"],
  "src/db": ["src/base"],
  "src/access": ["src/base"],
  "src/access/io": ["src/access", "src/api", "src/base", "src/db"],
  "src/http": ["src/access", "src/access/io", "src/api", "src/base", "src/db"],
  "src/connectors": ["src/access/io", "src/base", "src/db", "src/http", "web"],
  "src/sale": ["src/base"],
  "src/sale/io": [
    "src/base/io",
    "src/sale",
    "src/access",
    "src/access/io",
    "src/api",
    "src/base",
    "src/connectors",
    "src/db",
    "src/http",
  ],
  "src/proof": ["src/base", "src/sale"],
  "src/proof/io": [
    "src/proof",
    "src/api",
    "src/base",
    "src/db",
    "src/http",
    "src/sale",
    "src/sale/io",
  ],
  "src/integrity": ["src/base"],
  "src/integrity/io": ["src/base/io", "src/integrity", "src/base"],
  "src/cases": ["src/base", "src/sale", "src/integrity"],
  "src/cases/io": [
    "src/base/io",
    "src/cases",
    "src/access",
    "src/access/io",
    "src/api",
    "src/base",
    "src/connectors",
    "src/db",
    "src/http",
    "src/integrity",
    "src/integrity/io",
    "src/sale",
    "src/sale/io",
  ],
  "src/cli": UNITS.filter((unit) => unit.startsWith("src")).concat("sim"),
  src: UNITS.filter((unit) => unit.startsWith("src")).concat("web", "sim"),
  web: ["src/api", "src/base", "src/cases", "src/sale", "src/proof"],
  sim: UNITS.filter((unit) => unit.startsWith("src")),
  bench: UNITS,
  test: UNITS,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const { module } = parseSync(file, text(file));
  const specifiers = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
  ];
  return specifiers
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: file, to: normalize(join(dirname(file), specifier)) }));
}

function forbidden({ from, to }: Import): string | null {
  const [mine, theirs] = [unitOf(from), unitOf(to)];
  if (mine === theirs || ALLOWED[mine]?.includes(theirs)) return null;
  return `${from} imports ${to}: ${mine} may not import ${theirs}`;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly params?: readonly unknown[];
  readonly [key: string]: unknown;
}

function functionsOf(file: string): { lines: number; parameters: number; line: number }[] {
  const source = text(file);
  const found: { lines: number; parameters: number; line: number }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value && typeof value === "object" && "type" in value) {
      const node = value as Node;
      if (/Function/.test(node.type) && "body" in node && node.body) {
        const lineOf = (offset: number) => source.slice(0, offset).split("\n").length;
        found.push({
          lines: lineOf(node.end) - lineOf(node.start) + 1,
          parameters: (node.params ?? []).length,
          line: lineOf(node.start),
        });
      }
      for (const child of Object.values(node)) visit(child);
    }
  };
  visit(parseSync(file, source).program);
  return found;
}

/** Words that are not ours, each with the one to use. Built from parts, so that this file passes. */
const BANNED: readonly [RegExp, string][] = [
  [new RegExp(`\\b(FIX${"ME"}|TO${"DO"}|XX${"X"})\\b`), "do it, or leave it out"],
  [new RegExp(`\\bas an${"y"}\\b`), "a real type"],
  [new RegExp(`@ts-${"ignore"}`), "a real type"],
];
/** Chance and time come as arguments into rules. */
const BANNED_IN_RULES: readonly [RegExp, string][] = [
  [/\bDate\.now\b|new Date\(\)/, "a clock handed in"],
  [/\bMath\.random\b/, "chance handed in"],
  [/\basync\b|\bawait\b/, "a synchronous rule; I/O lives in io/"],
  [/from "node:/, "portable code"],
];
const RULE =
  /^src\/((base|access|sale|proof|integrity|cases)\/|integrity\/(normalise|signals)\/)[^/]+\.ts$/;

describe("the house", () => {
  const imports = files.flatMap(importsOf);

  it("sees the files and their imports", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(300);
    for (const { from, to } of imports)
      expect(existsSync(join(ROOT, to)), `${from} → ${to}`).toBe(true);
  });

  it("has no program beside its folders: what was tried out is not committed", () => {
    const beside = readdirSync(ROOT).filter((name) => /\.[cm]?[jt]sx?$/.test(name));
    expect(beside).toEqual(["vitest.config.ts"]);
  });

  it("imports go left, by the table", () => {
    expect(imports.map(forbidden).filter(Boolean)).toEqual([]);
  });

  it("would see a violation", () => {
    expect(forbidden({ from: "src/sale/line.ts", to: "src/sale/line/io/advance.ts" })).toMatch(
      /may not import/,
    );
    expect(forbidden({ from: "src/base/hash.ts", to: "src/sale/rank.ts" })).toMatch(
      /may not import/,
    );
    expect(
      forbidden({ from: "web/buyer/sale/salePage.ts", to: "src/sale/io/boardStore.ts" }),
    ).toMatch(/may not import/);
  });

  it("has the table that ARCHITECTURE.md shows", () => {
    const rows = [...text("ARCHITECTURE.md").matchAll(/^\| `([\w/]+)` \|[^|]*\| ([^|]*) \|$/gm)];
    expect(rows).toHaveLength(UNITS.length - 1); // tests may import everything and are not listed
    const everything = (unit: string) => unit.startsWith("src");
    for (const [, unit, list] of rows as unknown as [string, string, string][]) {
      const named = list.split(",").map((name) => name.trim());
      const expanded = named.flatMap((name) =>
        name === "–"
          ? []
          : name === "everything in `src`"
            ? UNITS.filter(everything)
            : ["web", "sim", "bench", "test"].includes(name)
              ? [name]
              : [`src/${name}`],
      );
      const code = (
        unit === "bench" ? [...UNITS.filter(everything), "sim", "test"] : (ALLOWED[unit] ?? [])
      ).filter((name) => name !== unit);
      expect(new Set(expanded.filter((name) => name !== unit)), unit).toEqual(new Set(code));
    }
  });

  for (const file of files) {
    it(`${file} is tidy`, () => {
      const source = text(file);
      expect(source.split("\n").length, "lines").toBeLessThanOrEqual(MOST_LINES);
      expect(file).not.toMatch(/\/(utils|helpers|index|common)\.tsx?$/);
      for (const [pattern, instead] of BANNED)
        expect(source, `use ${instead}`).not.toMatch(pattern);
      if (RULE.test(file)) {
        for (const [pattern, instead] of BANNED_IN_RULES) {
          const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
          expect(code, `use ${instead}`).not.toMatch(pattern);
        }
      }
      const inTests = file.startsWith("test/");
      for (const { lines, parameters, line } of functionsOf(file)) {
        if (!inTests) expect(lines, `${file}:${line}`).toBeLessThanOrEqual(MOST_FUNCTION_LINES);
        expect(parameters, `${file}:${line}`).toBeLessThanOrEqual(MOST_PARAMETERS);
      }
    });
  }

  it("sees long functions", () => {
    const longest = Math.max(
      ...files
        .filter((file) => file.startsWith("src/"))
        .flatMap((file) => functionsOf(file).map((one) => one.lines)),
    );
    expect(longest).toBeGreaterThan(30);
  });

  it("names no machine, no registry and no person's folder", () => {
    const lock = text("package-lock.json");
    expect(lock).not.toMatch(/"resolved": "https?:/);
    for (const file of files)
      expect(text(file), file).not.toMatch(new RegExp(`/${"work"}/|/home/\\w+/`));
    expect(relative(ROOT, ROOT)).toBe("");
  });
});
