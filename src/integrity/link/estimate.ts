/*
 * Weights of a table's fields, learned from its own rows without any label. Chance is an argument: the same rows give
 * the same weights.
 */

import { must } from "../../base/assert.ts";
import { candidatePairs, type BlockingKey } from "./block.ts";
import { TOP_LEVEL, type FieldKind } from "./compare.ts";
import { learnHome } from "./home.ts";
import { addTo, monotone, patternsOf, shares, type Pattern } from "./patterns.ts";
import { shippedWeights, type FieldWeights, type Linker, type LinkModel } from "./link.ts";

const RANDOM_PAIRS = 500_000;
const ROUNDS = 40;
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
  // Half of all pairs of a small table say as much as all.
  const draws = Math.min(RANDOM_PAIRS, Math.ceil((rowCount * rowCount) / 4));
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
  const started = linker.fields.map((field, index) => ({
    m: shippedWeights(field.kind).m,
    u: must(u[index], "u of each field"),
  }));
  const sums = started.map((weights) => weights.m.map(() => 0));
  const weights = started.map(() => 0);
  for (const key of keys.teaching) {
    const pairs = candidatePairs([key], linker.rowCount, order, sourceOf);
    if (pairs.length < 50) continue;
    const kinds = linker.fields.filter(({ name }) => key.fields.includes(name));
    const { m, seen } = maximise(patternsOf(linker, pairs, key.fields), started);
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
  const fields = started.map((given, field) => {
    const weight = must(weights[field], "a weight of each field");
    const mean =
      weight === 0 ? given.m : must(sums[field], "sums of each field").map((sum) => sum / weight);
    return { m: monotone(mean, given.u), u: given.u };
  });
  const pairs = candidatePairs(keys.all, linker.rowCount, order, sourceOf);
  const all = pairCount(linker.rowCount, sourceOf);
  // Of two tables each knows nobody twice: people of one home find partners of their own.
  const home = sourceOf ? undefined : learnHome(linker, fields, keys.teaching, order);
  const start = { fields, linkShare: 0.001, home: home && { fields: home, share: 0.001 } };
  return withShares(linker, start, pairs, all);
}

/** How many pairs the rows have; between two tables, where there are two. */
export function pairCount(rowCount: number, sourceOf?: Int32Array): number {
  if (!sourceOf) return (rowCount * (rowCount - 1)) / 2;
  const first = sourceOf.reduce((count, source) => count + (source === 0 ? 1 : 0), 0);
  return first * (rowCount - first);
}

/**
 * Shares of links, and of two people of one home: λ = Σ P / all pairs, until they stand still. `pairs` are the compared ones,
 * of `all`.
 */
function withShares(linker: Linker, model: LinkModel, pairs: Float64Array, all: number): LinkModel {
  const { rowCount } = linker;
  linker.use(model);
  const odds = Array.from(pairs, (pair) => {
    const [a, b] = [Math.floor(pair / rowCount), pair % rowCount];
    const link = linker.weight(a, b);
    return { link: 2 ** link, home: model.home ? 2 ** (link - linker.homeWeight(a, b)) : 0 };
  });
  const bounded = (share: number) => Math.min(0.5, Math.max(0.5 / all, share));
  let [linked, atHome] = [1 / Math.max(2, rowCount), 1 / Math.max(2, rowCount)];
  for (let round = 0; round < 30; round++) {
    const strangers = 1 - linked - (model.home ? atHome : 0);
    const sums = { linked: 0, atHome: 0 };
    for (const { link, home } of odds) {
      const whole = linked * link + atHome * home + strangers;
      sums.linked += (linked * link) / whole;
      sums.atHome += (atHome * home) / whole;
    }
    [linked, atHome] = [bounded(sums.linked / all), bounded(sums.atHome / all)];
  }
  return {
    ...model,
    linkShare: linked,
    home: model.home && { ...model.home, share: atHome },
  };
}
