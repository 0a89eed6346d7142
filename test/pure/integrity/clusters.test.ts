import { describe, expect, it } from "vitest";
import { candidatePairs } from "../../../src/integrity/link/block.ts";
import { clusterRows } from "../../../src/integrity/link/cluster.ts";
import { comparatorOf, jaroWinkler, TOP_LEVEL } from "../../../src/integrity/link/compare.ts";
import type { Linker } from "../../../src/integrity/link/link.ts";
import { Places } from "../../../src/integrity/table/places.ts";

/* Which pairs are compared, how alike two values are, and when two clusters are one. */

describe("pairs that are compared", () => {
  /** Pairs among rows with one key, as "a b". */
  const pairs = (count: number, rowOrder?: readonly number[]) => {
    const keyOf = new Int32Array(count);
    const order = Int32Array.from(rowOrder ?? keyOf.map((_, row) => row));
    return [...candidatePairs([{ name: "x", keyOf }], count, order)].map(
      (pair) => `${Math.floor(pair / count)} ${pair % count}`,
    );
  };

  it("are all of up to sixty rows, and of more each with the eight that follow", () => {
    expect(pairs(60)).toHaveLength((60 * 59) / 2);
    // The last eight have fewer that follow: 8 + 7 + … + 1 for the last nine.
    expect(pairs(61)).toHaveLength((61 - 8) * 8 + 28);
    expect(pairs(61)).toContain("0 8");
    expect(pairs(61)).not.toContain("0 9");
  });

  it("follow each other in the order that is given, and are named by the smaller row", () => {
    const order = Array.from({ length: 61 }, (_, at) => (at === 0 ? 60 : at === 60 ? 0 : at));
    expect(pairs(61, order)).toContain("1 60");
    expect(pairs(61, order)).not.toContain("0 1");
  });

  it("are there once, sorted, and never of rows without a key", () => {
    const keys = [
      { name: "x", keyOf: Int32Array.of(0, -1, 0, 1, 1) },
      { name: "y", keyOf: Int32Array.of(3, 3, 3, -1, -1) },
    ];
    const rows = Int32Array.of(0, 1, 2, 3, 4);
    expect([...candidatePairs(keys, 5, rows)]).toEqual([1, 2, 7, 19]);
    expect([...candidatePairs([], 5, rows)]).toEqual([]);
  });
});

describe("how alike two values are", () => {
  const level = (kind: "name" | "phone" | "number" | "date", a: string, b: string) =>
    comparatorOf(kind, [a, b])(0, 1);

  it("names: from 0.92 and from 0.8 on", () => {
    expect(jaroWinkler("budisantoso", "budisantosa")).toBeGreaterThan(0.92);
    expect(level("name", "budisantoso", "budisantosa")).toBe(2);
    const [dixon, dicksonx] = ["dixon", "dicksonx"];
    expect(jaroWinkler(dixon, dicksonx)).toBeCloseTo(0.8133, 4);
    expect(level("name", dixon, dicksonx)).toBe(1);
    expect(jaroWinkler("crate", "trace")).toBeCloseTo(0.7333, 4);
    expect(level("name", "crate", "trace")).toBe(0);
    expect(jaroWinkler("abc", "xyz")).toBe(0);
    expect(jaroWinkler("same", "same")).toBe(1);
    expect(jaroWinkler("", "a")).toBe(0);
  });

  it("numbers: one that is wrong, missing or changed with its neighbour is a slip", () => {
    const table: readonly (readonly [string, string, number])[] = [
      ["1234", "1235", 1],
      ["1234", "123", 1],
      ["1234", "1243", 1],
      ["1234", "2134", 1],
      ["1234", "1324", 1],
      ["1234", "1432", 0],
      ["1234", "1256", 0],
      ["1234", "12", 0],
    ];
    for (const [a, b, expected] of table) {
      for (const kind of ["number", "date"] as const) {
        expect({ a, b, level: level(kind, a, b) }).toEqual({ a, b, level: expected });
      }
    }
  });

  it("phones: neighbours and slips of one digit; other things are the same or not", () => {
    expect(level("phone", "81234567890", "81234567891")).toBe(1);
    expect(level("phone", "81234567890", "81234567999")).toBe(0);
    expect(comparatorOf("exact", ["a", "b"])(0, 1)).toBe(0);
    expect(TOP_LEVEL).toEqual({
      phone: 2,
      email: 2,
      name: 3,
      text: 3,
      date: 2,
      number: 2,
      address: 5,
      exact: 1,
    });
  });

  it("addresses: another door of the same street is the lowest level", () => {
    const addresses = [
      "jl kenanga melati no 17",
      "kenanga melati 17",
      "jl kenanga melati no 18",
      "jl cempaka dahlia no 3",
      "****",
    ];
    const places = new Places(addresses);
    const compare = comparatorOf("address", addresses);
    for (const other of [1, 2, 3, 4]) expect(compare(0, other)).toBe(places.level(0, other));
    expect([1, 2, 3, 4].map((other) => places.level(0, other))).toEqual([5, 0, 1, -1]);
  });
});

describe("two clusters are one", () => {
  /** Rows whose pairs have the evidence that is given; links are tried from the strongest on. */
  const clusters = (
    rowCount: number,
    evidence: (a: number, b: number) => number,
    links: readonly (readonly [a: number, b: number, bits: number])[],
    apart?: ReadonlySet<string>,
  ) => {
    const linker = { rowCount, evidence } as unknown as Linker;
    const list = links.map(([a, b, bits]) => ({ a, b, bits }));
    return [...clusterRows(linker, list, apart === undefined ? {} : { apart })];
  };
  const flat = (bits: number) => () => bits;

  it("if their pairs speak for it in the mean", () => {
    expect(clusters(2, flat(0), [[0, 1, 0]])).toEqual([0, 0]);
    expect(clusters(2, flat(-0.001), [[0, 1, 5]])).toEqual([0, 1]);
    // A pair that agrees does not tie a third whom the other disagrees with.
    const three = (a: number, b: number) => (a === 0 && b === 2 ? -6 : 5);
    const links = [
      [0, 1, 5],
      [1, 2, 5],
    ] as const;
    expect(clusters(3, three, links)).toEqual([0, 0, 2]);
    expect(clusters(3, (a, b) => (a === 0 && b === 2 ? -5 : 5), links)).toEqual([0, 0, 0]);
  });

  it("no pair counting for more than fifteen bits either way", () => {
    const links = [
      [0, 1, 9],
      [1, 2, 8],
    ] as const;
    const pairs = (far: number, close: number) => (a: number, b: number) =>
      a === 0 && b === 2 ? far : a === 1 && b === 2 ? close : 5;
    expect(clusters(3, pairs(-100, 15), links)).toEqual([0, 0, 0]);
    expect(clusters(3, pairs(-100, 14.9), links)).toEqual([0, 0, 2]);
    expect(clusters(3, pairs(-14, 13.9), links)).toEqual([0, 0, 2]);
    expect(clusters(3, pairs(-15.1, 100), links)).toEqual([0, 0, 0]);
    expect(clusters(3, pairs(-14.9, 14.8), links)).toEqual([0, 0, 2]);
  });

  it("by at most twelve members of each, evenly spread", () => {
    // Row 24 disagrees with row 1 only; of 24 rows every second one is asked.
    const chain = Array.from({ length: 23 }, (_, at) => [at, at + 1, 9] as const);
    const against = (row: number) => (a: number, b: number) => (a === row && b === 24 ? -600 : 1);
    const joined = (row: number) => clusters(25, against(row), [...chain, [0, 24, 1]])[24];
    expect(joined(1)).toBe(0);
    expect(joined(0)).toBe(24);
    expect(joined(22)).toBe(24);
    const twelve = Array.from({ length: 11 }, (_, at) => [at, at + 1, 9] as const);
    const odd = (a: number, b: number) => (a === 1 && b === 12 ? -600 : 1);
    expect(clusters(13, odd, [...twelve, [0, 12, 1]])[12]).toBe(12);
  });

  it("of more than five hundred rows only if they are sure: eight bits in the mean", () => {
    const halves = (count: number, bits: number) => {
      const left = Array.from({ length: 249 }, (_, at) => [at, at + 1, 9] as const);
      const right = Array.from(
        { length: count - 251 },
        (_, at) => [250 + at, 251 + at, 9] as const,
      );
      const across = (a: number, b: number) => (a < 250 !== b < 250 ? bits : 9);
      const found = clusters(count, across, [...left, ...right, [0, 250, 1]]);
      return new Set(found).size;
    };
    expect(halves(500, 0)).toBe(1);
    expect(halves(501, 7.9)).toBe(2);
    expect(halves(501, 8)).toBe(1);
  });

  it("never if a person said that two of them are two, whichever way it was said", () => {
    expect(clusters(2, flat(9), [[1, 0, 9]], new Set(["0 1"]))).toEqual([0, 1]);
    expect(clusters(2, flat(9), [[0, 1, 9]], new Set(["0 1"]))).toEqual([0, 1]);
    expect(clusters(2, flat(9), [[0, 1, 9]], new Set(["1 2"]))).toEqual([0, 0]);
  });

  it("the strongest link first, whatever the order they came in", () => {
    // Row 1 may join either neighbour, and the first that it joins keeps it from the other.
    const evidence = (a: number, b: number) => (Math.abs(a - b) === 2 ? -15 : 5);
    expect(
      clusters(3, evidence, [
        [0, 1, 2],
        [1, 2, 3],
      ]),
    ).toEqual([0, 1, 1]);
    expect(
      clusters(3, evidence, [
        [1, 2, 3],
        [0, 1, 3],
      ]),
    ).toEqual([0, 0, 2]);
  });
});
