import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { runProgram } from "../../../../src/cli/program.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { audit } from "../../../../src/integrity/audit.ts";
import { certificateOf, type DecidedOrder } from "../../../../src/integrity/decided.ts";
import { readDecided } from "../../../../src/integrity/io/readDecided.ts";
import { tableOf } from "./tableOf.ts";

const folder = mkdtempSync(join(tmpdir(), "giliran-decided-"));
afterAll(() => rmSync(folder, { recursive: true }));

/* The bound that orders decided by people certify: counted by cluster, at most three holds a case. */

const made = new OrderMaker(81).make({ count: 5_000, ringShare: 0.15 });
const table = tableOf(made.map(({ order }) => order));
const result = audit(table);
const decided = (flip: (row: number) => boolean = () => false): DecidedOrder[] =>
  made.map(({ order, ring, household }, row) => ({
    orderId: order.orderId,
    genuine: (ring === null) !== flip(row),
    cluster: household,
  }));

/** An XLSX file of these sheets. */
const workbookOf = async (sheets: Readonly<Record<string, readonly (readonly string[])[]>>) =>
  await writeXlsxFile(
    Object.entries(sheets).map(([sheet, rows]) => ({
      sheet,
      data: rows.map((cells) => cells.map((value) => ({ value }))),
    })),
  ).toBuffer();

describe("decided orders", () => {
  it("certify where genuine ones are not held, stricter promises from more bits on", () => {
    const { certified, clusters, genuine, orders } = certificateOf(table, result, decided());
    expect(orders).toBe(made.length);
    expect(genuine).toBe(made.filter(({ ring }) => ring === null).length);
    expect(clusters).toBe(new Set(made.map(({ household }) => household)).size);
    const [half, one, two] = certified.map(({ bits }) => bits ?? Infinity);
    expect(two).toBeLessThanOrEqual(one!);
    expect(one).toBeLessThanOrEqual(half!);
    expect(two).toBeLessThan(Infinity);
  });

  it("certify nothing where the held are genuine, or too few were decided", () => {
    const isHeld = (row: number) => result.verdicts[row]!.outcome === "hold";
    const wrong = certificateOf(
      table,
      result,
      decided((row) => isHeld(row) && made[row]!.ring !== null),
    );
    expect(wrong.certified[0]?.bits ?? 12).toBeGreaterThan(8);
    const few = certificateOf(table, result, decided().slice(0, 300));
    expect(few.certified.map(({ bits }) => bits)).toEqual([null, null, null]);
    expect(few.certified.map(({ clustersNeeded }) => clustersNeeded)).toEqual([3_103, 1_540, 774]);
  });

  it("count as one cluster where they hang together and the file names none", () => {
    const unnamed = decided().map((one) => ({ ...one, cluster: null }));
    const { clusters } = certificateOf(table, result, unnamed);
    expect(clusters).toBeLessThan(5_000);
    expect(clusters).toBeGreaterThan(1_000);
  });

  it("are read from a file, which says where it cannot be", async () => {
    const path = join(folder, "decided.csv");
    const read = async (content: string | Buffer) => {
      writeFileSync(path, content);
      return (await readDecided(path)).orders;
    };
    const both = [
      { orderId: "a", genuine: true, cluster: "kost" },
      { orderId: "b", genuine: false, cluster: null },
    ];
    expect(await read("order_id,genuine,cluster\na,yes,kost\nb,NO,\n")).toEqual(both);
    await expect(read("order_id,genuine\na,yes\nb,maybe\n")).rejects.toThrow("row 3");
    // Empty rows are counted, as a spreadsheet counts them.
    await expect(read("order_id,genuine\na,yes\n\n,\nb,maybe\n")).rejects.toThrow("row 5");
    await expect(read("id,genuine\na,yes\n")).rejects.toThrow(
      "no column order_id. It has: id, genuine",
    );
    await expect(read("order_id,genuine\n")).rejects.toThrow("no row");
    await expect(read("no_pesanan,genuine\na,yes\n")).rejects.toThrow(
      'no column order_id (did you mean "no_pesanan"?)',
    );
    await expect(readDecided(join(folder, "absent.csv"))).rejects.toThrow("there is no such file");
  });

  it("are read from whatever a spreadsheet writes", async () => {
    const both = [
      { orderId: "a", genuine: true, cluster: "Kos Mawar é" },
      { orderId: "b", genuine: false, cluster: null },
    ];
    const forms: Record<string, string | Buffer | Uint8Array> = {
      semicolons: "\uFEFFOrder ID;Genuine;Cluster\r\na;Ya;Kos Mawar é\r\nb;tidak;\r\n",
      title: "Hasil periksa\n\norder_id\tgenuine\tcluster\na\tya\tKos Mawar é\nb\ttidak\t\n",
      utf16: Buffer.from(
        "\uFEFForder_id\tgenuine\tcluster\na\tyes\tKos Mawar é\nb\tno\t\n",
        "utf16le",
      ),
      windows: Buffer.from("order_id;genuine;cluster\na;yes;Kos Mawar é\nb;no;\n", "latin1"),
      workbook: await workbookOf({
        Catatan: [["dua pesanan"]],
        Putusan: [
          ["order_id", "genuine", "cluster"],
          ["a", "yes", "Kos Mawar é"],
          ["b", "no"],
        ],
      }),
    };
    for (const [name, content] of Object.entries(forms)) {
      const path = join(folder, name);
      writeFileSync(path, content);
      expect((await readDecided(path)).orders, name).toEqual(both);
    }
  });

  it("are counted once, and never both ways", async () => {
    const path = join(folder, "twice.csv");
    writeFileSync(path, "order_id,genuine\na,yes\na,ya\n");
    expect((await readDecided(path)).orders).toHaveLength(1);
    writeFileSync(path, "order_id,genuine\na,yes\nb,no\na,no\n");
    await expect(readDecided(path)).rejects.toThrow(/row 4.*the order of row 2/);
    writeFileSync(path, "order_id,genuine\n5.76E+17,yes\n");
    await expect(readDecided(path)).rejects.toThrow(/row 2.*shortened/);
  });

  it("are read before the orders, and say how many the files do not hold", async () => {
    const run = async (decidedCsv: string, orders: string) => {
      const path = join(folder, "given.csv");
      writeFileSync(path, decidedCsv);
      const said: string[] = [];
      const spies = [process.stdout, process.stderr].map((stream) =>
        vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0),
      );
      const argv = ["audit", orders, "--out", join(folder, "out"), "--decided", path];
      const code = await runProgram(["node", "giliran", ...argv]);
      for (const spy of spies) spy.mockRestore();
      return { code, said: said.join("") };
    };
    const early = await run("order_id,genuine\na,maybe\n", join(folder, "no-orders.csv"));
    expect(early).toMatchObject({ code: 2, said: expect.stringContaining("given.csv, row 2") });
    const orders = join(folder, "orders.csv");
    writeFileSync(orders, "order_id,ordered_at\na,2026-01-02 10:00\nb,2026-01-02 10:01\n");
    const one = await run("order_id,genuine\na,yes\nz,no\n", orders);
    expect(one.said).toContain("1 of 2 decided orders is not in these files.");
    expect(one.said).toContain("1 decided order (1 genuine) in 1 cluster;");
  });
});
