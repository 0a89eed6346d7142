/*
 * Orders that hang together, and the groups among them: whole components where they are small, communities in large
 * ones. The same orders always give the same groups.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { componentsOf, isHub, type EventSize, type Sharing } from "./attributes.ts";
import { communitiesIn, Ties } from "./link/communities.ts";
import { DisjointSets, NumberList } from "./table/columns.ts";

/** A component up to this size has no communities of its own; a larger one is looked at for them. */
const NO_COMMUNITIES = 12;
/** Up to this size a component is a group as a whole, too: one ring with several phones. */
const WHOLE_COMPONENT = 80;
/** In a value with more rows each is tied to this many that follow: pairs would grow with the square. */
const TIES_EACH = 6;

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
  const of = (attributes: readonly Sharing[]) => {
    const tying = new Tying(attributes, size);
    return componentRows(componentsOf(attributes, size), size.count).map((rows) => ({
      rows,
      parts: communitiesOf(rows, tying),
    }));
  };
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
  const components: Int32Array[] = [];
  // A component is named by its first row. How many of its rows were taken, and which component it is.
  const taken = new Int32Array(count);
  const numberOf = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const size = sets.size(row);
    if (size < 2) continue;
    const root = sets.find(row);
    if (root === row) {
      numberOf[row] = components.length;
      components.push(new Int32Array(size));
    }
    const rows = must(components[wholeAt(numberOf, root)], "a component of each root");
    rows[wholeAt(taken, root)] = row;
    taken[root] = wholeAt(taken, root) + 1;
  }
  return components;
}

/**
 * Communities (Louvain, Blondel et al. 2008) of a component too large to be one ring: two groups that
 * one shared thing bridges are two groups. Ties weigh the bits of what is shared, so a common thing ties little.
 */
function communitiesOf(rows: Int32Array, tying: Tying): Int32Array[] {
  if (rows.length <= NO_COMMUNITIES) return [rows];
  const communityOf = communitiesIn(tying.tiesAmong(rows));
  const numberOf = new Int32Array(rows.length).fill(-1);
  const members: number[][] = [];
  for (let at = 0; at < rows.length; at++) {
    const community = wholeAt(communityOf, at);
    if (wholeAt(numberOf, community) < 0) numberOf[community] = members.push([]) - 1;
    must(members[wholeAt(numberOf, community)], "rows of each community").push(wholeAt(rows, at));
  }
  const parts = members.flatMap((list) => tying.connectedParts(list));
  return rows.length <= WHOLE_COMPONENT && parts.length > 1 ? [rows, ...parts] : parts;
}

/** The values that tie orders of an event: those of several orders that are no hubs. */
class Tying {
  readonly #attributes: readonly Sharing[];
  readonly #eventCount: number;
  /** Of each row its place among those that are looked at. */
  readonly #placeOf: Int32Array;
  /** Of each value of an attribute the first of the items that are looked at; -1 between two looks. */
  readonly #firstOf: Int32Array;

  constructor(attributes: readonly Sharing[], { count, eventCount }: EventSize) {
    this.#attributes = attributes;
    this.#eventCount = eventCount;
    this.#placeOf = new Int32Array(count);
    const most = attributes.reduce((count, { counts }) => Math.max(count, counts.length), 0);
    this.#firstOf = new Int32Array(most).fill(-1);
  }

  /** The weight between each two of a component's rows, by their places in it, summed over shared values. */
  tiesAmong(rows: Int32Array): Ties {
    for (let at = 0; at < rows.length; at++) this.#placeOf[wholeAt(rows, at)] = at;
    const ties = new Ties(rows.length);
    for (const attribute of this.#attributes) {
      const { starts, values } = attribute.lists;
      for (const row of rows) {
        const last = wholeAt(starts, row + 1);
        for (let at = wholeAt(starts, row); at < last; at++) {
          const value = wholeAt(values, at);
          // All rows that share a value are of one component: it is taken at the first of them.
          if (this.#ties(attribute, value) && firstRow(attribute, value) === row)
            this.#tie(ties, attribute, value);
        }
      }
    }
    return ties;
  }

  #ties(attribute: Sharing, value: number): boolean {
    const { starts } = attribute.rows;
    const count = wholeAt(starts, value + 1) - wholeAt(starts, value);
    return count >= 2 && !isHub(attribute, value, this.#eventCount);
  }

  #tie(ties: Ties, attribute: Sharing, value: number): void {
    const { starts, values } = attribute.rows;
    const [start, end] = [wholeAt(starts, value), wholeAt(starts, value + 1)];
    const count = end - start;
    const weight =
      Math.log2(this.#eventCount / count) / (attribute.grade === "weak" ? 4 : 1) / Math.sqrt(count);
    const reach = count <= 2 * TIES_EACH ? count : TIES_EACH;
    const place = (at: number) => wholeAt(this.#placeOf, wholeAt(values, at));
    for (let i = start; i < end; i++)
      for (let j = i + 1; j < Math.min(end, i + 1 + reach); j++)
        ties.add(place(i), place(j), weight);
  }

  /** The parts of a community that hang together among themselves: of a group it is said that its members do. */
  connectedParts(rows: readonly number[]): Int32Array[] {
    const sets = new DisjointSets(rows.length);
    const firstOf = this.#firstOf;
    for (const attribute of this.#attributes) {
      this.#eachTying(attribute, rows, (value, at) => {
        const known = wholeAt(firstOf, value);
        if (known < 0) firstOf[value] = at;
        else sets.join(known, at);
      });
      this.#eachTying(attribute, rows, (value) => {
        firstOf[value] = -1;
      });
    }
    return sets.partsOf(rows).map((part) => Int32Array.from(part));
  }

  #eachTying(
    attribute: Sharing,
    rows: readonly number[],
    told: (value: number, at: number) => void,
  ): void {
    const { starts, values } = attribute.lists;
    for (let at = 0; at < rows.length; at++) {
      const row = must(rows[at], "a row at each place");
      const last = wholeAt(starts, row + 1);
      for (let index = wholeAt(starts, row); index < last; index++) {
        const value = wholeAt(values, index);
        if (this.#ties(attribute, value)) told(value, at);
      }
    }
  }
}

const firstRow = ({ rows }: Sharing, value: number): number =>
  wholeAt(rows.values, wholeAt(rows.starts, value));
