import { describe, expect, it } from "vitest";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { candidatePairs, eachPair } from "../../../../src/integrity/link/block.ts";
import { clusterRows } from "../../../../src/integrity/link/cluster.ts";
import { personLinker } from "../../../../src/integrity/link/persons.ts";
import { OrderTableBuilder } from "../../../../src/integrity/table/orders.ts";
import { Places } from "../../../../src/integrity/table/places.ts";

const tableOf = (seed: number, count: number) => {
  const builder = new OrderTableBuilder();
  for (const { order } of new OrderMaker(seed).make({ count, ringShare: 0.2 })) builder.add(order);
  return builder.build();
};

describe("pairs of a large event", () => {
  it("are told one by one as they would stand in a list", () => {
    const { columns, count } = tableOf(5, 4_000);
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    for (const name of ["name", "phoneBlock", "district"] as const) {
      const key = { name, keyOf: columns[name].valueOf };
      const told = new Set<number>();
      eachPair(
        key,
        (a, b) => a - b,
        (a, b) => told.add(a * count + b),
      );
      expect([...told].sort((a, b) => a - b)).toEqual([...candidatePairs([key], count, rows)]);
      expect(told.size).toBeGreaterThan(100);
    }
  });

  it("are links by the same bits whether or not their addresses are spared", () => {
    let [links, spared] = [0, 0];
    for (const seed of [1, 2]) {
      const table = tableOf(seed, 3_000);
      const places = new Places(table.columns.address.values);
      let looks = 0;
      const level = (a: number, b: number) => {
        looks++;
        return places.level(a, b);
      };
      const book = {
        level,
        placeOf: (one: number) => places.placeOf(one),
        placeNumber: (one: number) => places.placeNumber(one),
      };
      const linker = personLinker(table, book);
      for (const name of ["name", "phone", "email"] as const) {
        const key = { name, keyOf: table.columns[name].valueOf };
        eachPair(
          key,
          (a, b) => a - b,
          (a, b) => {
            const bits = linker.evidence(a, b);
            const before = looks;
            const bitsOfLink = linker.evidenceOfLink(a, b);
            if (looks === before) spared++;
            if (bits >= 0) links++;
            if (bits >= 0 || bitsOfLink >= 0) expect(bitsOfLink).toBe(bits);
          },
        );
      }
    }
    expect(links).toBeGreaterThan(150);
    expect(spared).toBeGreaterThan(3 * links);
  });

  it("may be told several times: a link that stands twice is one", () => {
    const alike = { rowCount: 6, evidence: (a: number, b: number) => (a + b === 5 ? -20 : 3) };
    const links = [
      { a: 0, b: 1, bits: 3 },
      { a: 2, b: 3, bits: 2 },
      { a: 1, b: 4, bits: 1 },
    ];
    expect(clusterRows(alike, [...links, ...links])).toEqual(clusterRows(alike, links));
  });
});
