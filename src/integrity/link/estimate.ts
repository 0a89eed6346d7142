/*
 * Weights of a table's fields, learned from its own rows without any label. Chance is an argument: the same rows give
 * the same weights.
 */

import { must } from "../../base/assert.ts";
import { floatAt } from "../../base/at.ts";
import { candidatePairs, type BlockingKey } from "./block.ts";
import { TOP_LEVEL, type FieldKind } from "./compare.ts";
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

/**
 * Blocks that teach how names and dates of one person differ. People who live together share phone, place and often a name,
 * and from them it would be learned that one person has two birthdays.
 */
const TEACHERS: Readonly<Partial<Record<FieldKind, ReadonlySet<FieldKind>>>> = {
  name: new Set<FieldKind>(["email", "exact", "number", "date"]),
  date: new Set<FieldKind>(["email", "exact", "number"]),
};

/** Keys whose pairs are learned from, with the fields that they agree on, and all keys by which rows meet. */
export interface LearningKeys {
  readonly teaching: readonly (BlockingKey & { readonly fields: readonly string[] })[];
  readonly all: readonly BlockingKey[];
}

/** Rows in the order that `candidatePairs` takes, and the table of each where there are two. */
interface RowsToLearnFrom {
  readonly order: Int32Array;
  readonly sourceOf?: Int32Array | undefined;
}

/** A number in [0, 1) each call; estimates must be the same every time, so the source is given. */
export type Chance = () => number;

/** u: how often unlike rows reach each level, from random pairs; those of two tables, where there are two. */
export function estimateU(linker: Linker, chance: Chance, sourceOf?: Int32Array): number[][] {
  const { rowCount, fields } = linker;
  const counts = fields.map((field) =>
    Array.from({ length: TOP_LEVEL[field.kind] + 1 }, () => 0.5),
  );
  const draws = Math.min(RANDOM_PAIRS, rowCount * rowCount);
  for (let draw = 0; draw < draws; draw++) {
    const a = Math.floor(chance() * rowCount);
    const b = Math.floor(chance() * rowCount);
    if (a === b || (sourceOf && sourceOf[a] === sourceOf[b])) continue;
    for (let field = 0; field < fields.length; field++) {
      const level = linker.level(field, a, b);
      if (level >= 0) addTo(must(counts[field], "counts of each field"), level, 1);
    }
  }
  return counts.map(shares);
}

function addTo(sums: number[], index: number, more: number): void {
  sums[index] = must(sums[index], "a sum to add to") + more;
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
        const level = must(levels[field], "a level of each field");
        if (level < 0) continue;
        const linked = must(must(m[field], "m of each field")[level], "m of each level");
        const unlike = must(must(start[field], "u of each field").u[level], "u of each level");
        logOdds += Math.log(linked / unlike);
      }
      const q = count / (1 + Math.exp(-logOdds));
      linked += q;
      all += count;
      for (let field = 0; field < levels.length; field++) {
        const level = must(levels[field], "a level of each field");
        if (level < 0) continue;
        addTo(must(counts[field], "counts of each field"), level, q);
        addTo(seen, field, q);
      }
    }
    m = counts.map(shares);
    share = Math.min(0.999, Math.max(1e-6, linked / Math.max(1, all)));
  }
  return { m, seen };
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

/**
 * A model from the rows themselves, without any label: u from random pairs, m by EM over each blocking
 * key that teaches with its own fields held out, the share of links by fixed point.
 */
export function estimateModel(
  linker: Linker,
  keys: LearningKeys,
  { order, sourceOf }: RowsToLearnFrom,
  chance: Chance,
): LinkModel {
  const u = estimateU(linker, chance, sourceOf);
  const start = linker.fields.map((field, index) => ({
    m: shippedWeights(field.kind).m,
    u: must(u[index], "u of each field"),
  }));
  const sums = start.map((weights) => weights.m.map(() => 0));
  const weights = start.map(() => 0);
  for (const key of keys.teaching) {
    const pairs = candidatePairs([key], linker.rowCount, order, sourceOf);
    if (pairs.length < 50) continue;
    const kinds = linker.fields.filter(({ name }) => key.fields.includes(name));
    const { m, seen } = maximise(patternsOf(linker, pairs, key.fields), start);
    m.forEach((levels, field) => {
      const { name, kind } = must(linker.fields[field], "a field of each column");
      const teachers = TEACHERS[kind];
      if (teachers && !kinds.some((field) => teachers.has(field.kind))) return;
      if (key.fields.includes(name) || must(seen[field], "a sum of each field") < 20) return;
      addTo(weights, field, 1);
      const sum = must(sums[field], "sums of each field");
      levels.forEach((value, level) => addTo(sum, level, value));
    });
  }
  const fields = start.map((given, field) => {
    const weight = must(weights[field], "a weight of each field");
    const mean =
      weight === 0 ? given.m : must(sums[field], "sums of each field").map((sum) => sum / weight);
    return { m: monotone(mean, given.u), u: given.u };
  });
  const pairs = candidatePairs(keys.all, linker.rowCount, order, sourceOf);
  const all = pairCount(linker.rowCount, sourceOf);
  return { fields, linkShare: linkShare(linker, { fields, linkShare: 0.001 }, pairs, all) };
}

/** How many pairs the rows have; between two tables, where there are two. */
export function pairCount(rowCount: number, sourceOf?: Int32Array): number {
  if (!sourceOf) return (rowCount * (rowCount - 1)) / 2;
  const first = sourceOf.reduce((count, source) => count + (source === 0 ? 1 : 0), 0);
  return first * (rowCount - first);
}

/** λ = Σ P(link) / all pairs, until it stands still. `pairs` are the compared ones, of `all`. */
function linkShare(linker: Linker, model: LinkModel, pairs: Float64Array, all: number): number {
  linker.use(model);
  const weights = new Float64Array(pairs.length);
  for (let index = 0; index < pairs.length; index++) {
    const pair = floatAt(pairs, index);
    weights[index] = linker.weight(Math.floor(pair / linker.rowCount), pair % linker.rowCount);
  }
  let share = 1 / Math.max(2, linker.rowCount);
  for (let round = 0; round < 30; round++) {
    const prior = Math.log2(share / (1 - share));
    let sum = 0;
    for (const weight of weights) sum += linkProbability(weight + prior);
    share = Math.min(0.5, Math.max(0.5 / all, sum / all));
  }
  return share;
}
