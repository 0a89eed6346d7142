import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CANONICAL_COLUMNS, type Format } from "../../../src/connectors/formats/format.ts";
import { detectFormat, FORMATS } from "../../../src/connectors/formats/list.ts";

/* Every format, beside the others and beside the page that describes them: a new one needs no line here. */

const PAGE = readFileSync(new URL("../../../docs/reference/import.md", import.meta.url), "utf8");
const rowsOfPage = PAGE.split("\n").filter((line) => line.startsWith("|"));

/** All headers that a format reads. */
const headersOf = ({ columns, signature, itemHeader }: Format): string[] => [
  ...signature,
  ...Object.values(columns).flat(),
  ...(itemHeader === undefined ? [] : [itemHeader]),
];

/** Formats that a file of this one would be taken for as well. */
const mistakenFor = (format: Format, formats: readonly Format[]): string[] => {
  const there = new Set(headersOf(format));
  return formats
    .filter((other) => other !== format && other.signature.every((header) => there.has(header)))
    .map(({ name }) => name);
};

describe("formats", () => {
  it("have a name and a title each, and none has another's", () => {
    for (const told of [
      FORMATS.map(({ name }) => name),
      FORMATS.map(({ title }) => title.id),
      FORMATS.map(({ title }) => title.en),
    ]) {
      expect(new Set(told).size).toBe(FORMATS.length);
    }
  });

  it("are told apart by any order of their headers, and never taken for each other", () => {
    for (const format of FORMATS) {
      expect(detectFormat(headersOf(format).toReversed())).toBe(format);
      expect(mistakenFor(format, FORMATS)).toEqual([]);
      for (const missing of format.signature) {
        const others = format.signature.filter((header) => header !== missing);
        expect(detectFormat(others)).toBeNull();
      }
    }
  });

  it("and one that a known file would be taken for is seen", () => {
    const [canonical] = FORMATS;
    if (!canonical) throw new Error("no formats");
    const planted: Format = { ...canonical, name: "planted", signature: ["order_id"] };
    expect(mistakenFor(canonical, [...FORMATS, planted])).toEqual(["planted"]);
  });

  it("say which order it is and when it was placed, in columns that we know", () => {
    for (const { columns } of FORMATS) {
      expect(Object.keys(columns)).toEqual(expect.arrayContaining(["order_id", "ordered_at"]));
      for (const column of Object.keys(columns)) expect(CANONICAL_COLUMNS).toContain(column);
    }
  });
});

for (const { name, signature } of FORMATS) {
  it(`${name} has a row in docs/reference/import.md with the headers that it is known by`, () => {
    const headers = signature.map((header) => `\`${header}\``);
    const rows = rowsOfPage.filter((row) => headers.every((header) => row.includes(header)));
    expect(rows).toHaveLength(1);
  });
}
