import { describe, expect, it } from "vitest";
import { columnOf } from "../../../src/integrity/table/columns.ts";
import type { FieldKind } from "../../../src/integrity/link/compare.ts";
import {
  Linker,
  linkProbability,
  shippedWeights,
  type LinkField,
  type LinkModel,
} from "../../../src/integrity/link/link.ts";
import { OrderTableBuilder, type OrderRecord } from "../../../src/integrity/table/orders.ts";
import { personLinker, personsOf } from "../../../src/integrity/link/persons.ts";
import { Places } from "../../../src/integrity/table/places.ts";

/* Whether two orders are one person's: Fellegi and Sunter's weights, by their formula written out beside. */

const near = (value: number): unknown => expect.closeTo(value, 9);

/** A field in which row r has value `valueOf[r]`; -1 where it is missing. */
function field(
  kind: FieldKind,
  values: readonly string[],
  valueOf: readonly number[],
  group: string = kind,
): LinkField {
  return { name: kind, kind, group, column: columnOf(Int32Array.from(valueOf), values) };
}

const modelOf = (fields: readonly LinkField[], linkShare = 0.5): LinkModel => ({
  fields: fields.map(({ kind }) => shippedWeights(kind)),
  linkShare,
});

function linkerOf(fields: readonly LinkField[], rowCount: number, eventCount?: number): Linker {
  const linker = new Linker(fields, rowCount, eventCount);
  linker.use(modelOf(fields));
  return linker;
}

describe("the shipped weights", () => {
  /** How often each level is between rows of one person, and of two: worst level first. */
  const table: readonly (readonly [FieldKind, m: readonly number[], u: readonly number[]])[] = [
    ["name", [0.06, 0.04, 0.1, 0.8], [0.955, 0.03, 0.01, 0.005]],
    ["text", [0.06, 0.04, 0.1, 0.8], [0.955, 0.03, 0.01, 0.005]],
    ["phone", [0.14, 0.01, 0.85], [0.9998, 0.0001, 0.0001]],
    ["email", [0.14, 0.03, 0.83], [0.9988, 0.0002, 0.001]],
    ["date", [0.05, 0.1, 0.85], [0.98, 0.01, 0.01]],
    ["number", [0.05, 0.1, 0.85], [0.98, 0.01, 0.01]],
    ["exact", [0.15, 0.85], [0.999, 0.001]],
    [
      "address",
      [0.0001, 0.1299, 0.1, 0.15, 0.22, 0.4],
      [0.001, 0.982, 0.014, 0.002, 0.0007, 0.0003],
    ],
  ];
  for (const [kind, m, u] of table) {
    it(`of a ${kind} are chances, and say more with each step of likeness`, () => {
      expect(shippedWeights(kind)).toEqual({ m, u });
      for (const chances of [m, u]) {
        expect(chances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      }
      // Nothing that is less alike says more.
      const odds = m.map((one, level) => one / u[level]!);
      expect(odds).toEqual(odds.toSorted((a, b) => a - b));
    });
  }
});

describe("bits of a field", () => {
  const names = ["sitinurayu", "sitinurayo", "budisantoso"];

  it("of the same value are m over how common it is in the event", () => {
    // Row 0 and 1 say the same phone, in an event of 4,000 orders.
    const phone = field("phone", ["81274567830", "81399998888"], [0, 0, 1]);
    expect(linkerOf([phone], 3, 4_000).fieldBits(0, 0, 1)).toEqual(
      near(Math.log2(0.85 / (2 / 4_000))),
    );
    // A handful of rows is looked at as a thousand.
    expect(linkerOf([phone], 3).fieldBits(0, 0, 1)).toEqual(near(Math.log2(0.85 / (2 / 1_000))));
    expect(linkerOf([phone], 3, 1_001).fieldBits(0, 0, 1)).toEqual(
      near(Math.log2(0.85 / (2 / 1_001))),
    );
  });

  it("of a value that no row of the event is counted for are those of one", () => {
    const column = { ...field("phone", ["8"], [0, 0]).column, counts: Int32Array.of(0) };
    const phone: LinkField = { name: "phone", kind: "phone", group: "phone", column };
    expect(linkerOf([phone], 2).fieldBits(0, 0, 1)).toEqual(near(Math.log2(0.85 / (1 / 1_000))));
  });

  it("of likeness and difference are m over u, and of a missing side nothing", () => {
    const linker = linkerOf([field("name", names, [0, 1, 2, -1])], 4);
    expect(linker.level(0, 0, 1)).toBe(2);
    expect(linker.fieldBits(0, 0, 1)).toEqual(near(Math.log2(0.1 / 0.01)));
    expect(linker.level(0, 0, 2)).toBe(0);
    expect(linker.fieldBits(0, 0, 2)).toEqual(near(Math.log2(0.06 / 0.955)));
    expect([linker.level(0, 0, 3), linker.level(0, 3, 0)]).toEqual([-1, -1]);
    expect([linker.fieldBits(0, 0, 3), linker.fieldBits(0, 3, 0)]).toEqual([0, 0]);
  });

  it("of an address that is the same in other words are those of its level", () => {
    const addresses = ["jl kenanga melati no 17", "Jalan Kenanga Melati No.017"];
    const linker = linkerOf([field("address", addresses, [0, 1])], 2, 100_000);
    expect(linker.level(0, 0, 1)).toBe(5);
    expect(linker.fieldBits(0, 0, 1)).toEqual(near(Math.log2(0.4 / 0.0003)));
  });

  it("never grow as the likeness falls: near numbers weigh no more than one number would", () => {
    const phones = ["81274567890", "81274567891"];
    const rows = [0, 0, 0, 0, 1, 1, 1, 1];
    const linker = linkerOf([field("phone", phones, rows)], rows.length);
    expect(linker.level(0, 0, 4)).toBe(1);
    expect(linker.fieldBits(0, 0, 4)).toEqual(near(Math.log2(0.01 / 0.0001)));
    const many = linkerOf(
      [
        field(
          "phone",
          phones,
          rows.flatMap((one) => [one, one, one, one]),
        ),
      ],
      32,
    );
    expect(many.fieldBits(0, 0, 16)).toEqual(near(Math.log2(0.85 / (32 / 1_000))));
    expect(many.fieldBits(0, 0, 16)).toBeLessThanOrEqual(many.fieldBits(0, 0, 1));
  });

  it("of a value that nearly everybody has are none, and never fewer", () => {
    const column = { ...field("exact", ["a", "b"], [0, 0]).column, counts: Int32Array.of(990, 10) };
    const exact: LinkField = { name: "exact", kind: "exact", group: "exact", column };
    expect(linkerOf([exact], 2).fieldBits(0, 0, 1)).toBe(0);
  });

  it("are asked anew where an event grows", () => {
    const phone = field("phone", ["8"], [0, 0]);
    const linker = new Linker([phone], 2);
    linker.useGrowing(modelOf([phone]), 10_000);
    expect(linker.fieldBits(0, 0, 1)).toEqual(near(Math.log2(0.85 / (2 / 10_000))));
    phone.column.counts[0] = 5;
    expect(linker.fieldBits(0, 0, 1)).toEqual(near(Math.log2(0.85 / (5 / 10_000))));
  });
});

describe("the weight of a pair", () => {
  const exact = (group: string, valueOf: readonly number[]) =>
    field("exact", ["a", "b"], valueOf, group);
  const same = Math.log2(0.85 / (2 / 1_000));
  const different = Math.log2(0.15 / 0.999);

  it("is the sum over causes", () => {
    const linker = linkerOf([exact("x", [0, 0]), exact("y", [0, 1])], 2);
    expect(linker.weight(0, 1)).toEqual(near(same + different));
  });

  it("of one cause counts the strongest whole and the others half; what differs counts whole", () => {
    const cause = (...columns: readonly (readonly number[])[]) =>
      linkerOf(
        columns.map((valueOf) => exact("x", valueOf)),
        2,
      ).weight(0, 1);
    expect(cause([0, 0], [0, 0], [0, 0])).toEqual(near(same + (2 * same) / 2));
    expect(cause([0, 0], [0, 1], [0, 1])).toEqual(near(same + 2 * different));
    expect(cause([0, -1])).toBe(0);
  });

  it("with the prior is evidence, and its chance", () => {
    const fields = [exact("x", [0, 1])];
    const linker = new Linker(fields, 2);
    linker.use(modelOf(fields, 1 / 1_025));
    expect(linker.priorBits).toEqual(near(-10));
    expect(linker.evidence(0, 1)).toEqual(near(different - 10));
    expect([linkProbability(0), linkProbability(2), linkProbability(-2)]).toEqual([0.5, 0.8, 0.2]);
  });
});

describe("persons", () => {
  const siti = { name: "Siti Nur Ayu", phone: "081274567830" };
  const tableOf = (orders: readonly Partial<OrderRecord>[]) => {
    const builder = new OrderTableBuilder();
    orders.forEach((order, row) => {
      builder.add({ orderId: `o${row}`, orderedAtMs: row, ...order });
    });
    return builder.build();
  };
  const persons = (orders: readonly Partial<OrderRecord>[], apart?: ReadonlySet<string>) => {
    const table = tableOf(orders);
    return [...personsOf(table, new Places(table.columns.address.values), apart)];
  };

  it("one name and phone is one person; a phone alone is a household's", () => {
    expect(persons([siti, { name: "Budi Santoso" }, siti])).toEqual([0, 1, 0]);
    expect(persons([siti, { ...siti, name: "Budi Santoso" }])).toEqual([0, 1]);
  });

  it("an account's name on another channel is another account, and a name alone is nobody's", () => {
    const account = (channel: string) => ({ ...siti, account: "x", channel });
    expect(persons([account("own"), account("own")])).toEqual([0, 0]);
    expect(
      persons([
        { account: "x", channel: "own" },
        { account: "x", channel: "lazada" },
      ]),
    ).toEqual([0, 1]);
    expect(persons([{ name: "Siti" }, { name: "Siti" }])).toEqual([0, 1]);
  });

  it("two that a person declared to be two are two", () => {
    expect(persons([siti, siti], new Set(["0 1"]))).toEqual([0, 1]);
  });

  it("are found by each way in which their orders meet", () => {
    const home = { address: "jl kenanga melati no 17", district: "Coblong" };
    const name = "Siti Nur Ayu Wulandari";
    const table: readonly (readonly [string, Partial<OrderRecord>, Partial<OrderRecord>])[] = [
      ["name and place", { name, address: home.address }, { name, address: home.address }],
      ["name and district", { name, ...home }, { name, ...home, address: "Kenanga Melati 17" }],
      ["e-mail", { name, email: "a@x.id" }, { name, email: "a@x.id" }],
      [
        "name and device",
        { name, deviceId: "d", address: home.address },
        { name, deviceId: "d", address: "Kenanga Melati 17" },
      ],
    ];
    for (const [why, one, other] of table) {
      expect({ why, persons: persons([one, { name: "Budi" }, other]) }).toEqual({
        why,
        persons: [0, 1, 0],
      });
    }
  });

  it("compares by name, contact and place, contact being one cause", () => {
    const table = tableOf([{ ...siti, email: "a@x.id", address: "jl kenanga no 1" }]);
    const linker = personLinker(table, new Places(table.columns.address.values));
    expect(linker.fields.map(({ name, kind, group }) => [name, kind, group])).toEqual([
      ["name", "name", "name"],
      ["phone", "phone", "contact"],
      ["email", "exact", "contact"],
      ["address", "address", "place"],
    ]);
    expect(linker.priorBits).toEqual(near(Math.log2(0.001 / 0.999)));
  });

  it("tells how far it is, from nothing on", () => {
    const table = tableOf([siti, siti, siti]);
    const told: number[] = [];
    personsOf(table, new Places(), new Set(), (share) => told.push(share));
    expect(told).toEqual([0]);
  });
});
