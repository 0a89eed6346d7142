import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RULE_ROOMS } from "./rooms.ts";
import { foreignImports, impurities, subjectNames } from "./syntax.ts";
import { files, importsOf, ROOT, text } from "./tree.ts";

/** Rules: whatever of their rooms lies in no folder called `io`. */
const RULE = new RegExp(`^src/(${RULE_ROOMS.join("|")})/(?!(.*/)?io/).*\\.ts$`);
const rules = files.filter((file) => RULE.test(file));
/** Schemas and routes are data, which rules may name. */
const isPure = (file: string) => RULE.test(file);

const leaving = (file: string, source?: string) =>
  importsOf(file, source)
    .filter(({ to }) => !isPure(to))
    .map(({ to }) => `${file} imports ${to}`);

describe("rules are pure", () => {
  it("in every room and folder that has some", () => {
    expect(isPure("src/sale/line.ts")).toBe(true);
    expect(isPure("src/cases/appeal/appeal.ts")).toBe(true);
    expect(isPure("src/cases/appeal/io/appealStore.ts")).toBe(false);
    expect(isPure("src/sale/io/saleStore.ts")).toBe(false);
    expect(rules.length).toBeGreaterThan(100);
    for (const room of RULE_ROOMS) {
      expect(
        rules.some((file) => file.startsWith(`src/${room}/`)),
        room,
      ).toBe(true);
    }
  });

  it("without the world, the clock or chance", () => {
    expect(rules.flatMap((file) => impurities(file, text(file)))).toEqual([]);
  });

  it("and import nothing that is not", () => {
    expect(rules.flatMap((file) => foreignImports(file, text(file)))).toEqual([]);
    expect(rules.flatMap((file) => leaving(file))).toEqual([]);
  });

  it("what is not is seen, wherever it is planted", () => {
    const file = "src/cases/appeal/appeal.ts";
    const planted = (line: string) => impurities(file, `${text(file)}\n${line}`);
    expect(planted("")).toEqual([]);
    for (const line of [
      'export const look = () => fetch("http://127.0.0.1");',
      'export const look = (): unknown => import("node:fs");',
      "export const look = async () => 1;",
      "export const look = () => Date.now();",
      "export const look = () => new Date();",
      "export const look = () => Date();",
      "export const look = () => Math.random();",
      "export const look = () => Math\n  .random();",
      "export const look = () => process.env;",
      "export const look = () => ({ process });",
      "export const look = () => setTimeout(() => undefined, 1);",
      "export const look = () => crypto.randomUUID();",
      "export const look = () => performance.now();",
      "export const look = () => new Promise(() => undefined);",
      "export const look = (a = import.meta.url) => a;",
      'export const look = () => globalThis["fetch"];',
      "export const look = () => window.name;",
    ]) {
      expect(planted(line), line).toHaveLength(1);
    }
    // Words in a text, properties and types of the same names are none of it.
    expect(planted('export const said = "await fetch, Date.now()"; // await fetch()')).toEqual([]);
    expect(planted("export const f = (o: { process: number }) => o.process;")).toEqual([]);
    expect(planted("export const f = (window: { no: number }) => window.no;")).toEqual([]);
    expect(planted("export const f = (atMs: number) => new Date(atMs);")).toEqual([]);
  });

  it("an import that is not is seen", () => {
    const file = "src/cases/appeal/appeal.ts";
    const planted = (line: string) => [...foreignImports(file, line), ...leaving(file, line)];
    expect(planted('import { readFileSync } from "node:fs";')).toHaveLength(1);
    expect(planted('import { readFileSync } from "fs";')).toHaveLength(1);
    expect(planted('import pg from "pg";')).toHaveLength(1);
    expect(planted('export { Client } from "pg";')).toHaveLength(1);
    expect(planted('import { findAppeal } from "./io/appealStore.ts";')).toHaveLength(1);
    expect(planted('import type { Query } from "../../db/connect.ts";')).toHaveLength(1);
    expect(planted('const a = await import("./io/appealStore.ts");')).toHaveLength(1);
    expect(planted('import { must } from "../../base/assert.ts";')).toEqual([]);
    expect(planted('import { z } from "zod";')).toEqual([]);
  });
});

describe("the linter knows the rules, too", () => {
  const OXLINT = join(ROOT, "node_modules/.bin/oxlint");
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "giliran-lint-"));
    cpSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const plant = (file: string, source: string) => {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  };
  /** The files in which it finds fault. */
  function faulty(): string[] {
    try {
      execFileSync(OXLINT, ["--format", "json", "src"], { cwd: folder, encoding: "utf8" });
      return [];
    } catch (error) {
      const { stdout } = error as { stdout: string };
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string }[] };
      return diagnostics.map((one) => one.filename).sort();
    }
  }

  it("in all their rooms and folders, but not in io", () => {
    const inside = RULE_ROOMS.flatMap((room) => [`src/${room}/a.ts`, `src/${room}/deep/er/a.ts`]);
    for (const file of inside) plant(file, 'export const a = (): unknown => fetch("x");\n');
    for (const room of RULE_ROOMS) {
      plant(`src/${room}/deep/io/a.ts`, 'export const a = (): unknown => fetch("x");\n');
    }
    plant("src/sale/io/b.ts", 'export { readFileSync } from "node:fs";\n');
    plant("src/cases/review/b.ts", 'export { readFileSync } from "node:fs";\n');
    expect(faulty()).toEqual([...inside, "src/cases/review/b.ts"].sort());
  });
});

describe("what everybody shares", () => {
  const shared = files.filter((file) => /^src\/(base|threads)\//.test(file));

  it("knows no subject", () => {
    expect(shared.length).toBeGreaterThan(15);
    for (const file of shared) {
      const names = subjectNames(file, text(file)).filter((name) => name !== "entries");
      expect(names, file).toEqual([]);
    }
  });

  it("a subject is seen, in a name and in a file's name", () => {
    const planted = (line: string) => subjectNames("src/base/money.ts", line);
    expect(planted("export const saleTotal = 1;")).toEqual(["saleTotal"]);
    expect(planted("export interface OpenOrders { readonly a: number }")).toEqual(["OpenOrders"]);
    expect(planted("export const a = (turnId: string) => turnId;")).toEqual(["turnId"]);
    expect(planted("export const b = { refund_no: 1 };")).toEqual(["refund_no"]);
    expect(subjectNames("src/base/policy.ts", "")).toEqual(["policy"]);
    // "string" holds "ring", and "return" holds "turn".
    expect(planted("export const stringReturned = 'sale'.toLowerCase();")).toEqual([]);
  });
});
