import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { canonicalCsv } from "../../../../sim/exports.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { audit, SHIPPED_THRESHOLDS } from "../../../../src/integrity/audit.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { writeAudit } from "../../../../src/integrity/io/writeAudit.ts";
import { summarise } from "../../../../src/integrity/report.ts";
import { canonicalTable } from "../../../../src/integrity/canonical.ts";
import { OrderTableBuilder } from "../../../../src/integrity/table/orders.ts";
import { reportPage } from "../../../../web/audit/reportPage.ts";

/*
 * The same orders give the same bytes, in whatever order their rows come and in however many files. Everybody who looks
 * at them again, and every appeal, rests on it.
 */

const folder = mkdtempSync(join(tmpdir(), "giliran-row-order-"));
afterAll(() => rmSync(folder, { recursive: true }));
const EXAMPLE = new URL("../../../../examples/orders-lazada.csv", import.meta.url).pathname;

interface Lines {
  readonly head: string;
  readonly rows: readonly string[];
}
/** The lines of a file whose cells hold no line ends. */
function linesOf(text: string): Lines {
  const [head = "", ...rows] = text.trimEnd().split("\n");
  return { head, rows };
}

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
let written = 0;

/** The files that the command writes about some files of orders. */
async function writtenOf(head: string, files: readonly (readonly string[])[]) {
  const paths = files.map((rows) => {
    const path = join(folder, `orders-${written++}.csv`);
    writeFileSync(path, `${[head, ...rows].join("\n")}\n`);
    return path;
  });
  const imported = await importOrders(paths, { name: "orders.csv" });
  const result = audit(imported.table, { thresholds });
  const page = reportPage(imported.table, result, summarise(imported.table, result, imported));
  const out = join(folder, `out-${written++}`);
  await writeAudit(out, imported, result, page);
  const read = (name: string) => readFileSync(join(out, name), "utf8");
  return {
    decisions: read("decisions.csv"),
    cases: read("cases.json"),
    report: read("report.html"),
    result,
  };
}

/** Rows in another order, in some files, of which none is empty. */
function shuffledInto(rows: readonly string[], seed: number, files: number) {
  const mixed = new SeededChance(seed).shuffled([...rows]);
  const size = Math.ceil(mixed.length / files);
  return Array.from({ length: files }, (_, at) => mixed.slice(at * size, (at + 1) * size));
}

async function sameWhateverTheOrder({ head, rows }: Lines, runs: number) {
  const first = await writtenOf(head, [rows]);
  expect(first.result.cases.length).toBeGreaterThan(1);
  expect(first.decisions).toContain("over_limit");
  const shuffle = fc.record({
    seed: fc.integer({ min: 1 }),
    files: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(shuffle, async ({ seed, files }) => {
      const again = await writtenOf(head, shuffledInto(rows, seed, files));
      expect(again.decisions).toBe(first.decisions);
      expect(again.cases).toBe(first.cases);
      if (files === 1) expect(again.report).toBe(first.report);
    }),
    { numRuns: runs },
  );
  return first;
}

describe("the order of rows and their split into files", () => {
  it("leave no trace in what is written of made-up crowds", async () => {
    for (const seed of [5, 6]) {
      const orders = new OrderMaker(seed).make({ count: 1_200, ringShare: 0.3 });
      await sameWhateverTheOrder(linesOf(canonicalCsv(orders.map(({ order }) => order))), 3);
    }
  });

  it("leave none where a value is many people's and counts as not given", async () => {
    const orders = new OrderMaker(7, ["own"]).make({ count: 1_000, ringShare: 0.3 });
    const said = orders.map(({ order, ring }, row) => ({
      ...order,
      userAgent: `Toko/1 (Redmi ${row % 31}; Android 9)`,
      ...(ring === null && row % 20 === 0 ? { deviceId: "c0ffee5e-0b1e-4c1a" } : {}),
    }));
    const { report, cases } = await sameWhateverTheOrder(linesOf(canonicalCsv(said)), 3);
    expect(report).toContain("Values taken as not given");
    expect(report).toContain("<td>c0…1a</td>");
    expect(cases).not.toContain("c0…1a");
  });

  it("leave no trace in what is written of a marketplace's export", async () => {
    await sameWhateverTheOrder(linesOf(readFileSync(EXAMPLE, "utf8")), 4);
  });

  it("leave none, either, where an order has several rows that say different parts of it", async () => {
    const head = "order_id,ordered_at,account_id,name,phone,device_id,sku,units,unit_price";
    const rows = Array.from({ length: 40 }, (_, n) => [
      `A${n},2021-01-26T03:00:${String(n % 60).padStart(2, "0")}Z,u${n},Siti ${n},,d${n % 7},phone,1,1000`,
      `A${n},2021-01-26T03:00:${String(n % 60).padStart(2, "0")}Z,u${n},Siti ${n},0813${String(5_550_000 + n * 13)},,case,1,1000`,
    ]).flat();
    const first = await writtenOf(head, [rows]);
    for (const seed of [1, 2, 3]) {
      const again = await writtenOf(head, shuffledInto(rows, seed, 2));
      expect(again.decisions).toBe(first.decisions);
      expect(again.cases).toBe(first.cases);
    }
  });
});

describe("the one order of a table", () => {
  it("is the same from any other, also where two ids have one hash or two channels one id", () => {
    // These two texts have one FNV-1a hash of 32 bits.
    const ids = ["costarring", "liquid", "declinate", "macallums", "x", "x"];
    const tableOf = (order: readonly number[]) => {
      const builder = new OrderTableBuilder();
      for (const n of order)
        builder.add({ orderId: ids[n]!, orderedAtMs: n, channel: `c${n}`, account: `a${n}` });
      return canonicalTable(builder.build()).table;
    };
    const named = ({ orderIds, columns, orderedAtMs }: ReturnType<typeof tableOf>) =>
      orderIds.map((id, row) => [id, columns.channel.values[row], orderedAtMs[row]]);
    const first = named(tableOf([0, 1, 2, 3, 4, 5]));
    for (const order of [
      [5, 4, 3, 2, 1, 0],
      [2, 0, 5, 1, 4, 3],
    ])
      expect(named(tableOf(order))).toEqual(first);
  });
});
