import { describe, expect, it } from "vitest";
import { must } from "../../../../src/base/assert.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { comparatorOf, TOP_LEVEL, type FieldKind } from "../../../../src/integrity/link/compare.ts";
import { Linker, shippedWeights } from "../../../../src/integrity/link/link.ts";
import { linkTable } from "../../../../src/integrity/link/linkTable.ts";
import { fieldsOf, type LinkColumn } from "../../../../src/integrity/link/tableFields.ts";
import { wholeAt } from "../../../../src/base/at.ts";

/* How alike rows are, and that likeness never speaks against. */

const SEED = 20;

const NAMES: readonly LinkColumn[] = [
  { column: "first", kind: "name" },
  { column: "last", kind: "name" },
];

function linkerOf(columns: readonly LinkColumn[], rows: readonly (readonly string[])[]): Linker {
  const names = columns.map(({ column }) => column);
  const fields = fieldsOf(columns, (column) => rows.map((row) => row[names.indexOf(column)] ?? ""));
  const linker = new Linker(fields, rows.length);
  linker.use({ fields: fields.map(({ kind }) => shippedWeights(kind)), linkShare: 0.01 });
  return linker;
}

describe("mail addresses", () => {
  const level = (a: string, b: string) => comparatorOf("email", [a, b])(0, 1);
  it("one slip of the hand on one side of the @ is near, in a long box or in its host", () => {
    for (const near of ["sitinur@mail.example", "siitnur@mail.example", "sitnr@mail.example"])
      expect(level("sitnur@mail.example", near), near).toBe(1);
    expect(level("sitinur@mail.example", "istinur@mail.example")).toBe(1);
    expect(level("sitinur@mail.example", "sitinur@mial.example")).toBe(1);
    expect(level("siti@mail.example", "siti@mail.exampl")).toBe(1);
  });

  it("a slip on both sides, two slips, or one in a short box is another person's", () => {
    expect(level("sitinur@mail.example", "stinur@mial.example")).toBe(0);
    expect(level("sitinur@mail.example", "stnur@mail.example")).toBe(0);
    expect(level("siti@mail.example", "sita@mail.example")).toBe(0);
    expect(level("sitinur@mail.example", "sitinur@post.example")).toBe(0);
  });
});

describe("names in each other's columns", () => {
  const levels = (a: readonly [string, string], b: readonly [string, string]) => {
    const linker = linkerOf(NAMES, [a, b]);
    return [linker.level(0, 0, 1), linker.level(1, 0, 1)];
  };

  it("are as alike as the names are", () => {
    expect(levels(["Siti", "Santoso"], ["Santoso", "Siti"])).toEqual([3, 3]);
    expect(levels(["Sitinur", "Santoso"], ["Santoso", "Sitinurr"])).toEqual([2, 2]);
  });

  it("count only where both are found again", () => {
    expect(levels(["Siti", "Santoso"], ["Santoso", "Budi"])).toEqual([0, 0]);
    // Everybody in a family has the last name; it is no first name for that.
    expect(levels(["Siti", "Santoso"], ["Siti", "Wijaya"])).toEqual([3, 0]);
  });

  it("of people with one name are found in the other column, and counted once", () => {
    expect(levels(["Siti", ""], ["", "Siti"])).toEqual([3, -1]);
    expect(levels(["Siti", ""], ["", "Budi"])).toEqual([0, -1]);
    expect(levels(["Siti", ""], ["", ""])).toEqual([-1, -1]);
  });

  it("weigh no more than names in their own", () => {
    const rows = [
      ["Siti", "Santoso"],
      ["Santoso", "Siti"],
      ["Siti", "Santoso"],
    ] as const;
    const linker = linkerOf(NAMES, rows);
    for (const field of [0, 1]) {
      const [swapped, same] = [linker.fieldBits(field, 0, 1), linker.fieldBits(field, 0, 2)];
      expect(swapped).toBeGreaterThan(0);
      expect(swapped).toBeLessThanOrEqual(same);
    }
  });

  it("make one person of two rows, and none of two people", () => {
    const rows = [
      ["Siti", "Santoso", "081234567890"],
      ["Santoso", "Siti", "081234567890"],
      ["Budi", "Wijaya", "081234567890"],
    ];
    const columns = [...NAMES, { column: "phone", kind: "phone" as const }];
    const linked = linkTable(
      columns,
      (column) =>
        rows.map((row) => must(row[columns.findIndex((one) => one.column === column)], "")),
      () => 0.5,
    );
    expect([...linked.entityOf]).toEqual([0, 0, 2]);
  });
});

const KINDS = Object.keys(TOP_LEVEL) as FieldKind[];

/** A cell of a kind, out of few, so that every level comes. */
function cellOf(kind: FieldKind, chance: SeededChance): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => chance.pick(["1", "1", "1", "2", "3"])).join("");
  if (chance.fraction() < 0.1) return "";
  switch (kind) {
    case "phone":
      return `081255500${digits(3)}`;
    case "email":
      return `${chance.pick(["sitinur", "sittinur", "stinur", "budianto"])}@${chance.pick(["mail", "mial"])}.example`;
    case "date":
      return `19${digits(2)}-0${digits(1)}-1${digits(1)}`;
    case "number":
      return digits(4);
    case "address":
      return `${chance.pick(["Jl. Dago", "Dago", "Jl. Dago Atas", "Jl. Braga Indah"])} No. ${digits(1)}`;
    case "name":
    case "text":
    case "exact":
      return chance.pick(["siti", "sitti", "sita", "santoso", "santosa", "budianto", "budiyanto"]);
  }
}

describe("bits of a field", () => {
  const chance = new SeededChance(SEED);
  const columns: readonly LinkColumn[] = [
    ...NAMES,
    ...KINDS.map((kind) => ({ column: `a ${kind}`, kind })),
    ...KINDS.map((kind) => ({ column: `b ${kind}`, kind })),
  ].filter(({ column }) => !String(column).endsWith(" name"));
  const rows = Array.from({ length: 60 }, (_, row) =>
    // The last columns have one value in most rows: what nearly everybody has.
    columns.map(({ kind, column }) =>
      String(column).startsWith("b ") && row > 4
        ? cellOf(kind, new SeededChance(1))
        : cellOf(kind, chance),
    ),
  );
  const linker = linkerOf(columns, rows);
  const pairs = rows.flatMap((_, a) => rows.flatMap((__, b) => (a === b ? [] : [[a, b] as const])));

  it(`are the same for both rows (seed ${SEED})`, () => {
    const other = pairs.filter(([a, b]) =>
      columns.some(
        (_, field) =>
          linker.level(field, a, b) !== linker.level(field, b, a) ||
          linker.fieldBits(field, a, b) !== linker.fieldBits(field, b, a),
      ),
    );
    expect(other).toEqual([]);
  });

  it(`rise with likeness, for every kind (seed ${SEED})`, () => {
    const wrong: string[] = [];
    columns.forEach(({ kind }, field) => {
      const { valueOf } = linker.fields[field]!.column;
      const seen = new Set<number>();
      for (const a of rows.keys()) {
        const others = pairs.filter(([row]) => row === a);
        const same = others.find(([, b]) => wholeAt(valueOf, b) === wholeAt(valueOf, a));
        for (const [, b] of others) {
          const level = linker.level(field, a, b);
          seen.add(level);
          if (level < 0 || same === undefined || wholeAt(valueOf, a) < 0) continue;
          if (linker.fieldBits(field, a, b) > linker.fieldBits(field, a, same[1]))
            wrong.push(`${kind}: ${rows[a]![field]}, ${rows[b]![field]}`);
        }
      }
      if (columns[field]!.column === `a ${kind}`) expect(seen.size, kind).toBeGreaterThan(2);
    });
    expect(wrong).toEqual([]);
    for (const kind of KINDS) {
      const { m, u } = shippedWeights(kind);
      const odds = m.map((one, level) => one / u[level]!);
      expect(odds, kind).toEqual(odds.toSorted((a, b) => a - b));
    }
  });
});
