import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { readColumnMap } from "../../../../src/integrity/table/columnMap.ts";

/* Dates with two digits of the year: read in one way for the whole column, and said. */

const folder = mkdtempSync(join(tmpdir(), "giliran-years-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function read(dates: readonly string[], map: unknown = null) {
  const path = join(folder, `${++files}.csv`);
  const rows = dates.map((at, no) => `o${no},${at},Siti ${no}\n`);
  writeFileSync(path, `order_id,ordered_at,name\n${rows.join("")}`);
  const given = map === null ? null : readColumnMap(map, "allowed");
  if (given?.ok === false) throw new Error(JSON.stringify(given.issues));
  const { table, files: told, troubles } = await importOrders([path], { map: given?.map ?? null });
  const texts = (of: "reading" | "doubts") => told[0]!.reading && told[0]![of].map(({ en }) => en);
  return {
    days: Array.from(table.orderedAtMs, (ms) => new Date(ms + 7 * 3_600_000).toISOString()),
    reading: texts("reading").join("\n"),
    doubts: texts("doubts").join("\n"),
    troubles: troubles.map(({ row, column, reason }) => ({ row, column, reason })),
  };
}

describe("years of two digits", () => {
  it("are read with the column's one order, which one sure cell settles", async () => {
    const { days, reading, doubts } = await read(["9/6/15 5:29", "9/7/15 15:29", "9/25/15 5:29"]);
    expect(days[0]).toBe("2015-09-06T05:29:00.000Z");
    expect(days[1]).toBe("2015-09-07T15:29:00.000Z");
    expect(reading).toMatch(/ordered_at: month first, then day; years of two digits are 20yy/);
    expect(doubts).toBe("");
  });

  it("are a doubt that says what to put into the map, and the map settles it", async () => {
    const open = Array.from({ length: 6 }, () => "9/6/15 5:29");
    const usual = await read(open);
    expect(usual.days[0]).toBe("2015-06-09T05:29:00.000Z");
    expect(usual.doubts).toMatch(
      /no cell settles.*put "dateOrder": "mdy" \(month first, then day\) or "dateOrder": "ymd"/,
    );
    const said = [
      ["mdy", "2015-09-06"],
      ["ymd", "2009-06-15"],
      ["dmy", "2015-06-09"],
    ] as const;
    for (const [dateOrder, day] of said) {
      // A map without columns reads the file by its own headers.
      const { days, doubts, reading } = await read(open, { dateOrder });
      expect(days[0]).toBe(`${day}T05:29:00.000Z`);
      expect(doubts).toBe("");
      const words = { mdy: "month first", ymd: "year, month, day", dmy: "day first" };
      expect(reading).toContain(`ordered_at: ${words[dateOrder]}`);
    }
  });

  it("follow the column's dates with four digits", async () => {
    const open = Array.from({ length: 5 }, () => "9/6/15 5:29");
    const { days, doubts } = await read([...open, "9/25/2015 5:29"]);
    expect(new Set(days.slice(0, 5))).toEqual(new Set(["2015-09-06T05:29:00.000Z"]));
    expect(doubts).not.toMatch(/no cell settles/);
    const indonesian = await read([...open, "25/9/2015 5:29"]);
    expect(indonesian.days[0]).toBe("2015-06-09T05:29:00.000Z");
  });

  it("stand first where all dates are near to each other only so", async () => {
    const dates = Array.from({ length: 12 }, (_, no) => `15/09/${String(4 + no).padStart(2, "0")}`);
    const { days, reading, doubts } = await read(dates);
    expect(days[0]).toBe("2015-09-04T00:00:00.000Z");
    expect(reading).toMatch(/year, month, day/);
    expect(doubts).toMatch(/no cell settles/);
  });

  it("are a row's fault where there is no such day, and change nothing for the other rows", async () => {
    const open = Array.from({ length: 5 }, (_, no) => `${no + 13}/6/15 5:29`);
    const { days, troubles } = await read([...open, "13/13/15 5:29", "31/2/15"]);
    // 2031-02-15 would be a day: one mistyped cell must not turn its column around.
    expect(days[0]).toBe("2015-06-13T05:29:00.000Z");
    expect(troubles).toEqual([
      { row: 7, column: "ordered_at", reason: expect.stringContaining("99/99/99") },
      { row: 8, column: "ordered_at", reason: expect.stringContaining("99/9/99") },
    ]);
    const alike = await read([...Array.from({ length: 5 }, () => "9/6/15"), "31/2/15"]);
    expect(alike.days).toEqual(Array(5).fill("2015-06-09T00:00:00.000Z"));
    expect(alike.troubles.map(({ row }) => row)).toEqual([7]);
  });
});
