/* V8 flags of the benchmarks. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The flags of `npm start` and `npm run giliran`: a benchmark runs like a user's server. */
export function v8Flags(): readonly string[] {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, "../package.json"), "utf8"),
  ) as { scripts: { giliran: string } };
  return manifest.scripts.giliran.split(" ").filter((word) => word.startsWith("--"));
}
