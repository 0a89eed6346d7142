/*
 * Orders that hang together, and the groups among them: whole components where they are small, communities in large
 * ones. The same orders always give the same groups.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { UndirectedGraph } from "graphology";
import * as communities from "graphology-communities-louvain";
import { componentsOf, isHub, tyingValues, type EventSize, type Sharing } from "./attributes.ts";
import { DisjointSets, NumberList } from "./table/columns.ts";
import { PairNumbers } from "./table/numbering.ts";

/** A component up to this size has no communities of its own; a larger one is looked at for them. */
const NO_COMMUNITIES = 12;
/** Up to this size a component is a group as a whole, too: one ring with several phones. */
const WHOLE_COMPONENT = 80;
/** In a value with more rows each is tied to this many that follow: pairs would grow with the square. */
const TIES_EACH = 6;

interface Tie {
  weight: number;
}
type Ties = UndirectedGraph<Record<string, never>, Tie>;

// A CommonJS module whose types describe a default that Node unwraps already.
const louvain = communities.default as unknown as (
  graph: Ties,
  options: { rng: () => number; getEdgeWeight: "weight"; resolution: number },
) => Record<string, number>;

export const VIEWS = ["identifiers", "identifiersAndPlaces"] as const;
/** By what orders are put side by side: by the things they share, or by things and places. */
export type View = (typeof VIEWS)[number];

/** Orders that hang together, and the groups in them: communities, or all of them. */
export interface Component {
  readonly rows: Int32Array;
  readonly parts: readonly Int32Array[];
}
export type ComponentsByView = Readonly<Record<View, readonly Component[]>>;

/** Everything that hangs together, by each view. */
export function componentsByView(
  shared: Readonly<Record<View, readonly Sharing[]>>,
  size: EventSize,
): ComponentsByView {
  const of = (attributes: readonly Sharing[]) =>
    componentRows(componentsOf(attributes, size), size.count).map((rows) => ({
      rows,
      parts: communitiesOf(rows, attributes, size.eventCount),
    }));
  return {
    identifiers: of(shared.identifiers),
    identifiersAndPlaces: of(shared.identifiersAndPlaces),
  };
}

/** Components as one list of numbers, each list with its length before it: what a thread can hand over whole. */
export function packed(components: readonly Component[]): Int32Array<ArrayBuffer> {
  const list = new NumberList("whole");
  const pushAll = (rows: Int32Array) => {
    list.push(rows.length);
    for (const row of rows) list.push(row);
  };
  for (const { rows, parts } of components) {
    pushAll(rows);
    list.push(parts.length);
    parts.forEach(pushAll);
  }
  return list.copyWhole();
}

export function unpacked(list: Int32Array): Component[] {
  let at = 0;
  const take = () => {
    const length = wholeAt(list, at);
    const rows = list.subarray(at + 1, at + 1 + length);
    at += 1 + length;
    return rows;
  };
  const components: Component[] = [];
  while (at < list.length) {
    const rows = take();
    const partCount = wholeAt(list, at++);
    components.push({ rows, parts: Array.from({ length: partCount }, take) });
  }
  return components;
}

/** Rows of each component with two rows or more, in row order. */
function componentRows(sets: DisjointSets, count: number): Int32Array[] {
  const members = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    if (sets.size(row) < 2) continue;
    const root = sets.find(row);
    const list = members.get(root);
    if (list) list.push(row);
    else members.set(root, [row]);
  }
  return [...members.values()].map((rows) => Int32Array.from(rows));
}

/** Always the same communities for the same rows. */
function steadyChance(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/**
 * Communities (Louvain, Blondel et al. 2008) of a component too large to be one ring: two groups that
 * one shared thing bridges are two groups. Ties weigh the bits of what is shared, so a common thing ties little.
 */
function communitiesOf(
  rows: Int32Array,
  attributes: readonly Sharing[],
  eventCount: number,
): Int32Array[] {
  if (rows.length <= NO_COMMUNITIES) return [rows];
  const graph: Ties = new UndirectedGraph();
  for (const row of rows) graph.addNode(row);
  const ties = new TieWeights();
  for (const attribute of attributes) addTies(ties, rows, attribute, eventCount);
  ties.forEach((key, a, b, weight) => graph.addUndirectedEdgeWithKey(key, a, b, { weight }));
  const found = louvain(graph, { rng: steadyChance(), getEdgeWeight: "weight", resolution: 1 });
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const community = must(found[row], "a community of each row");
    const list = members.get(community);
    if (list) list.push(row);
    else members.set(community, [row]);
  }
  const parts = [...members.values()].flatMap((list) =>
    connectedParts(list, attributes, eventCount),
  );
  return rows.length <= WHOLE_COMPONENT && parts.length > 1 ? [rows, ...parts] : parts;
}

/** The parts of a community that hang together among themselves: of a group it is said that its members do. */
function connectedParts(
  rows: readonly number[],
  attributes: readonly Sharing[],
  eventCount: number,
): Int32Array[] {
  const sets = new DisjointSets(rows.length);
  for (const attribute of attributes) sets.joinAlike(rows, tyingValues(attribute, eventCount));
  return sets.partsOf(rows).map((part) => Int32Array.from(part));
}

/** The weight between each two rows, summed over shared values; the graph gets each tie once. */
class TieWeights {
  readonly #pairs = new PairNumbers();
  readonly #weights: number[] = [];

  add(a: number, b: number, weight: number): void {
    const pair = this.#pairs.number(a, b);
    this.#weights[pair] = (this.#weights[pair] ?? 0) + weight;
  }

  /** In the order of their coming. */
  forEach(told: (key: number, a: number, b: number, weight: number) => void): void {
    this.#weights.forEach((weight, pair) =>
      told(pair, this.#pairs.first(pair), this.#pairs.second(pair), weight),
    );
  }
}

function addTies(ties: TieWeights, rows: Int32Array, attribute: Sharing, eventCount: number): void {
  const seen = new Set<number>();
  for (const row of rows) {
    const { starts, values } = attribute.lists;
    const last = wholeAt(starts, row + 1);
    for (let at = wholeAt(starts, row); at < last; at++) {
      const value = wholeAt(values, at);
      if (seen.has(value)) continue;
      seen.add(value);
      const start = wholeAt(attribute.rows.starts, value);
      const end = wholeAt(attribute.rows.starts, value + 1);
      const count = end - start;
      if (count < 2 || isHub(attribute, value, eventCount)) continue;
      const weight =
        Math.log2(eventCount / count) / (attribute.grade === "weak" ? 4 : 1) / Math.sqrt(count);
      tie(ties, attribute.rows.values.subarray(start, end), weight);
    }
  }
}

/** All rows that share a value are of one component: that is what a component is. */
function tie(ties: TieWeights, rows: Int32Array, weight: number): void {
  const reach = rows.length <= 2 * TIES_EACH ? rows.length : TIES_EACH;
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < Math.min(rows.length, i + 1 + reach); j++) {
      ties.add(wholeAt(rows, i), wholeAt(rows, j), weight);
    }
  }
}
