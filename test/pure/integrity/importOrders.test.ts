import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { stringify } from "csv-stringify/sync";
import { parquetWriteBuffer } from "hyparquet-writer";
import writeXlsxFile from "write-excel-file/node";
import { afterAll, describe, expect, it, vi } from "vitest";
import { canonicalCsv, lazadaRows } from "../../../sim/exports.ts";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import { SHIPPED_THRESHOLDS } from "../../../src/integrity/audit.ts";
import { backtest } from "../../../src/integrity/backtest.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { readColumnMap } from "../../../src/integrity/table/columnMap.ts";
import { importOrders } from "../../../src/integrity/io/importOrders.ts";
import { orderBatches } from "../../../src/integrity/io/orderBatches.ts";
import { canariesIn, canaryExport } from "../../helpers/importCanaries.ts";
import type { OrderBatch } from "../../../src/integrity/table/orderBatch.ts";

const folder = mkdtempSync(join(tmpdir(), "giliran-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const orders = new OrderMaker(3).make({ count: 400, ringShare: 0.1 }).map(({ order }) => order);

describe("importing", () => {
  it("reads what it writes, and a second time changes nothing", async () => {
    const path = file("orders.csv", canonicalCsv(orders));
    const { table, files, troubleCount } = await importOrders([path, path]);
    expect(troubleCount).toBe(0);
    expect(table.count).toBe(orders.length);
    expect(files.map((one) => [one.orders, one.repeated])).toEqual([
      [orders.length, 0],
      [0, orders.length],
    ]);
    expect(Array.from(table.orderedAtMs)).toEqual(orders.map((order) => order.orderedAtMs));
  });

  it("knows a Lazada export under any name, with lines before its headers, gzipped, with tabs and a BOM", async () => {
    const rows = lazadaRows(orders).map((row) => row.map((cell) => `\t${cell}`));
    const text = `\uFEFFExport,,\n${stringify(rows)}`;
    for (const path of [file("a.bin", text), file("b.csv.gz", gzipSync(text))]) {
      const { files, table } = await importOrders([path]);
      expect(files[0]).toMatchObject({ format: "lazada", orders: orders.length });
      expect(files[0]!.missing).toContain("device_id");
      expect(Array.from(table.orderedAtMs.slice(0, 3))).toEqual(
        orders.slice(0, 3).map((order) => Math.floor(order.orderedAtMs / 1_000) * 1_000),
      );
    }
  });

  it("adds up the units of an order that has a row for each, and counts no other article", async () => {
    const [headers, first, second] = lazadaRows(orders.slice(0, 2)) as string[][];
    const changed = (row: string[], change: Record<string, string>) =>
      row.map((cell, at) => change[headers![at]!] ?? cell);
    const rows = [
      ...[headers!, first!, second!],
      changed(first!, { orderItemId: "1" }),
      changed(first!, { orderItemId: "2" }),
      changed(first!, { orderItemId: "3", sellerSku: "A-CASE" }),
      second!,
    ];
    const path = file("units.csv", stringify(rows));
    const { files, table } = await importOrders([path, path]);
    expect(Array.from(table.units)).toEqual([3, 1]);
    expect(files).toMatchObject([
      { orders: 2, addedUnits: 3, repeated: 1 },
      { orders: 0, addedUnits: 0, repeated: 6 },
    ]);
  });

  it("reads a spreadsheet and a Parquet file as it reads CSV", async () => {
    const rows = lazadaRows(orders.slice(0, 40));
    const sheet = join(folder, "orders.xlsx");
    const cells = rows.map((row) => row.map((value) => ({ value, type: String })));
    await writeXlsxFile(cells, { sheet: "sheet1" }).toFile(sheet);
    const imported = await importOrders([sheet]);
    expect(imported.files[0]).toMatchObject({ format: "lazada", orders: 40 });
    const parquet = join(folder, "orders.parquet");
    const columnData = ["order_id", "ordered_at", "phone"].map((name) => ({
      name,
      data: orders.slice(0, 40).map((order) => {
        const at = new Date(order.orderedAtMs).toISOString();
        return name === "order_id" ? order.orderId : name === "phone" ? order.phone! : at;
      }),
    }));
    writeFileSync(parquet, Buffer.from(parquetWriteBuffer({ columnData })));
    const { table } = await importOrders([parquet]);
    expect(table.orderIds).toEqual(orders.slice(0, 40).map((order) => order.orderId));
    expect(table.orderedAtMs[7]).toBe(orders[7]!.orderedAtMs);
  });

  it("a TikTok Shop file: the row that describes the columns is no order", async () => {
    const headers = [
      "Order ID",
      "Order Substatus",
      "Buyer Username",
      "Created Time",
      "Detail Address",
      "Purchase Channel",
    ];
    const rows = [
      headers,
      ["Platform unique order ID.", "", "", "Order created time.", "", ""],
      ["5769", "x", "siti", "26/01/2021 10:00:04\t", "jl melati 3", "Tokopedia"],
    ];
    const text = stringify(rows, { delimiter: ";" });
    const { files, table } = await importOrders([file("t.csv", text)]);
    expect(files[0]).toMatchObject({ format: "tiktok", orders: 1 });
    expect(table.columns.channel.values).toEqual(["Tokopedia"]);
  });

  it("a bad row is told with row and column, and the rest goes on", async () => {
    const text =
      "order_id,ordered_at,units\no1,2021-01-26 10:00,1\n,2021-01-26 10:00,1\no3,yesterday,1\no4,2021-01-26 10:00,many\n";
    const { table, troubles } = await importOrders([file("bad.csv", text)]);
    expect(table.orderIds).toEqual(["o1"]);
    expect(troubles.map((one) => [one.row, one.column])).toEqual([
      [3, "order_id"],
      [4, "ordered_at"],
      [5, "units"],
    ]);
  });

  it("an unknown table, an empty one, a picture and no file are each one sentence", async () => {
    const cases: readonly [string, RegExp][] = [
      [file("u.csv", "a,b\n1,2\n"), /--map/],
      [file("e.csv", "order_id,ordered_at\n"), /no order/],
      [file("p.png", Buffer.from([1, 0, 2, 0])), /neither CSV/],
      [file("z.xlsx", Buffer.from("504b030400000000", "hex")), /XLSX file is damaged/],
      [join(folder, "none.csv"), /no such file/],
    ];
    for (const [path, message] of cases)
      await expect(importOrders([path])).rejects.toThrow(message);
  });

  it("any table by a column map, with attributes from a second file that may name orders", async () => {
    const path = file("any.csv", "acc,day\na,2/3/2021\nb,2/3/2021\nc,2/4/2021\n");
    file("ties.csv", "account,attribute\na,b\nc,n_1\n");
    const json = {
      columns: { order_id: "acc", ordered_at: "day" },
      dateOrder: "mdy",
      links: [{ name: "direct", grade: "strong", file: "ties.csv", mayNameOrders: true }],
    };
    const read = readColumnMap(json, "allowed");
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    const { table } = await importOrders([path], { map: read.map, mapFolder: folder });
    expect(table.declared[0]!.valuesOf[0]).toContain("b");
    expect(table.declared[0]!.valuesOf[1]).toContain("b");
    expect(table.declared[0]!.valuesOf[2]).toEqual(["n_1"]);
    const unknown = readColumnMap({ columns: { nothing: "x" } }, "allowed");
    expect(unknown).toMatchObject({ ok: false });
    expect(readColumnMap(json, "refused")).toMatchObject({
      ok: false,
      issues: [{ field: "links.0.file", reason: expect.stringMatching(/second file/) }],
    });
    // Nobody said where second files lie: then none is opened.
    await expect(importOrders([path], { map: read.map })).rejects.toThrow(/folder/);
  });

  it("attributes in columns of the orders' own file, several in one cell, beside one in a second file", async () => {
    const path = file(
      "columns.csv",
      "id,at,cookies,club\no1,2021-01-26 10:00,c1|c2| ,7\nbad,never,c9,9\no2,2021-01-26 10:01,,8\n",
    );
    file("more.csv", "id,attribute\no2,x\n");
    const links = [
      { name: "more", grade: "weak", file: "more.csv" },
      { name: "cookie", grade: "strong", column: "cookies", separator: "|" },
      { name: "club", grade: "weak", column: "club" },
    ];
    const read = readColumnMap({ columns: { order_id: "id", ordered_at: "at" }, links }, "allowed");
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    const { table } = await importOrders([path], { map: read.map, mapFolder: folder });
    expect(table.declared.map(({ name, valuesOf }) => [name, valuesOf])).toEqual([
      ["more", [[], ["x"]]],
      ["cookie", [["c1", "c2"], []]],
      ["club", [["7"], ["8"]]],
    ]);
    const fromThread: OrderBatch[] = [];
    for await (const batch of orderBatches(path, read.map, { threadFromBytes: 0 }))
      fromThread.push(batch);
    expect(fromThread.map(({ linkTexts }) => linkTexts)).toEqual([
      [
        ["c1|c2|", ""],
        ["7", "8"],
      ],
    ]);
  });
});

describe("giliran audit and giliran link", () => {
  it("writes decisions, cases and a page from a Lazada export, without anybody's plain data", async () => {
    const out = join(folder, "out");
    const argv = ["node", "giliran", "audit", "examples/orders-lazada.csv", "--out", out];
    expect(await runProgram(argv)).toBe(0);
    const decisions = readFileSync(join(out, "decisions.csv"), "utf8").trim().split("\n");
    const source = readFileSync("examples/orders-lazada.csv", "utf8").trim().split("\n");
    expect(decisions).toHaveLength(source.length);
    const cases = JSON.parse(readFileSync(join(out, "cases.json"), "utf8"));
    expect(cases.length).toBeGreaterThan(0);
    expect(cases[0]).toHaveProperty("would_release.en");
    const page = readFileSync(join(out, "report.html"), "utf8");
    // A thousand is written as each reader writes it.
    expect(page).toContain("sekitar 3.103 kelompok");
    expect(page).toContain("about 3,103 audited");
    expect(page).not.toMatch(/<script|https?:\/\//);
    const phones = [...source.join("\n").matchAll(/628\d{8,10}/g)].map((match) =>
      match[0].slice(2),
    );
    expect(phones.length).toBeGreaterThan(100);
    const leaked = phones.filter((phone) =>
      `${page}${JSON.stringify(cases)}${decisions.join()}`.includes(phone),
    );
    expect(leaked).toEqual([]);
  });

  it("compares two policies, and refuses one that names an intent", async () => {
    const strict = file("strict.json", JSON.stringify({ caseBits: 6, stepUpBits: 2 }));
    const lax = file(
      "lax.json",
      JSON.stringify({ caseBits: 0, grounds: ["lebih dari 1 unit per orang"] }),
    );
    const bad = file("bad.json", JSON.stringify({ grounds: ["tengkulak"] }));
    const orders = "examples/orders-lazada.csv";
    const run = (...args: string[]) =>
      runProgram(["node", "giliran", "backtest", orders, "--json", ...args]);
    expect(await run("--policy", strict, "--policy", lax)).toBe(0);
    expect(await run("--policy", strict)).toBe(2);
    expect(await run("--policy", strict, "--policy", bad)).toBe(2);
    const { table } = await importOrders([orders]);
    const result = backtest(table, {
      a: { ...SHIPPED_THRESHOLDS, caseBits: 6 },
      b: SHIPPED_THRESHOLDS,
    });
    expect(result.b.held).toBeGreaterThan(result.a.held);
    expect(result.differing).toBeGreaterThanOrEqual(result.b.held - result.a.held);
    expect(result.sample[0]!.reasons.length).toBeGreaterThan(0);
  });

  it("says and writes nothing personal, not as JSON and not about rows that it cannot read", async () => {
    const given = canaryExport();
    const path = file("canaries.csv", given.csv);
    const out = join(folder, "canaries");
    const said: string[] = [];
    const write = (text: unknown) => said.push(String(text)) > 0;
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation(write),
    );
    const code = await runProgram(["node", "giliran", "audit", path, "--out", out, "--json"]);
    for (const spy of spies) spy.mockRestore();
    expect(code).toBe(1); // rows could not be read
    expect(said.join("")).toContain('"troubleCount"');
    const files = ["decisions.csv", "cases.json", "report.html"].map((name) =>
      readFileSync(join(out, name), "utf8"),
    );
    for (const text of [said.join(""), ...files]) expect(canariesIn(text, given)).toEqual([]);
  });

  it("links the rows of a small table, and says why", async () => {
    const path = file(
      "people.csv",
      "id,name,phone\n1,Siti Ayu,0812 3456 789\n2,Ayu Siti,628123456789\n3,Budi,0813 9999 111\n",
    );
    const map = file(
      "map.json",
      JSON.stringify({
        id: "id",
        fields: [
          { column: "name", kind: "name" },
          { column: "phone", kind: "phone" },
        ],
      }),
    );
    const out = join(folder, "entities.csv");
    expect(await runProgram(["node", "giliran", "link", path, "--map", map, "--out", out])).toBe(0);
    const entities = readFileSync(out, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[1]);
    expect(entities[0]).toBe(entities[1]);
    expect(entities[2]).not.toBe(entities[0]);
  });
});
