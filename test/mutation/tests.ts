import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A relative path in quotes: an import, a dynamic import, or the program of a thread (`new URL`). */
const RELATIVE = /["'](\.{1,2}\/[^"'\n]+\.tsx?)["']/g;
/** Types are gone when the program runs. */
const TYPE_IMPORT = /^(?:import|export) type [^;]*;$/gm;

function mentionedIn(root: string, file: string): string[] {
  const source = readFileSync(join(root, file), "utf8").replace(TYPE_IMPORT, "");
  return [...source.matchAll(RELATIVE)]
    .map(([, path]) => normalize(join(dirname(file), path as string)))
    .filter((path) => existsSync(join(root, path)));
}

/** Every file that each test file loads, directly or through others. Paths are relative to `root`. */
export function filesReached(
  root: string,
  testFiles: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const mentioned = new Map<string, readonly string[]>();
  const reach = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    const next = mentioned.get(file) ?? mentionedIn(root, file);
    mentioned.set(file, next);
    for (const one of next) reach(one, seen);
    return seen;
  };
  return new Map(testFiles.map((file) => [file, reach(file, new Set())]));
}
