import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SeededChance } from "../../src/crowd/chance.ts";
import type { Outcome } from "./messages.ts";
import { mutantsOf, mutated, type Mutant } from "./mutants.ts";
import { filesReached } from "./tests.ts";
import { copyOf, Worker } from "./workers.ts";

export interface MeasureSettings {
  readonly root: string;
  /** Files copied for each worker, relative to `root`. */
  readonly tree: readonly string[];
  /** The project of Vitest that has the tests. */
  readonly project: string;
  /** Files that are changed, relative to `root`. */
  readonly files: readonly string[];
  /** Test files that may see it. */
  readonly tests: readonly string[];
  /** At most so many mutants, drawn by `seed`; all when null. */
  readonly sample: number | null;
  readonly seed: number;
  /** Test files that take longer are left out: the score is then a lower bound. */
  readonly slowestTestMs: number;
  /** No mutant is begun after this, or after `signal`. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly workers: number;
  /** Told what was done so far. */
  readonly told: (line: string) => void;
}

export interface Tried {
  readonly file: string;
  readonly mutant: Mutant;
  readonly outcome: Outcome;
}

export interface Measured {
  readonly tried: readonly Tried[];
  /** Mutants that were drawn, and not tried before time was up. */
  readonly leftCount: number;
  readonly slowTests: readonly string[];
  /** Files that no test reaches. */
  readonly unreached: readonly string[];
}

/**
 * Extra time of a test file over its measured time: enough for a busy machine, too little for an
 * endless loop.
 */
const PATIENT_MS = 5_000;
const PATIENT_TIMES = 5;
/** Added to `slowestTestMs` when a test file is run for the first time: everything is compiled then. */
const COMPILING_MS = 15_000;

export interface SourceFile {
  readonly file: string;
  readonly source: string;
}

interface Planned extends SourceFile {
  readonly mutant: Mutant;
}

/** The mutants that are tried, in an order that the seed gives: whenever it stops, it was a fair sample. */
export function planned(
  sources: readonly SourceFile[],
  { sample, seed }: Pick<MeasureSettings, "sample" | "seed">,
): Planned[] {
  const all = sources.flatMap(({ file, source }) =>
    mutantsOf(file, source).map((mutant) => ({ file, source, mutant })),
  );
  const mixed = new SeededChance(seed).shuffled(all);
  return sample === null ? mixed : mixed.slice(0, sample);
}

/** Lets every worker take the next of a list until it is empty, or it is told to stop. */
async function shared<Task>(
  { workers, signal }: { readonly workers: readonly Worker[]; readonly signal: AbortSignal },
  tasks: Iterable<Task>,
  work: (worker: Worker, task: Task) => Promise<void>,
): Promise<void> {
  const list = tasks[Symbol.iterator]();
  const one = async (worker: Worker) => {
    for (let next = list.next(); next.done !== true; next = list.next()) {
      if (signal.aborted) return;
      await work(worker, next.value);
    }
  };
  await Promise.all(workers.map(one));
}

/**
 * How long each test file takes when nothing is changed; infinity where that is too long. A test file that
 * fails already could tell nothing, so that is an error.
 */
async function baseline(
  crew: { readonly workers: readonly Worker[]; readonly signal: AbortSignal },
  tests: readonly string[],
  { file, source }: Planned,
  slowestTestMs: number,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const measure = async (worker: Worker, test: string) => {
    const tests = [{ file: test, limitMs: slowestTestMs + COMPILING_MS }];
    const { outcome, tookMs } = await worker.try({ file, source, tests });
    if (outcome === "killed") throw new Error(`${test} fails without any mutant`);
    found.set(test, outcome === "timeout" ? Infinity : tookMs);
  };
  await shared(crew, tests, measure);
  const compiled = tests.filter((test) => found.get(test) !== Infinity);
  await shared(crew, compiled, measure);
  return found;
}

/** Tries each mutant against the tests that load its file, the quickest first, until one fails. */
export async function measureMutations(settings: MeasureSettings): Promise<Measured> {
  const { root, tests, told } = settings;
  const original = (file: string) => readFileSync(join(root, file), "utf8");
  const sources = settings.files.map((file) => ({ file, source: original(file) }));
  const plan = planned(sources, settings);
  const first = plan[0];
  if (first === undefined) return { tried: [], leftCount: 0, slowTests: [], unreached: [] };
  const reached = filesReached(root, tests);
  const testsOf = (file: string) => tests.filter((test) => reached.get(test)?.has(file));
  const needed = tests.filter((test) => plan.some(({ file }) => reached.get(test)?.has(file)));
  const startMs = performance.now();
  const workers = Array.from(
    { length: settings.workers },
    () => new Worker(copyOf(root, settings.tree), settings.project, original),
  );
  const crew = { workers, signal: settings.signal };
  try {
    const tookMs = await baseline(crew, needed, first, settings.slowestTestMs);
    const msOf = (test: string) => tookMs.get(test) ?? 0;
    const slowTests = needed.filter((test) => msOf(test) > settings.slowestTestMs);
    told(`${plan.length} mutants; ${needed.length} test files, ${slowTests.length} left out`);
    const limited = (file: string) =>
      testsOf(file)
        .filter((test) => !slowTests.includes(test))
        .toSorted((a, b) => msOf(a) - msOf(b))
        .map((test) => ({ file: test, limitMs: PATIENT_MS + PATIENT_TIMES * msOf(test) }));
    const tried: Tried[] = [];
    await shared(crew, plan, async (worker, { file, source, mutant }) => {
      if (performance.now() - startMs > settings.limitMs) return;
      const trial = { file, source: mutated(source, mutant), tests: limited(file) };
      tried.push({ file, mutant, outcome: await worker.try(trial) });
      if (tried.length % 50 === 0) told(`${tried.length} of ${plan.length} tried`);
    });
    const unreached = settings.files.filter((file) => testsOf(file).length === 0);
    return { tried, leftCount: plan.length - tried.length, slowTests, unreached };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}
