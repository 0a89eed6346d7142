import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LAZADA } from "../../../../src/connectors/formats/lazada.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { readColumnMap } from "../../../../src/integrity/table/columnMap.ts";
import { OrderReader } from "../../../../src/integrity/table/orderReader.ts";

/* Several files, or several sheets: what is true of one of them is not said of the next. */

const folder = mkdtempSync(join(tmpdir(), "giliran-several-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string | Buffer): string {
  const path = join(folder, `${++files}-orders.csv`);
  writeFileSync(path, content);
  return path;
}

const HEAD = "order_id,ordered_at,name\n";
const lazada = (no: number, order: string, status: string) =>
  [no, order, "2021-01-26 10:00", "Siti", "Jl. Melati 1", status].join(",");
const LAZADA_HEAD = [...LAZADA.signature, "status"].join(",");

describe("several files", () => {
  it("that must be read again are all found in one pass", async () => {
    const open = "02/03/2021 10:00";
    const american = (name: string) =>
      HEAD +
      Array.from({ length: 2_100 }, (_, no) => `${name}${no},${open},Siti\n`).join("") +
      `${name}z,01/29/2021 10:00,Siti\n`;
    const paths = Array.from({ length: 6 }, (_, no) => file(american(`f${no}-`)));
    const told = new Map<string, number>();
    const tell = (path: string) => void told.set(path, (told.get(path) ?? 0) + 1);
    const [first = ""] = paths;
    await importOrders([first], { tell });
    const alone = told.get(first) ?? 0;
    told.clear();
    const { table } = await importOrders(paths, { tell });
    expect(new Date(table.orderedAtMs[0] ?? 0).toISOString()).toBe("2021-02-03T03:00:00.000Z");
    expect([...told.values()]).toEqual(paths.map(() => alone));
  });

  it("have their own first trouble, however many stand before it", async () => {
    const bad = (count: number) => HEAD + "a,when,Siti\n".repeat(count);
    const paths = [file(`${bad(300)}b,2021-01-26 10:00,Siti\n`), file(bad(2))];
    await expect(importOrders(paths)).rejects.toThrow(/none of its 2 rows.* Row 2, .*"aaaa"/);
  });

  it("count their own orders that stand apart, also where a later file revives one", async () => {
    const first = [LAZADA_HEAD, lazada(1, "a", "canceled"), lazada(2, "b", "delivered")];
    const second = [LAZADA_HEAD, lazada(3, "a", "delivered"), lazada(4, "c", "canceled")];
    const { files: read, apart } = await importOrders([
      file(first.join("\n")),
      file(second.join("\n")),
    ]);
    expect(read.map((one) => one.apart.cancelled)).toEqual([1, 1]);
    expect(apart.map(({ orderId }) => orderId)).toEqual(["c"]);
  });

  it("of links may be written in other letters, which is said", async () => {
    const path = file(`${HEAD}a,2021-01-26 10:00,Siti\nb,2021-01-26 10:00,Budi\n`);
    writeFileSync(join(folder, "ties.csv"), Buffer.from("id,club\na,José\nb,José\n", "latin1"));
    const read = readColumnMap(
      {
        columns: { order_id: "order_id", ordered_at: "ordered_at", name: "name" },
        links: [{ name: "club", grade: "weak", file: "ties.csv" }],
      },
      "allowed",
    );
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    const { table, files: told } = await importOrders([path], {
      map: read.map,
      mapFolder: folder,
    });
    expect(table.declared[0]?.valuesOf).toEqual([["José"], ["José"]]);
    expect(told[0]?.doubts.map(({ en }) => en).join()).toMatch(
      /^ties\.csv: This text is not UTF-8/,
    );
  });
});

it("a table for `giliran link` may be written in other letters, which is said", () => {
  const path = file(Buffer.from("nama,kota\nJosé,Jakarta\nJosé,Jakarta\nBudi,Bogor\n", "latin1"));
  const [map, out] = [join(folder, "map.json"), join(folder, "out.csv")];
  writeFileSync(map, JSON.stringify({ fields: [{ column: "nama", kind: "name" }] }));
  const bin = join(import.meta.dirname, "../../../../bin/giliran.js");
  const done = spawnSync(process.execPath, [bin, "link", path, "--map", map, "--out", out], {
    encoding: "utf8",
    timeout: 50_000,
  });
  expect([done.status, done.stderr]).toEqual([0, expect.not.stringContaining("Error")]);
  expect(done.stdout).toContain("DOUBT: This text is not UTF-8");
  expect(readFileSync(out, "utf8").split("\n")).toHaveLength(5);
});

it("a sheet without item numbers after one with them has none", () => {
  const reader = new OrderReader(null);
  const take = (name: string, rows: readonly string[]) => {
    reader.startSheet(name);
    for (const row of rows) reader.take(row.split(","));
    reader.endSheet();
    return reader.batch().itemNos;
  };
  expect(take("units", [LAZADA_HEAD, lazada(71, "a", "delivered")])).toEqual(["71"]);
  expect(take("orders", [HEAD.trim(), "b,2021-01-26 10:00,Siti"])).toEqual([""]);
});

it("months as words beside numbers are a second way of writing dates", async () => {
  const { files: read } = await importOrders([
    file(`${HEAD}a,26 Jan 2021 10:00,Siti\nb,27/01/2021 10:00,Budi\n`),
  ]);
  expect(read[0]?.doubts.map(({ en }) => en).join()).toMatch(/dates are written in 2 ways/);
  expect(read[0]?.reading.map(({ en }) => en).join()).toMatch(/1 cells have the month as a word/);
});
