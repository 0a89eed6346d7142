import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { orderBatches } from "../../../src/integrity/io/orderBatches.ts";
import { firstRows, readTable } from "../../../src/integrity/io/rows.ts";
import { orderAt, type OrderBatch } from "../../../src/integrity/table/orderBatch.ts";

/* A large file is taken apart and understood in a thread: the same orders, and the same words about what is wrong with it. */

const folder = mkdtempSync(join(tmpdir(), "giliran-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const rowsOf = async (path: string) =>
  (await readTable(path, {}, async (sheets) => await all(firstRows(sheets)))).value;
const batchesOf = async (path: string, threadFromBytes: number) =>
  await all(orderBatches(path, null, { threadFromBytes }));
const ordersOf = (batches: readonly OrderBatch[]) =>
  batches.flatMap((batch) =>
    Array.from({ length: batch.orderCount }, (_, at) => orderAt(batch, at)),
  );
const DIRECT = Infinity;
const IN_THREAD = 0;
const HEADERS = "order_id;ordered_at;units;name;unit_price";

describe("orders in batches", () => {
  it("are the same from a thread, those that cannot be taken too", async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, i) => `o${i};2021-01-${1 + (i % 40)} 10:00;${1 + (i % 2)};"Siti ""é"" ${i}";1.999.000`,
    );
    const path = fileOf("orders.csv", `${HEADERS}\n${lines.join("\n")}\n`);
    const direct = await batchesOf(path, DIRECT);
    expect(await batchesOf(path, IN_THREAD)).toEqual(direct);
    const orders = ordersOf(direct);
    const troubles = direct.flatMap((batch) => batch.troubles);
    // Of 40 days nine are none.
    expect(orders.length + troubles.length).toBe(30_000);
    expect(troubles[0]).toMatchObject({
      row: 33,
      column: "ordered_at",
      reason: 'looks like "9999-99-99 99:99", which is not a date and time',
    });
    expect(orders[1]).toMatchObject({
      orderId: "o1",
      orderedAtMs: Date.UTC(2021, 0, 2, 3, 0),
      units: 2,
      name: 'Siti "é" 1',
      unitPriceMinorUnits: 1_999_000,
      channel: "–",
    });
    expect(direct.reduce((sum, batch) => sum + batch.rowCount, 0)).toBe(30_000);
    expect(direct.at(-1)!.head!.format.name).toBe("canonical");
  });

  it("end early without waiting for the rest", async () => {
    const line = "o1;2021-01-26 10:00:00;1;Siti;1\n";
    const path = fileOf("long.csv", `${HEADERS}\n${line.repeat(200_000)}`);
    let count = 0;
    for await (const batch of orderBatches(path, null, { threadFromBytes: IN_THREAD })) {
      count += batch.orderCount;
      break;
    }
    expect(count).toBe(2_000);
  });

  it("are not looked for in a file whose first lines have no headers", async () => {
    const path = fileOf("other.csv", "x,y\n".repeat(50_000));
    for (const from of [DIRECT, IN_THREAD]) {
      expect(await batchesOf(path, from)).toMatchObject([{ head: null, rowCount: 0 }]);
    }
  });
});

describe("rows of a file", () => {
  it("take quotation marks inside a cell as they are, and tell where one is never closed", async () => {
    const rows = async (content: string) => await rowsOf(fileOf("quotes.csv", content));
    expect(await rows('\uFEFF"a","b"\r\n"Jl. ""Melati""\nno 3",5" pipa\r\n\r\n1,2\r\n')).toEqual([
      ["a", "b"],
      ['Jl. "Melati"\nno 3', '5" pipa'],
      ["1", "2"],
    ]);
    const open = `a,b\n1,2\n"3,4\n`;
    await expect(rows(open)).rejects.toThrow(/quotes\.csv: row 3: a quotation mark is opened/);
    // Told before the rest of a large file is looked through again and again.
    await expect(rows(open + "5,6\n".repeat(2_000_000))).rejects.toThrow(/row 3: a quotation mark/);
  });

  it("are guessed apart in a zipped file, whatever stands between its cells", async () => {
    const path = fileOf("semicolons.csv.gz", gzipSync("a;b\n1;2,5\n3;é\n"));
    expect(await rowsOf(path)).toEqual([
      ["a", "b"],
      ["1", "2,5"],
      ["3", "é"],
    ]);
  });

  it("say what is wrong with the file in the same words", async () => {
    const words = async (path: string, from: number) =>
      await batchesOf(path, from).then(
        () => "read",
        (error: Error) => `${error.name}: ${error.message}`,
      );
    for (const path of [
      fileOf("binary.dat", Buffer.from([1, 2, 0, 3, 0, 5])),
      fileOf("broken.xlsx", Buffer.from("PK\u0003\u0004 nothing of a spreadsheet")),
      join(folder, "missing.csv"),
    ]) {
      const said = await words(path, DIRECT);
      expect(said).toMatch(/^TableFileError/);
      expect(await words(path, IN_THREAD)).toBe(said);
    }
  });
});
