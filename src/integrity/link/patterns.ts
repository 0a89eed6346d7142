/* How often each combination of levels occurs among pairs of rows: weights are learned from this. */

import { must } from "../../base/assert.ts";
import { floatAt } from "../../base/at.ts";
import type { Linker } from "./link.ts";

const TRAINING_PAIRS = 60_000;

export function addTo(sums: number[], index: number, more: number): void {
  sums[index] = must(sums[index], "a sum to add to") + more;
}

export function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => count / sum);
}

export interface Pattern {
  readonly levels: readonly number[];
  count: number;
}

/** Pairs of a block, told apart only by their levels. */
export function patternsOf(
  linker: Linker,
  pairs: Float64Array,
  skipped: readonly string[],
): Pattern[] {
  const patterns = new Map<string, Pattern>();
  const step = Math.max(1, Math.floor(pairs.length / TRAINING_PAIRS));
  for (let index = 0; index < pairs.length; index += step) {
    const pair = floatAt(pairs, index);
    const a = Math.floor(pair / linker.rowCount);
    const b = pair % linker.rowCount;
    const levels = linker.fields.map((field, at) =>
      skipped.includes(field.name) ? -1 : linker.level(at, a, b),
    );
    const key = levels.join();
    const known = patterns.get(key);
    if (known) known.count++;
    else patterns.set(key, { levels, count: 1 });
  }
  return [...patterns.values()];
}

/** m/u must not fall as likeness grows: neighbours that do are pooled. */
export function monotone(m: readonly number[], u: readonly number[]): number[] {
  const blocks: { m: number; u: number; levels: number }[] = [];
  for (let level = 0; level < m.length; level++) {
    blocks.push({
      m: must(m[level], "m of each level"),
      u: must(u[level], "u of each level"),
      levels: 1,
    });
    while (blocks.length > 1) {
      const [before, last] = blocks.slice(-2);
      if (!before || !last) break;
      if (last.m / last.u >= before.m / before.u) break;
      blocks.splice(-2, 2, {
        m: last.m + before.m,
        u: last.u + before.u,
        levels: last.levels + before.levels,
      });
    }
  }
  let level = 0;
  return blocks.flatMap((block) =>
    Array.from(
      { length: block.levels },
      () => (block.m / block.u) * must(u[level++], "u of each level"),
    ),
  );
}
