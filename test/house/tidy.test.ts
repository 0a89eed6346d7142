import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, walk } from "./syntax.ts";
import { files, ROOT, text } from "./tree.ts";

const MOST_LINES = 500;
const MOST_FUNCTION_LINES = 70;
const MOST_PARAMETERS = 5;

function functionsOf(file: string): { lines: number; parameters: number; line: number }[] {
  const source = text(file);
  const found: { lines: number; parameters: number; line: number }[] = [];
  const lineOf = (offset: number) => source.slice(0, offset).split("\n").length;
  walk(parse(file, source), (node) => {
    if (!/Function/.test(node.type) || !node["body"]) return;
    found.push({
      lines: lineOf(node.end) - lineOf(node.start) + 1,
      parameters: ((node["params"] as unknown[]) ?? []).length,
      line: lineOf(node.start),
    });
  });
  return found;
}

/** Words that are not ours, each with the one to use. Built from parts, so that this file passes. */
const BANNED: readonly [RegExp, string][] = [
  [new RegExp(`\\b(FIX${"ME"}|TO${"DO"}|XX${"X"})\\b`), "do it, or leave it out"],
  [new RegExp(`\\bas an${"y"}\\b`), "a real type"],
  [new RegExp(`@ts-${"ignore"}`), "a real type"],
];

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
