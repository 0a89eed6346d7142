import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rowBatches } from "../../src/integrity/io/rowBatches.ts";

/* A large file is taken apart in a thread: the same rows, and the same words about what is wrong with it. */

const folder = mkdtempSync(join(tmpdir(), "giliran-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const rowsOf = async (path: string, threadFromBytes: number) => {
  const rows: (readonly unknown[])[] = [];
  for await (const batch of rowBatches(path, threadFromBytes)) rows.push(...batch);
  return rows;
};
const DIRECT = Infinity;
const IN_THREAD = 0;

describe("rows in batches", () => {
  it("are the same from a thread", async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},"Jl. ""Melati"", no ${i}",é${i}`);
    const path = fileOf("orders.csv", `a;b\n${lines.join("\n")}`);
    const direct = await rowsOf(path, DIRECT);
    expect(direct).toHaveLength(30_001);
    expect(await rowsOf(path, IN_THREAD)).toEqual(direct);
  });

  it("end early without waiting for the rest", async () => {
    const path = fileOf("long.csv", "x,y\n".repeat(200_000));
    let count = 0;
    for await (const batch of rowBatches(path, IN_THREAD)) {
      count += batch.length;
      break;
    }
    expect(count).toBe(2_000);
  });

  it("take quotation marks inside a cell as they are, and tell where one is never closed", async () => {
    const rows = async (content: string) => await rowsOf(fileOf("quotes.csv", content), DIRECT);
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
    expect(await rowsOf(path, DIRECT)).toEqual([
      ["a", "b"],
      ["1", "2,5"],
      ["3", "é"],
    ]);
  });

  it("say what is wrong with the file in the same words", async () => {
    const words = async (path: string, from: number) =>
      await rowsOf(path, from).then(
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
