/* Persons or places in any table, for `giliran link`. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { candidatePairs } from "./block.ts";
import { clusterRows, linksOf, type Link } from "./cluster.ts";
import { comparatorOf, TOP_LEVEL } from "./compare.ts";
import { estimateModel, LEAST_ROWS, pairCount, type Chance } from "./estimate.ts";
import { Linker, shippedWeights, type LinkField, type LinkModel } from "./link.ts";
import { nearKeys } from "./nearKeys.ts";
import { fieldsOf, type LinkColumn } from "./tableFields.ts";
import { compositeKeys, singleKeys } from "./tableKeys.ts";
import { likeOrder, steadyOrder } from "./tableOrder.ts";
import { learnFromPartners, oneToOne, pairedRows } from "./twoTables.ts";
import { wordComparator } from "./wordLikeness.ts";

export interface LinkOptions {
  /** Evidence from which on two rows are a link, in bits of odds; `usualChance` without it. */
  readonly leastBits?: number | undefined;
  /** Two tables in one: the table of each row, 0 or 1. Rows of one are no pair, and each row has one partner at most. */
  readonly sourceOf?: Int32Array | undefined;
  /** The id of each row, which decides where rows say the same. */
  readonly ids?: readonly string[] | undefined;
}

/**
 * The chance from which on two rows are a link unless another one is asked for. Two people in one are worse than one
 * person twice, so a link wants to be sure. Of two tables each row has one partner at most, which guards as well; and
 * shipped weights, which small tables are judged by, are so shy that nothing would be left.
 */
export const usualChance = (rowCount: number, isTwo: boolean): number =>
  isTwo || rowCount < LEAST_ROWS ? 0.5 : 0.9;

/** A chance as bits of odds. */
export const chanceBits = (chance: number): number => Math.log2(chance / (1 - chance));

export interface LinkedTable {
  readonly model: LinkModel;
  /** Pairs of rows that had something in common and were compared. */
  readonly comparedCount: number;
  /** Whether no cell of any field could be read: rows have nothing to meet by. */
  readonly saysNothing: boolean;
  /** The entity of each row, named by its first row. */
  readonly entityOf: Int32Array;
  readonly links: readonly Link[];
  /** The evidence for two rows of which nothing is known, in bits. */
  readonly priorBits: number;
  /** Weight of two rows with the prior, in bits. */
  evidence(a: number, b: number): number;
  /** The same, field by field. */
  waterfall(a: number, b: number): WaterfallStep[];
}

/**
 * Which rows of a table, or of two, are one person or place. Without labels: weights come from the rows
 * themselves once there are enough of them. `cellsOf` gives a column's cells, row by row. The same rows
 * in another order give the same answer.
 */
export function linkTable(
  columns: readonly LinkColumn[],
  cellsOf: (column: string) => readonly string[],
  chance: Chance,
  options: LinkOptions = {},
): LinkedTable {
  const rowAt = steadyOrder(columns, cellsOf, options);
  const placeOf = new Int32Array(rowAt.length);
  rowAt.forEach((row, place) => {
    placeOf[row] = place;
  });
  const { sourceOf } = options;
  const fields = fieldsOf(columns, (column) => {
    const cells = cellsOf(column);
    return Array.from(rowAt, (row) => must(cells[row], "a cell of each row"));
  });
  const compared = sourceOf ? fields.map(byWords) : fields;
  const linked = linkFields(compared, chance, {
    ...options,
    sourceOf: sourceOf && rowAt.map((row) => wholeAt(sourceOf, row)),
  });
  const row = (place: number) => wholeAt(rowAt, place);
  const place = (one: number) => wholeAt(placeOf, one);
  const { linker, entityOf } = linked;
  return {
    model: linked.model,
    comparedCount: linked.comparedCount,
    saysNothing: fields.every(({ column }) => column.valueOf.every((value) => value < 0)),
    priorBits: linker.priorBits,
    links: linked.links.map(({ a, b, bits }) => ({ a: row(a), b: row(b), bits })),
    entityOf: byFirstRow(placeOf.map((at) => wholeAt(entityOf, at))),
    evidence: (a, b) => linker.evidence(place(a), place(b)),
    waterfall: (a, b) => waterfall(linker, place(a), place(b)),
  };
}

/** The same sets of rows, each named by its first row. */
function byFirstRow(setOf: Int32Array): Int32Array {
  const first = new Map<number, number>();
  return setOf.map((set, row) => {
    const known = first.get(set);
    if (known === undefined) first.set(set, row);
    return known ?? row;
  });
}

/**
 * Two tables write one name in two ways, with and without what everybody knows: texts and whole names are compared by
 * their words, whose weight the tables decide; first and last names by letters.
 */
function byWords(field: LinkField): LinkField {
  const { kind, column, swapsWith } = field;
  if (kind !== "text" && !(kind === "name" && swapsWith === undefined)) return field;
  return { ...field, compare: wordComparator(column, comparatorOf(kind, column.values)) };
}

/** The same over rows in a steady order. */
function linkFields(
  fields: readonly LinkField[],
  chance: Chance,
  { sourceOf, leastBits: asked }: LinkOptions,
) {
  const rowCount = must(fields[0], "a column to compare").column.valueOf.length;
  const leastBits = asked ?? chanceBits(usualChance(rowCount, sourceOf !== undefined));
  const linker = new Linker(fields, rowCount);
  const teaching = [...singleKeys(fields), ...(sourceOf ? nearKeys(fields) : [])];
  const all = [...teaching, ...compositeKeys(fields)];
  const order = likeOrder(fields, rowCount);
  const pairs = candidatePairs(all, rowCount, order, sourceOf);
  const model =
    rowCount < LEAST_ROWS
      ? shippedModel(fields, rowCount)
      : estimateModel(linker, { teaching, all }, { order, sourceOf }, chance);
  if (!sourceOf) {
    linker.use(model);
    const links = linksOf(linker, pairs, leastBits);
    const entityOf = clusterRows(linker, links);
    return { linker, model, links, comparedCount: pairs.length, entityOf };
  }
  const known = pairCount(rowCount, sourceOf);
  const learned = rowCount < LEAST_ROWS ? model : learnFromPartners(linker, model, pairs, known);
  linker.use(learned);
  const links = oneToOne(linksOf(linker, pairs, leastBits));
  const entityOf = pairedRows(links, rowCount);
  return { linker, model: learned, links, comparedCount: pairs.length, entityOf };
}

const shippedModel = (fields: readonly LinkField[], rowCount: number): LinkModel => ({
  fields: fields.map((field) => shippedWeights(field.kind)),
  linkShare: 1 / Math.max(50, rowCount),
});

export interface WaterfallStep {
  readonly field: string;
  readonly level: number;
  readonly top: number;
  readonly bits: number;
  /** Bits against two people of one home; 0 where none are known. */
  readonly homeBits: number;
}

/** A pair's weight, field by field: what adds up to the link. Fields of one group count their best whole, the rest half. */
function waterfall(linker: Linker, a: number, b: number): WaterfallStep[] {
  return linker.fields.map((field, index) => ({
    field: field.name,
    level: linker.level(index, a, b),
    top: TOP_LEVEL[field.kind],
    bits: linker.fieldBits(index, a, b),
    homeBits: linker.homeBits(index, a, b),
  }));
}
