import { describe, expect, it } from "vitest";
import { must } from "../../../../src/base/assert.ts";
import { textAt } from "../../../../src/integrity/table/columns.ts";
import { normalName, recipientName } from "../../../../src/integrity/normalise/name.ts";
import type { FieldKind } from "../../../../src/integrity/link/compare.ts";
import { fieldsOf, plainDates } from "../../../../src/integrity/link/tableFields.ts";

/* Cells of any table as values that can be compared. */

const valuesOf = (kind: FieldKind, cells: readonly string[]) => {
  const [field] = fieldsOf([{ column: "a", kind }], () => cells);
  return cells.map((_, row) => textAt(must(field, "a field").column, row));
};

describe("a cell is read as it looks", () => {
  const one: readonly (readonly [FieldKind, readonly string[]])[] = [
    [
      "name",
      ["Jürgen Müller", "JU\u0308RGEN MU\u0308LLER", "Jurgen Muller", "M\u200büller  Jürgen"],
    ],
    [
      "text",
      ["Warung Sédap", "warung se\u0301dap", "WARUNG\u00a0 SEDAP", "W\u0430rung S\u00adedap"],
    ],
    ["exact", ["KÖLN", "ko\u0308ln", " koln\u200e"]],
    ["email", ["siti@mail.example", " SITI@mail.example", "si\u200bti@mail.example"]],
    ["phone", ["0812 3456 7890", "+62812-3456-7890", "\ufeff0812\u00a034567890"]],
    ["date", ["1987-03-21", "21/03/1987", "21.3.1987", "1987/3/21", "21-03-\u200b1987"]],
    ["number", ["١٢", "12", " １２"]],
  ];
  it.each(one)(
    "%s: marks, unseen characters, look-alikes and case make no other value",
    (kind, cells) => {
      const values = valuesOf(kind, cells);
      expect(values[0]).not.toBeNull();
      expect(new Set(values).size, JSON.stringify(values)).toBe(1);
    },
  );

  it("and one with nothing in it is not given", () => {
    for (const kind of [
      "name",
      "text",
      "exact",
      "email",
      "phone",
      "date",
      "number",
      "address",
    ] as const)
      expect(valuesOf(kind, ["", "  ", "\u200b"]), kind).toEqual([null, null, null]);
  });

  it("several columns are joined", () => {
    const cells: Record<string, string[]> = {
      street: ["Jl. Dago 5", ""],
      town: ["Bandung", "Bandung"],
    };
    const [field] = fieldsOf(
      [{ column: ["street", "town"], kind: "text" }],
      (name) => cells[name]!,
    );
    expect(field?.name).toBe("street + town");
    expect([0, 1].map((row) => textAt(field!.column, row))).toEqual([
      "jl. dago 5 bandung",
      "bandung",
    ]);
  });
});

describe("which number of a date is the day", () => {
  it("all cells of a column decide; the first one where none does", () => {
    expect(plainDates(["03/04/1987", "21/03/1990"])).toEqual(["1987-04-03", "1990-03-21"]);
    expect(plainDates(["03/04/1987", "03/21/1990"])).toEqual(["1987-03-04", "1990-03-21"]);
    expect(plainDates(["03/04/1987"])).toEqual(["1987-04-03"]);
    expect(plainDates(["13/04/1987", "03/21/1990"])).toEqual(["1987-04-13", "1990-21-03"]);
  });

  it("other texts stay", () => {
    expect(plainDates(["March 1987", "1987"])).toEqual(["march 1987", "1987"]);
  });

  it("years of two digits are read in the same order, with the clock left out", () => {
    expect(plainDates(["9/6/15 5:29", "9/25/15 15:29:00", "21.3.87"])).toEqual([
      "2015-06-09",
      "2015-25-09",
      "1987-03-21",
    ]);
    expect(plainDates(["9/6/15 5:29", "9/25/87"])).toEqual(["2015-09-06", "1987-09-25"]);
    expect(plainDates(["3/4/87", "03/21/1990"])).toEqual(["1987-03-04", "1990-03-21"]);
    // The year stands first in one of them, so in all.
    expect(plainDates(["87/3/21", "05/6/07"])).toEqual(["87/3/21", "05/6/07"]);
  });
});

describe("degrees behind a name", () => {
  it.each([
    "Budi Santoso, S.Kom",
    "Budi Santoso S.E.",
    "budi santoso, s. pd.",
    "Dr. Budi Santoso, S.Kom. M.T.",
    "Budi Santoso, S.H., M.Si",
    "Budi Santoso A.Md.Kep",
    "BUDI SANTOSO, Sp.A",
    "Budi Santoso, Ph.D.",
    "Budi Santoso, S\u200b.Kom",
  ])("%s is the name without them", (text) => {
    expect(normalName(text)).toBe("budi santoso");
  });

  it("initials are no degrees", () => {
    expect(normalName("M. T. Haryono")).toBe("haryono muhammad t");
    expect(normalName("S. H. Siregar")).not.toBe("siregar");
    expect(normalName("Siti A. P.")).toBe("a p siti");
  });
});

describe("the spelling that a stored recipient is found by", () => {
  /* Keys in databases are made from these texts: a change here parts orders of one recipient. */
  it.each([
    ["Budi Santoso, S.Kom", "budi kom s santoso"],
    ["Siti Nur Ayu, S.E., M.M.", "ayu e m m nur s siti"],
    ["Dr. Rina Dewi Sp.A", "a dewi rina sp"],
    ["Bpk. H. Moh. Yusuf", "muhammad yusuf"],
    ["M. Ali", "ali muhammad"],
    ["Jürgen O'Neil-Müller", "jurgen oneilmuller"],
    ["S\u0430ri\u200b Wulan", "sari wulan"],
  ])("of %s is %s", (text, stored) => {
    expect(recipientName(text)).toBe(stored);
  });

  it("of a masked name is none", () => {
    expect(recipientName("S****i")).toBeNull();
  });
});
