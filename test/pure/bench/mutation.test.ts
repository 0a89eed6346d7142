import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { measureMutations, planned } from "../../mutation/measure.ts";
import { mutantsOf, mutated } from "../../mutation/mutants.ts";
import { reportOf, scoreOf } from "../../mutation/report.ts";
import { copyOf, Worker } from "../../mutation/workers.ts";

/** The texts that a source becomes, one for each mutant. */
const changesOf = (source: string) =>
  mutantsOf("a.ts", source).map((mutant) => mutated(source, mutant));

describe("small changes", () => {
  const table: readonly (readonly [why: string, source: string, changes: readonly string[]])[] = [
    ["a whole number", "x(4)", ["x(40)", "x(5)", "x(3)", "x(0)"]],
    ["a fraction goes by a tenth", "x(0.5)", ["x(5)", "x(0.55)", "x(0.45)", "x(0)"]],
    ["nothing is never tried as nothing", "x(0)", ["x(1)", "x((-1))"]],
    ["a bound", "x(a < b)", ["x((a <= b))"]],
    ["both sides of &&", "x(a && b)", ["x((a || b))"]],
    ["a default", "x(a ?? b)", ["x((a))"]],
    ["a sum", "x(a + b)", ["x((a - b))"]],
    ["a text", 'x("a")', ['x("")']],
    ["the larger of two", "Math.max(a, b)", ["Math.min(a, b)"]],
    ["a filter is left out", "a.filter(b)", ["(a)"]],
    ["a sign", "x(-a)", ["x((a))"]],
    ["a list", "x([a])", ["x([])"]],
    ["a condition", "x(a ? b : c)", ["x(true ? b : c)", "x(false ? b : c)"]],
    ["a loop that would never end is not tried", "while (a) {}", ["while (false) {}"]],
    ["what a function does", "function f() { return a; }", ["function f() {}"]],
    ["what an arrow says", "x(() => a)", ["x(() => (undefined))"]],
  ];
  for (const [why, source, changes] of table) {
    it(`${why}: ${source}`, () => {
      // A statement is also left out as a whole; that is seen below.
      expect(changesOf(source).filter((text) => text !== ";")).toEqual(changes);
    });
  }

  it("leave a statement out, a jump out of a loop, too", () => {
    expect(changesOf("for (;;) { x(); break; }")).toEqual([
      "for (;;) { ; break; }",
      "for (;;) { x(); ; }",
    ]);
  });

  it("leave types, imports, names of properties and what exceptions say alone", () => {
    for (const source of [
      'import { a } from "./a.ts";',
      'export type A = "a" | 3;',
      'interface A { readonly a: "a" }',
      "const a = { b };",
      'throw new Error("a");',
      'const a: "a" = b as "a";',
    ]) {
      expect(changesOf(source)).toEqual([]);
    }
  });
});

describe("a run over a tiny project", () => {
  const root = mkdtempSync(join(tmpdir(), "tiny-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const files = {
    "package.json": '{ "type": "module" }',
    "vitest.config.ts": `export default { test: { projects: [
      { test: { name: "tiny", include: ["test/*.test.ts"] } }] } };`,
    // The limit is pinned, and nobody looks at the other.
    "src/fee.ts": `export const LIMIT = 3;
export const FREE = true;
export const isDue = (units: number) => units > LIMIT;
`,
    "src/unseen.ts": "export const UNSEEN = true;\n",
    "src/through.ts": 'export { isDue } from "./fee.ts";\n',
    "test/fee.test.ts": `import { expect, it } from "vitest";
import { isDue } from "../src/through.ts";
it("is due above the limit", () => {
  expect(isDue(3)).toBe(false);
  expect(isDue(4)).toBe(true);
});
`,
    "test/other.test.ts": `import { expect, it } from "vitest";
it("loads nothing", () => expect(1).toBe(1));
`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(root, "node_modules"));
  const settings = {
    root,
    tree: Object.keys(files),
    project: "tiny",
    files: ["src/fee.ts", "src/unseen.ts"],
    tests: ["test/fee.test.ts", "test/other.test.ts"],
    sample: null,
    seed: 1,
    slowestTestMs: 60_000,
    limitMs: 300_000,
    signal: new AbortController().signal,
    workers: 1,
    told: () => undefined,
  };

  it("finds the planted survivor and the planted kill, and names what no test loads", async () => {
    const measured = await measureMutations(settings);
    const outcomeOf = (line: number, before: string, after: string) =>
      measured.tried.find(
        ({ mutant }) => mutant.line === line && mutant.before === before && mutant.after === after,
      )?.outcome;
    expect(outcomeOf(1, "3", "4")).toMatchObject({ outcome: "killed", by: "test/fee.test.ts" });
    expect(outcomeOf(3, "units > LIMIT", "(units >= LIMIT)")?.outcome).toBe("killed");
    expect(outcomeOf(2, "true", "false")).toMatchObject({ outcome: "survived", by: null });
    expect(measured.unreached).toEqual(["src/unseen.ts"]);
    expect(measured.leftCount).toBe(0);
    const report = reportOf(measured);
    expect(report).toContain("src/fee.ts:2  true  →  false");
    expect(report).not.toContain("src/fee.ts:1  3");
    expect(report).toContain("no test loads it: src/unseen.ts");
    expect(measured.tried).toHaveLength(8);
    expect(scoreOf(measured.tried)).toBeCloseTo(6 / 8, 9);
  });

  it("begins nothing once it is told to stop, and says how much is left", async () => {
    const measured = await measureMutations({ ...settings, signal: AbortSignal.abort() });
    expect(measured.tried).toEqual([]);
    expect(measured.leftCount).toBe(8);
  });

  it("ends what hangs, and tries the next with a new process", async () => {
    const worker = new Worker(copyOf(root, settings.tree), "tiny", (file) =>
      readFileSync(join(root, file), "utf8"),
    );
    const fee = files["src/fee.ts"];
    const tests = (limitMs: number) => [{ file: "test/fee.test.ts", limitMs }];
    try {
      const endless = { file: "src/fee.ts", source: `${fee}for (;;);`, tests: tests(1_000) };
      expect(await worker.try(endless)).toMatchObject({ outcome: "timeout" });
      const asItWas = { file: "src/fee.ts", source: fee, tests: tests(60_000) };
      expect(await worker.try(asItWas)).toMatchObject({ outcome: "survived" });
    } finally {
      await worker.end();
    }
  });
});

describe("a sample", () => {
  const sources = [{ file: "a.ts", source: "f(2, 3, 4, 5, 6, 7, 8, 9);" }];
  const drawn = (seed: number, sample: number | null) =>
    planned(sources, { seed, sample }).map(({ mutant }) => mutant);

  it("is the same for the same seed, and a part of the whole", () => {
    expect(drawn(1, 10)).toEqual(drawn(1, 10));
    expect(drawn(1, 10)).not.toEqual(drawn(2, 10));
    expect(drawn(1, 10)).toEqual(drawn(1, null).slice(0, 10));
    expect(new Set(drawn(1, null)).size).toBe(mutantsOf("a.ts", sources[0]!.source).length);
  });
});
