import { describe, expect, it } from "vitest";
import { must } from "../../../../src/base/assert.ts";
import { linkTable } from "../../../../src/integrity/link/linkTable.ts";

/* Father and son of one name and one home, with numbers that were bought together, are two. */

const HEADERS = ["name", "born", "phone", "home"] as const;
const COLUMNS = [
  { column: "name", kind: "name" },
  { column: "born", kind: "date" },
  { column: "phone", kind: "phone" },
  { column: "home", kind: "address" },
] as const;

type Row = readonly [name: string, born: string, phone: string, home: string];

const GIVEN = "Siti Budi Dewi Agus Rina Eko Putri Joko Wulan Hendra".split(" ");
const FAMILY = "Santoso Wijaya Lestari Pratama Utami Nugroho Halim Siregar".split(" ");
const STREETS = "Melati Mawar Kenanga Cempaka Anggrek Dahlia Merpati Elang".split(" ");

/** Strangers, so that weights are learned from a table. */
const strangers = Array.from({ length: 600 }, (_, no): Row => {
  const name = `${GIVEN[no % 10]} ${FAMILY[Math.floor(no / 10) % 8]} ${String.fromCharCode(97 + (no % 26))}${no}`;
  const born = `19${60 + (no % 39)}-${String(1 + (no % 12)).padStart(2, "0")}-${String(1 + (no % 28)).padStart(2, "0")}`;
  return [
    name,
    born,
    `0812${String((no * 37_480_661) % 100_000_000).padStart(8, "0")}`,
    `Jl. ${STREETS[no % 8]} No. ${no + 10}`,
  ];
});

/** Whether two rows among the strangers are one entity. */
function isOne(a: Row, b: Row): boolean {
  const rows = [...strangers, a, b];
  const at = (column: string) => HEADERS.findIndex((one) => one === column);
  const cellsOf = (column: string) => rows.map((row) => must(row[at(column)], "a cell"));
  let state = 1;
  const chance = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const { entityOf } = linkTable(COLUMNS, cellsOf, chance);
  return entityOf[600] === entityOf[601];
}

const FATHER: Row = ["Hendra Kusuma", "1968-02-03", "081355511223", "Jl. Merak No. 8 RT 1, Depok"];

describe("two rows of one name and home", () => {
  it("are father and son where their birthdays are far apart and their numbers beside each other", () => {
    const [name, , , home] = FATHER;
    expect(isOne(FATHER, [name, "1996-09-21", "081355511224", home])).toBe(false);
    expect(isOne(FATHER, [name, "1996-09-21", "085722249999", home])).toBe(false);
  });

  it("are one person where a birthday or a number was mistyped only", () => {
    const [name, born, phone, home] = FATHER;
    expect(isOne(FATHER, [name, born, "081355511224", home])).toBe(true);
    expect(isOne(FATHER, [name, "1968-02-08", phone, home])).toBe(true);
  });
});
