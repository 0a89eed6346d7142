import type { Measured, Tried } from "./measure.ts";

/** Share of mutants that a test saw; one that hangs was seen. 1 where there is none. */
export function scoreOf(tried: readonly Tried[]): number {
  if (tried.length === 0) return 1;
  return tried.filter(({ outcome }) => outcome.outcome !== "survived").length / tried.length;
}

function lineOf(name: string, tried: readonly Tried[]): string {
  const count = (wanted: string) =>
    String(tried.filter(({ outcome }) => outcome.outcome === wanted).length).padStart(8);
  const percent = `${(100 * scoreOf(tried)).toFixed(1)} %`.padStart(9);
  return `${name.padEnd(44)}${count("killed")}${count("timeout")}${count("survived")}${percent}`;
}

const short = (text: string) => {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

/** The result for people: a line a file, what survived, and what was not looked at. */
export function reportOf({ tried, leftCount, slowTests, unreached }: Measured): string {
  const files = [...new Set(tried.map(({ file }) => file))].toSorted();
  const survivors = tried
    .filter(({ outcome }) => outcome.outcome === "survived")
    .toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || order(a, b));
  const head = `${"".padEnd(44)}  killed timeout survived    score`;
  return [
    "Survivors (file:line, what stood there, what was tried):",
    "",
    ...survivors.map(({ file, mutant: { line, before, after } }) =>
      [`${file}:${line}`, short(before), "→", short(after)].join("  "),
    ),
    "",
    head,
    ...files.map((file) =>
      lineOf(
        file,
        tried.filter((one) => one.file === file),
      ),
    ),
    lineOf("all", tried),
    ...(leftCount > 0 ? [`not tried before time was up: ${leftCount}`] : []),
    ...slowTests.map((test) => `left out as slow, so this is a lower bound: ${test}`),
    ...unreached.map((file) => `no test loads it: ${file}`),
  ].join("\n");
}

const order = (a: Tried, b: Tried) => a.mutant.start - b.mutant.start;
