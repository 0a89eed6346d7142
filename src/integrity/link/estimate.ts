import { candidatePairs, type BlockingKey } from "./block.ts";
import { TOP_LEVEL } from "./compare.ts";
import {
  linkProbability,
  shippedWeights,
  type FieldWeights,
  type Linker,
  type LinkModel,
} from "./link.ts";

const RANDOM_PAIRS = 500_000;
const ROUNDS = 40;
const TRAINING_PAIRS = 60_000;
/** Below this many rows the shipped weights stand: fewer pairs would say more about chance than about people. */
export const LEAST_ROWS = 400;

/** A number in [0, 1) each call; estimates must be the same every time, so the source is given. */
export type Chance = () => number;

/** u: how often unlike rows reach each level, from random pairs. */
export function estimateU(linker: Linker, chance: Chance): number[][] {
  const { rowCount, fields } = linker;
  const counts = fields.map((field) =>
    Array.from({ length: TOP_LEVEL[field.kind] + 1 }, () => 0.5),
  );
  const draws = Math.min(RANDOM_PAIRS, rowCount * rowCount);
  for (let draw = 0; draw < draws; draw++) {
    const a = Math.floor(chance() * rowCount);
    const b = Math.floor(chance() * rowCount);
    if (a === b) continue;
    for (let field = 0; field < fields.length; field++) {
      const level = linker.level(field, a, b);
      if (level >= 0) counts[field]![level]!++;
    }
  }
  return counts.map(shares);
}

function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => count / sum);
}

interface Pattern {
  readonly levels: readonly number[];
  count: number;
}

/** Pairs of a block, told apart only by their levels. */
function patternsOf(linker: Linker, pairs: Float64Array, skipped: readonly string[]): Pattern[] {
  const patterns = new Map<string, Pattern>();
  const step = Math.max(1, Math.floor(pairs.length / TRAINING_PAIRS));
  for (let index = 0; index < pairs.length; index += step) {
    const a = Math.floor(pairs[index]! / linker.rowCount);
    const b = pairs[index]! % linker.rowCount;
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

/** Expectation and maximisation (Winkler 1988) over the pairs of one block. */
function maximise(
  patterns: readonly Pattern[],
  start: readonly FieldWeights[],
): { m: number[][]; seen: number[] } {
  let m = start.map((weights) => [...weights.m]);
  let share = 0.2;
  const seen = start.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const counts = start.map((weights) => weights.m.map(() => 0.5));
    let linked = 0;
    let all = 0;
    seen.fill(0);
    for (const { levels, count } of patterns) {
      let logOdds = Math.log(share / (1 - share));
      for (let field = 0; field < levels.length; field++) {
        const level = levels[field]!;
        if (level >= 0) logOdds += Math.log(m[field]![level]! / start[field]!.u[level]!);
      }
      const q = count / (1 + Math.exp(-logOdds));
      linked += q;
      all += count;
      for (let field = 0; field < levels.length; field++) {
        const level = levels[field]!;
        if (level < 0) continue;
        counts[field]![level]! += q;
        seen[field]! += q;
      }
    }
    m = counts.map(shares);
    share = Math.min(0.999, Math.max(1e-6, linked / Math.max(1, all)));
  }
  return { m, seen };
}

/** m/u must not fall as likeness grows: neighbours that do are pooled. */
function monotone(m: readonly number[], u: readonly number[]): number[] {
  const blocks: { m: number; u: number; levels: number }[] = [];
  for (let level = 0; level < m.length; level++) {
    blocks.push({ m: m[level]!, u: u[level]!, levels: 1 });
    while (blocks.length > 1) {
      const [last, before] = [blocks.at(-1)!, blocks.at(-2)!];
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
    Array.from({ length: block.levels }, () => (block.m / block.u) * u[level++]!),
  );
}

/**
 * A model from the rows themselves, without any label: u from random pairs, m by EM over each blocking
 * key with its own fields held out, the share of links by fixed point.
 */
export function estimateModel(
  linker: Linker,
  keys: readonly (BlockingKey & { readonly fields: readonly string[] })[],
  rowOrder: Int32Array,
  chance: Chance,
): LinkModel {
  const u = estimateU(linker, chance);
  const start = linker.fields.map((field, index) => ({
    m: shippedWeights(field.kind).m,
    u: u[index]!,
  }));
  const sums = start.map((weights) => weights.m.map(() => 0));
  const weights = start.map(() => 0);
  for (const key of keys) {
    const pairs = candidatePairs([key], linker.rowCount, rowOrder);
    if (pairs.length < 50) continue;
    const { m, seen } = maximise(patternsOf(linker, pairs, key.fields), start);
    m.forEach((levels, field) => {
      if (key.fields.includes(linker.fields[field]!.name) || seen[field]! < 20) return;
      weights[field]! += 1;
      levels.forEach((value, level) => (sums[field]![level]! += value));
    });
  }
  const fields = start.map((given, field) => {
    const mean = weights[field] === 0 ? given.m : sums[field]!.map((sum) => sum / weights[field]!);
    return { m: monotone(mean, given.u), u: given.u };
  });
  return { fields, linkShare: linkShare(linker, { fields, linkShare: 0.001 }, keys, rowOrder) };
}

/** λ = Σ P(link) / all pairs, until it stands still. */
function linkShare(
  linker: Linker,
  model: LinkModel,
  keys: readonly BlockingKey[],
  rowOrder: Int32Array,
): number {
  const pairs = candidatePairs(keys, linker.rowCount, rowOrder);
  linker.use(model);
  const weights = new Float64Array(pairs.length);
  for (let index = 0; index < pairs.length; index++) {
    weights[index] = linker.weight(
      Math.floor(pairs[index]! / linker.rowCount),
      pairs[index]! % linker.rowCount,
    );
  }
  const all = (linker.rowCount * (linker.rowCount - 1)) / 2;
  let share = 1 / Math.max(2, linker.rowCount);
  for (let round = 0; round < 30; round++) {
    const prior = Math.log2(share / (1 - share));
    let sum = 0;
    for (const weight of weights) sum += linkProbability(weight + prior);
    share = Math.min(0.5, Math.max(0.5 / all, sum / all));
  }
  return share;
}
