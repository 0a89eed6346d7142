import { readdirSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { files, ROOT, text } from "./tree.ts";

const MOST_LINES = 500;
const MOST_FUNCTION_LINES = 70;
const MOST_PARAMETERS = 5;

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
/** Pure rooms, with every folder in them that is not called `io`. */
const RULE = /^src\/(base|access|messages|sale|proof|integrity|cases)\/(?!(.*\/)?io\/).*\.ts$/;

describe("the house", () => {
  it("has no program beside its folders: what was tried out is not committed", () => {
    const beside = readdirSync(ROOT).filter((name) => /\.[cm]?[jt]sx?$/.test(name));
    expect(beside).toEqual(["vitest.config.ts"]);
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

  it("starts threads and speaks with them in one folder", () => {
    const speaking = files.filter((file) => /from "(node:)?worker_threads"/.test(text(file)));
    const elsewhere = speaking.filter((file) => !file.startsWith("src/threads/"));
    expect(elsewhere).toEqual([]);
    expect(speaking).toContain("src/threads/serve.ts");
  });

  it("knows the rules from the world, in folders below, too", () => {
    expect(RULE.test("src/sale/line.ts")).toBe(true);
    expect(RULE.test("src/cases/appeal/appeal.ts")).toBe(true);
    expect(RULE.test("src/cases/appeal/io/appealStore.ts")).toBe(false);
    expect(files.filter((file) => RULE.test(file)).length).toBeGreaterThan(90);
  });

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
  });
});
