import { UndirectedGraph } from "graphology";
import * as louvainModule from "graphology-communities-louvain";
import { describe, expect, it } from "vitest";
import { logChoose } from "../../../../src/base/logChoose.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { binomialTail } from "../../../../src/integrity/evidence/binomialTail.ts";
import { fewIdentifiersP } from "../../../../src/integrity/evidence/fewIdentifiers.ts";
import { communitiesIn, Ties } from "../../../../src/integrity/link/communities.ts";

const louvain = louvainModule.default as unknown as (
  graph: UndirectedGraph,
  options: object,
) => Record<string, number>;

/** The chance that communities are found with. */
function steadyChance(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

describe("communities on flat lists", () => {
  it("are those that graphology finds in a graph of its own, tie by tie", () => {
    for (const seed of [1, 2, 3, 4]) {
      const chance = new SeededChance(seed);
      const nodeCount = 40 + chance.below(300);
      const ties = new Ties(nodeCount);
      const graph = new UndirectedGraph();
      for (let node = 0; node < nodeCount; node++) graph.addNode(node);
      for (let tie = 0; tie < nodeCount * 3; tie++) {
        const a = chance.below(nodeCount - 1);
        // Most ties are near: that makes communities.
        const b = Math.min(nodeCount - 1, a + 1 + chance.below(chance.fraction() < 0.9 ? 6 : 200));
        const weight = chance.fraction();
        ties.add(a, b, weight);
        graph.updateUndirectedEdgeWithKey(`${a} ${b}`, a, b, (known) => ({
          weight: Number(known.weight ?? 0) + weight,
        }));
      }
      expect(ties.count, `seed ${seed}`).toBe(graph.size);
      const expected = louvain(graph, {
        rng: steadyChance(),
        getEdgeWeight: "weight",
        resolution: 1,
      });
      const found = [...communitiesIn(ties)];
      expect(found, `seed ${seed}`).toEqual(found.map((_, node) => expected[node]));
      expect(new Set(found).size).toBeGreaterThan(3);
    }
  });

  it("leave nodes alone that no tie joins", () => {
    expect([...communitiesIn(new Ties(3))]).toEqual([0, 1, 2]);
  });
});

/** Logarithms of factorials, summed. */
const summed = (n: number, k: number) => {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
};

describe("sums over large groups", () => {
  it("take the same whichever way a binomial coefficient is counted", () => {
    for (const [n, k] of [
      [130, 65],
      [2_050, 1_025],
      [5_000, 1_100],
      [20_000, 18_000],
      [300_000, 150_000],
    ] as const) {
      const exact = summed(n, Math.min(k, n - k));
      expect(Math.abs(logChoose(n, k) / exact - 1), `${n} over ${k}`).toBeLessThan(1e-11);
    }
    expect(logChoose(10, 3)).toBe(summed(10, 3));
  });

  it("end where a further term changes nothing, to the last digit", () => {
    const whole = (trials: number, hits: number, share: number) => {
      let p = 0;
      for (let k = hits; k <= trials; k++)
        p += Math.exp(
          logChoose(trials, k) + k * Math.log(share) + (trials - k) * Math.log1p(-share),
        );
      return Math.min(1, p);
    };
    for (const [trials, hits, share] of [
      [12, 3, 0.5],
      [60, 9, 0.02],
      [400, 30, 0.1],
      [900, 40, 0.5],
      [700, 690, 0.0001],
    ] as const)
      expect(binomialTail({ trials, hits, share })).toBe(whole(trials, hits, share));
  });

  it("grow with a group and not with its square", () => {
    const logarithms = (work: () => void) => {
      const { log } = Math;
      let count = 0;
      Math.log = (x: number) => {
        count++;
        return log(x);
      };
      try {
        work();
      } finally {
        Math.log = log;
      }
      return count;
    };
    const few = (accounts: number) =>
      logarithms(() => fewIdentifiersP({ accounts, distinct: accounts - 50 }));
    const tail = (trials: number) =>
      logarithms(() => binomialTail({ trials, hits: trials / 10, share: 0.001 }));
    // Four times as many: with all terms, each summed, it were sixteen times as much.
    expect(few(80_000) / few(20_000)).toBeLessThan(5);
    expect(tail(80_000) / tail(20_000)).toBeLessThan(5);
  });
});
