/*
 * Two tables that each know nobody twice: a row has one partner at most. Must never happen: branches of one chain, which
 * have a name and often a phone in common, teach that one place has two addresses.
 */

import { must } from "../../base/assert.ts";
import { linksOf, type Link } from "./cluster.ts";
import { linkProbability, type FieldWeights, type Linker, type LinkModel } from "./link.ts";
import { monotone } from "./patterns.ts";

/** Rounds in which partners teach weights, and weights find partners. */
const ROUNDS = 4;
/** Pairs that a level is taken to have been seen in before any was. */
const ASSUMED = 0.5;
/** Fewer partners than these teach nothing. */
const LEAST_LINKS = 50;

/**
 * Of links between two tables those that stay when each row keeps one: by falling weight, each where
 * both rows are still free. Links of one weight go by their rows, whose order must not be that of a file.
 */
export function oneToOne(links: readonly Link[]): Link[] {
  const taken = new Set<number>();
  return links
    .toSorted((x, y) => y.bits - x.bits || x.a - y.a || x.b - y.b)
    .filter(({ a, b }) => {
      if (taken.has(a) || taken.has(b)) return false;
      taken.add(a).add(b);
      return true;
    });
}

/** The smaller row of each pair stands for both. */
export function pairedRows(links: readonly Link[], rowCount: number): Int32Array {
  const entityOf = Int32Array.from({ length: rowCount }, (_, row) => row);
  for (const { a, b } of links) entityOf[Math.max(a, b)] = Math.min(a, b);
  return entityOf;
}

/** A model whose m is what partners show: others in a block are no pairs, however much they share. */
export function learnFromPartners(
  linker: Linker,
  model: LinkModel,
  pairs: Float64Array,
  allPairs: number,
): LinkModel {
  let learned = model;
  for (let round = 0; round < ROUNDS; round++) {
    linker.use(learned);
    const links = oneToOne(linksOf(linker, pairs, 0));
    if (links.length < LEAST_LINKS) break;
    const linked = links.reduce((sum, { bits }) => sum + linkProbability(bits), 0);
    learned = {
      fields: learned.fields.map((weights, field) => weightsFrom(linker, weights, field, links)),
      linkShare: linked / allPairs,
    };
  }
  return learned;
}

function weightsFrom(
  linker: Linker,
  { u }: FieldWeights,
  field: number,
  links: readonly Link[],
): FieldWeights {
  const counts = u.map(() => ASSUMED);
  for (const { a, b, bits } of links) {
    const level = linker.level(field, a, b);
    if (level < 0) continue;
    counts[level] = must(counts[level], "a count of each level") + linkProbability(bits);
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  return {
    m: monotone(
      counts.map((count) => count / sum),
      u,
    ),
    u,
  };
}
