import { describe, expect, it } from "vitest";
import { peopleTable } from "../../../../sim/blind/people.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { candidatePairs } from "../../../../src/integrity/link/block.ts";
import { fieldsOf, type LinkColumn } from "../../../../src/integrity/link/tableFields.ts";
import { compositeKeys, singleKeys } from "../../../../src/integrity/link/tableKeys.ts";

/* Which rows of a table are compared. */

const COLUMNS: readonly LinkColumn[] = [
  { column: "first", kind: "name" },
  { column: "last", kind: "name" },
  { column: "born", kind: "date" },
  { column: "town", kind: "text" },
];

/** A hundred rows of one very usual name, town and day. */
const CROWD = Array.from({ length: 100 }, () => ["Agus", "Setiawan", "1990-01-01", "Bandung"]);

function meet(a: readonly string[], b: readonly string[], columns = COLUMNS) {
  const rows = [a, ...CROWD, b];
  const fields = fieldsOf(columns, (column) =>
    rows.map((row) => row[COLUMNS.findIndex((one) => one.column === column)] ?? ""),
  );
  const order = Int32Array.from(rows, (_, row) => row);
  const pair = rows.length - 1;
  const has = (keys: Parameters<typeof candidatePairs>[0]) =>
    candidatePairs(keys, rows.length, order).includes(pair);
  return { single: has(singleKeys(fields)), composite: has(compositeKeys(fields)) };
}

describe("rows meet", () => {
  it.each([
    [
      "a date with a slip in its day and a name with one",
      ["Siti", "Wijaya", "1987-03-21", ""],
      ["Sitti", "Wijaja", "1987-03-12", ""],
    ],
    [
      "a date with a slip in its year",
      ["Siti", "Wijaya", "1987-03-21", ""],
      ["Sitti", "Wijaja", "1978-03-21", ""],
    ],
    [
      "a town that everybody has, and a name with a slip",
      ["Siti", "Wijaya", "", "Bandung"],
      ["Sitti", "Wijaja", "", "bandung"],
    ],
    ["names in each other's columns", ["Siti", "Wijaya", "", ""], ["Wijaya", "Siti", "", ""]],
  ])("by %s, where no single value brings them together", (_, a, b) => {
    expect(meet(a, b)).toEqual({ single: false, composite: true });
  });

  it("not by names that are other names", () => {
    const [a, b] = [
      ["Siti", "Wijaya", "1987-03-21", "Bandung"],
      ["Rina", "Wibowo", "1987-03-12", "Bandung"],
    ];
    expect(meet(a, b)).toEqual({ single: false, composite: false });
  });

  it("by an address alone, however it is written", () => {
    const rows = ["Jl. Kenanga Melati No. 17", "jalan kenanga melati 017"];
    const fields = fieldsOf([{ column: "a", kind: "address" }], () => rows);
    expect([...candidatePairs(singleKeys(fields), 2, Int32Array.of(0, 1))]).toEqual([1]);
  });
});

describe("20,000 people", () => {
  const SEED = 4;
  it(`are compared with few others each (seed ${SEED})`, { timeout: 60_000 }, () => {
    const { rows } = peopleTable(new SeededChance(SEED), { rows: 20_000, persons: 12_000 });
    const columns: readonly LinkColumn[] = [
      { column: "first_name", kind: "name" },
      { column: "last_name", kind: "name" },
      { column: "email", kind: "email" },
      { column: "phone", kind: "phone" },
      { column: "birth_date", kind: "date" },
      { column: "city", kind: "text" },
    ];
    const fields = fieldsOf(columns, (column) =>
      rows.map((row) => row[column as keyof typeof row] as string),
    );
    const order = Int32Array.from(rows, (_, row) => row);
    const count = (keys: Parameters<typeof candidatePairs>[0]) =>
      candidatePairs(keys, rows.length, order).length / rows.length;
    const [single, all] = [
      count(singleKeys(fields)),
      count([...singleKeys(fields), ...compositeKeys(fields)]),
    ];
    console.log(
      `compared per row: ${single.toFixed(1)} by one value, ${all.toFixed(1)} by all keys`,
    );
    expect(all).toBeGreaterThan(single);
    expect(all).toBeLessThan(40);
    expect(all - single).toBeLessThan(5);
  });
});
