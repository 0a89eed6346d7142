import { readFileSync } from "node:fs";
import { join } from "node:path";

/** V8's flags that `npm start` and `npm run giliran` give: a benchmark runs as users do. */
export function v8Flags(): readonly string[] {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, "../package.json"), "utf8"),
  ) as { scripts: { giliran: string } };
  return manifest.scripts.giliran.split(" ").filter((word) => word.startsWith("--"));
}
