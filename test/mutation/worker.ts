import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createVitest, type Vitest } from "vitest/node";
import type { LimitedTest, Outcome, Trial } from "./messages.ts";

/*
 * The process that runs tests against one copy of the tree. It keeps one Vitest, so that only what changed is
 * compiled again. It leads a process group, and tests run in processes of the group: one that hangs is ended with it.
 */

type Ended = Awaited<ReturnType<Vitest["runTestSpecifications"]>>;

/** A process that did not start or went away says nothing of the tests: a machine may only be busy. */
const isOfPool = (error: unknown) =>
  String((error as { message?: unknown } | null)?.message).startsWith("[vitest-pool]");

/** True or false is what the tests said; null when they were not heard. */
function verdictOf({ testModules, unhandledErrors }: Ended): boolean | null {
  if (testModules.some((module) => module.state() === "failed")) return false;
  if (unhandledErrors.some((error) => !isOfPool(error))) return false;
  const all = testModules.length > 0 && testModules.every((module) => module.state() === "passed");
  return all && unhandledErrors.length === 0 ? true : null;
}

/** Tests that are not heard so often make their own process end. */
const MOST_TRIES = 3;

/** Whether a test file passes; null when it did not end in time. */
async function passes(vitest: Vitest, root: string, test: LimitedTest): Promise<boolean | null> {
  const specifications = await vitest.globTestSpecifications([join(root, test.file)]);
  if (specifications.length === 0) throw new Error(`${test.file} is no test of this project`);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { promise: tooLate, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(resolve, test.limitMs, null);
    const ended = await Promise.race([vitest.runTestSpecifications(specifications), tooLate]);
    clearTimeout(timer);
    if (ended === null) return null;
    const verdict = verdictOf(ended);
    if (verdict !== null) return verdict;
  }
  return false;
}

async function tried(vitest: Vitest, root: string, trial: Trial): Promise<Outcome> {
  const path = join(root, trial.file);
  const original = readFileSync(path, "utf8");
  const startMs = performance.now();
  const outcome = (outcome: Outcome["outcome"], by: string | null): Outcome => ({
    outcome,
    by,
    tookMs: performance.now() - startMs,
  });
  writeFileSync(path, trial.source);
  vitest.invalidateFile(path);
  try {
    for (const test of trial.tests) {
      const passed = await passes(vitest, root, test);
      if (passed === null) return outcome("timeout", test.file);
      if (!passed) return outcome("killed", test.file);
    }
    return outcome("survived", null);
  } finally {
    writeFileSync(path, original);
    vitest.invalidateFile(path);
  }
}

const [root, project] = process.argv.slice(2) as [string, string];
process.chdir(root);
const vitest = await createVitest(
  "test",
  {
    root,
    project,
    watch: false,
    bail: 1,
    pool: "forks",
    maxWorkers: 1,
    reporters: [{}],
    cache: false,
  },
  { cacheDir: join(root, ".vite"), clearScreen: false, logLevel: "silent" },
);
process.on("message", (trial: Trial) => {
  void tried(vitest, root, trial).then((outcome) => process.send?.(outcome));
});
process.on("disconnect", () => process.kill(0, "SIGKILL"));
process.send?.("ready");
