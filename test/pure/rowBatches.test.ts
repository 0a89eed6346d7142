import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
