import { execFileSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { measureMutations } from "./measure.ts";
import { reportOf, scoreOf } from "./report.ts";

/*
 * npm run measure:mutations: how many small changes of the rules the pure tests see. docs/reference/mutations.md
 * says how to read it. It takes minutes, so it is no part of `npm test`.
 */
const ROOT = join(import.meta.dirname, "../..");
const PURE = "src/{sale,cases,integrity,proof}/**/*.ts";

interface Options {
  readonly files: string;
  readonly changedSince?: string;
  readonly sample?: number;
  readonly seed: number;
  readonly tests: string;
  readonly slowest: number;
  readonly minutes: number;
  readonly workers: number;
  readonly least: number;
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("not a whole number");
  return Number(text);
}

function git(...args: readonly string[]): string[] {
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return listed.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)));
}

/** Files in `io/` touch the world; their tests need a database. */
function filesOf({ files, changedSince }: Options): string[] {
  const found = globSync(files, { cwd: ROOT })
    .filter((file) => !file.includes("/io/"))
    .toSorted();
  if (changedSince === undefined) return found;
  const changed = new Set(git("diff", "--name-only", changedSince));
  return found.filter((file) => changed.has(file));
}

const options = new Command("measure:mutations")
  .option("--files <glob>", "the files that are changed; those in io/ never are", PURE)
  .option("--changed-since <ref>", "of those only what differs from a commit")
  .option("--sample <count>", "at most so many mutants, drawn by the seed", whole)
  .option("--seed <number>", "draws the sample and the order", whole, 1)
  .option("--tests <glob>", "the test files that may see a change", "test/pure/**/*.test.ts")
  .option("--slowest <seconds>", "leave out test files that take longer", whole, 4)
  .option("--minutes <count>", "begin no mutant after so long", whole, 60)
  .option("--workers <count>", "processes side by side", whole, 2)
  .option("--least <percent>", "end with 1 when the score is lower", whole, 0)
  .parse()
  .opts<Options>();

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
const measured = await measureMutations({
  root: ROOT,
  tree: git("ls-files", "--cached", "--others", "--exclude-standard"),
  project: "pure",
  files: filesOf(options),
  tests: globSync(options.tests, { cwd: ROOT }).toSorted(),
  sample: options.sample ?? null,
  seed: options.seed,
  slowestTestMs: options.slowest * 1_000,
  limitMs: options.minutes * 60_000,
  signal: stop.signal,
  workers: options.workers,
  told: (line) => console.error(line),
});
console.log(reportOf(measured));
process.exitCode = 100 * scoreOf(measured.tried) < options.least ? 1 : 0;
