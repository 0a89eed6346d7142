import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, relative } from "node:path";

/*
 * `npm run measure:suite [PART …]`: how long the tests take, part by part, beside what is aimed at on two cores. Parts
 * run one after the other. Ends with 1 when a test fails; a part over its aim is said, as machines differ.
 */

const PARTS = [
  { name: "pure", projects: ["pure"], minutes: 2 },
  { name: "database", projects: ["embedded", "installed"], minutes: 8 },
  { name: "browser", projects: ["browser"], minutes: 7 },
  { name: "processes", projects: ["processes"], minutes: 6 },
] as const;
const SLOWEST = 5;

interface Report {
  readonly numTotalTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { name: string; startTime: number; endTime: number }[];
}

/** Runs one part and reads Vitest's own report of it. */
function run(projects: readonly string[], folder: string): { minutes: number; report: Report } {
  const outputFile = join(folder, "report.json");
  const chosen = projects.flatMap((project) => ["--project", project]);
  const started = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      ...chosen,
      "--reporter=json",
      `--outputFile=${outputFile}`,
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (status === null) throw new Error("the tests were stopped");
  const report = JSON.parse(readFileSync(outputFile, "utf8")) as Report;
  return { minutes: (performance.now() - started) / 60_000, report };
}

const wanted = process.argv.slice(2);
const parts = PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (wanted.length > 0 && parts.length < wanted.length) {
  throw new Error(`the parts are ${PARTS.map(({ name }) => name).join(", ")}`);
}
console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} before\n`);
const folder = mkdtempSync(join(tmpdir(), "giliran-suite-"));
try {
  for (const { name, projects, minutes: aim } of parts) {
    const { minutes, report } = run(projects, folder);
    const over = minutes > aim ? "  over" : "";
    const failed = report.numFailedTests > 0 ? `, ${report.numFailedTests} failed` : "";
    console.log(
      `${name.padEnd(10)} ${minutes.toFixed(1)} min (aim ${aim})${over}  ${report.numTotalTests} tests${failed}`,
    );
    const slowest = report.testResults
      .map((file) => ({
        file: relative(process.cwd(), file.name),
        ms: file.endTime - file.startTime,
      }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, SLOWEST);
    for (const { file, ms } of slowest)
      console.log(`  ${(ms / 1_000).toFixed(1).padStart(6)} s  ${file}`);
    if (report.numFailedTests > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
