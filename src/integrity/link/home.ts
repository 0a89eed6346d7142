/*
 * How alike two people of one home are, learned from rows that share an address or a phone, without labels. Must never happen:
 * brother and sister, or father and son of one name, are one person because they have a home in common.
 */

import { must } from "../../base/assert.ts";
import { candidatePairs, type BlockingKey } from "./block.ts";
import type { FieldKind } from "./compare.ts";
import { addTo, monotone, patternsOf, shares, type Pattern } from "./patterns.ts";
import type { FieldWeights, Linker } from "./link.ts";

/** The things that a home has in common. */
const SHARED_AT_HOME: ReadonlySet<FieldKind> = new Set(["address", "phone"]);
/** From fewer pairs of two people nothing is learned. */
const LEAST_PAIRS = 20;
const ROUNDS = 40;

interface Learned {
  readonly levels: readonly number[][];
  readonly seen: readonly number[];
}

/** Expectation and maximisation over pairs that share a home: links are known, so only the others are learned. */
function othersOf(patterns: readonly Pattern[], fields: readonly FieldWeights[]): Learned {
  let levels = fields.map(({ u }) => [...u]);
  let share = 0.5;
  const seen = fields.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const counts = fields.map(({ u }) => u.map(() => 0.5));
    let [linked, all] = [0, 0];
    seen.fill(0);
    for (const pattern of patterns) {
      let logOdds = Math.log(share / (1 - share));
      pattern.levels.forEach((level, field) => {
        if (level < 0) return;
        const { m } = must(fields[field], "weights of each field");
        const other = must(levels[field], "levels of each field")[level];
        logOdds += Math.log(must(m[level], "m of each level") / must(other, "each level"));
      });
      const link = 1 / (1 + Math.exp(-logOdds));
      linked += pattern.count * link;
      all += pattern.count;
      pattern.levels.forEach((level, field) => {
        if (level < 0) return;
        const other = pattern.count * (1 - link);
        addTo(must(counts[field], "counts of each field"), level, other);
        addTo(seen, field, other);
      });
    }
    levels = counts.map(shares);
    share = Math.min(0.999, Math.max(0.001, linked / Math.max(1, all)));
  }
  return { levels, seen };
}

/**
 * m, and as u how often each level occurs between two people of one home; undefined where too few share one. Where an address or
 * a phone could not be learned, it speaks neither for nor against; other fields speak as they do against strangers.
 */
export function learnHome(
  linker: Linker,
  fields: readonly FieldWeights[],
  keys: readonly (BlockingKey & { readonly fields: readonly string[] })[],
  rowOrder: Int32Array,
): FieldWeights[] | undefined {
  const sums = fields.map(({ u }) => u.map(() => 0));
  const counts = fields.map(() => 0);
  for (const key of keys) {
    const own = linker.fields.filter(({ name }) => key.fields.includes(name));
    if (!own.every(({ kind }) => SHARED_AT_HOME.has(kind))) continue;
    const pairs = candidatePairs([key], linker.rowCount, rowOrder);
    if (pairs.length < LEAST_PAIRS) continue;
    const { levels, seen } = othersOf(patternsOf(linker, pairs, key.fields), fields);
    levels.forEach((shares, field) => {
      const { name } = must(linker.fields[field], "a field of each column");
      const count = must(seen[field], "a sum of each field");
      if (key.fields.includes(name) || count < LEAST_PAIRS) return;
      addTo(counts, field, count);
      const sum = must(sums[field], "sums of each field");
      shares.forEach((value, level) => addTo(sum, level, value * count));
    });
  }
  if (counts.every((count) => count === 0)) return undefined;
  return fields.map(({ m, u }, field) => {
    const count = must(counts[field], "a count of each field");
    const { kind } = must(linker.fields[field], "a field of each column");
    const unlearned = SHARED_AT_HOME.has(kind) ? m : u;
    const levels =
      count === 0 ? unlearned : must(sums[field], "sums of each field").map((sum) => sum / count);
    return { m: monotone(m, levels), u: levels };
  });
}
