/*
 * Communities in a weighted graph of millions of nodes: Louvain's method as graphology has it, on ties in flat lists.
 * A graph of graphology keeps several objects for each node and tie; five million orders of one component took more
 * memory for them than for all else.
 */

import * as louvainModule from "graphology-communities-louvain";
import { wholeAt } from "../../base/at.ts";
import { NumberList } from "../table/columns.ts";
import { PairNumbers } from "../table/numbering.ts";

/** The weight between each two nodes; nodes are numbers from 0 on. */
export class Ties {
  readonly nodeCount: number;
  readonly #pairs = new PairNumbers();
  readonly #weights = new NumberList("any", 16);

  constructor(nodeCount: number) {
    this.nodeCount = nodeCount;
  }

  get count(): number {
    return this.#weights.length;
  }

  add(a: number, b: number, weight: number): void {
    const pair = this.#pairs.number(a, b);
    if (pair === this.#weights.length) this.#weights.push(weight);
    else this.#weights.set(pair, this.#weights.at(pair) + weight);
  }

  /** In the order of their coming. */
  forEach(told: (a: number, b: number, weight: number) => void): void {
    for (let pair = 0; pair < this.#weights.length; pair++)
      told(this.#pairs.first(pair), this.#pairs.second(pair), this.#weights.at(pair));
  }
}

type ToldOfTie = (key: number, attributes: { weight: number }, a: number, b: number) => void;

/** All that Louvain's method asks of a graph. */
class GraphOfTies {
  readonly type = "undirected";
  readonly multi = false;
  readonly selfLoopCount = 0;
  readonly order: number;
  readonly size: number;
  readonly #ties: Ties;
  readonly #degrees: Int32Array;

  constructor(ties: Ties) {
    this.#ties = ties;
    this.order = ties.nodeCount;
    this.size = ties.count;
    this.#degrees = new Int32Array(ties.nodeCount);
    ties.forEach((a, b) => {
      this.#degrees[a] = wholeAt(this.#degrees, a) + 1;
      this.#degrees[b] = wholeAt(this.#degrees, b) + 1;
    });
  }

  forEachNode(told: (node: number) => void): void {
    for (let node = 0; node < this.order; node++) told(node);
  }

  undirectedDegreeWithoutSelfLoops(node: number): number {
    return wholeAt(this.#degrees, node);
  }

  forEachEdge(told: ToldOfTie): void {
    const attributes = { weight: 0 };
    let key = 0;
    this.#ties.forEach((a, b, weight) => {
      attributes.weight = weight;
      told(key++, attributes, a, b);
    });
  }

  /** A graph is known by these two; neither is called. */
  addUndirectedEdgeWithKey(): never {
    throw new TypeError("ties are made before they are asked");
  }

  dropNode(): never {
    throw new TypeError("ties are made before they are asked");
  }
}

// A CommonJS module whose types describe a default that Node unwraps already, and a graph with all its methods.
const louvain = louvainModule.default as unknown as (
  graph: GraphOfTies,
  options: { rng: () => number; getEdgeWeight: "weight"; resolution: number },
) => Record<string, number>;

/** Always the same communities for the same ties. */
function steadyChance(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** The community of each node: a number below the number of nodes. */
export function communitiesIn(ties: Ties): Int32Array {
  const found = louvain(new GraphOfTies(ties), {
    rng: steadyChance(),
    getEdgeWeight: "weight",
    resolution: 1,
  });
  return Int32Array.from({ length: ties.nodeCount }, (_, node) => found[node] ?? node);
}
