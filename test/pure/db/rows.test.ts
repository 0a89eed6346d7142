import { describe, expect, it } from "vitest";
import { asRows } from "../../../src/db/sql.ts";

describe("rows", () => {
  const rowOf = (columns: readonly string[], values: readonly unknown[]) =>
    asRows(
      columns.map((name) => ({ name })),
      [values],
    )[0];

  it("have the names of TypeScript for the columns of a table", () => {
    expect(rowOf(["sale_no", "slug", "price_minor_units"], [1, "a", 2])).toEqual({
      saleNo: 1,
      slug: "a",
      priceMinorUnits: 2,
    });
    expect(rowOf(["leftAlone", "?column?", "top_2_bits"], [1, 2, 3])).toEqual({
      leftAlone: 1,
      "?column?": 2,
      top2Bits: 3,
    });
  });

  it("keep what is in the columns as it is", () => {
    const record = { sale_id: "a" };
    expect(rowOf(["record"], [record])?.["record"]).toBe(record);
  });

  it("take the last of two columns with one name, and are none where there is none", () => {
    expect(rowOf(["decided_by", "decided_by"], ["a", null])).toEqual({ decidedBy: null });
    expect(asRows([{ name: "a" }], [])).toEqual([]);
  });
});
