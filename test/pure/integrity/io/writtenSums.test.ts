import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import { afterAll, describe, expect, it } from "vitest";
import { must } from "../../../../src/base/assert.ts";
import { audit, fitOf, SHIPPED_THRESHOLDS } from "../../../../src/integrity/audit.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { writeAudit } from "../../../../src/integrity/io/writeAudit.ts";

/* The bits in the written files add up to the scores beside them, as a spreadsheet adds them. */

const folder = mkdtempSync(join(tmpdir(), "giliran-sums-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const thousandths = (cell: string | number | undefined) => Math.round(Number(cell ?? 0) * 1_000);
const NTH = [1, 2, 3, 4, 5];

interface CaseOrder {
  readonly order_id: string;
  readonly score_bits: number;
  readonly sum: readonly { readonly code: string; readonly bits: number }[];
}

describe("the written bits", () => {
  it("are each order's score, in decisions.csv and in cases.json alike", async () => {
    const imported = await importOrders(["examples/orders-lazada.csv"]);
    const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
    const result = audit(imported.table, { thresholds });
    await writeAudit(folder, imported, result, "");
    const csv = readFileSync(join(folder, "decisions.csv"), "utf8");
    const { data } = Papa.parse<Record<string, string>>(csv, {
      header: true,
      skipEmptyLines: true,
    });
    const rowOf = new Map(data.map((row) => [row.order_id, row]));
    for (const row of data) {
      const named = NTH.map((nth) => thousandths(row[`reason_${nth}_bits`]));
      const told = [row.prior_bits, row.other_bits].map(thousandths);
      const sum = [...named, ...told].reduce((total, bits) => total + bits, 0);
      expect(sum, row.order_id).toBe(thousandths(row.score));
      // A reason has its bits, but for the plain rule of the limit.
      for (const nth of NTH) {
        const isScored = !["", "over_limit"].includes(row[`reason_${nth}_code`] ?? "");
        expect(row[`reason_${nth}_bits`] !== "", row.order_id).toBe(isScored);
      }
    }
    expect(data.some((row) => row.reason_1_code === "over_limit")).toBe(true);
    const cases: { readonly fit_digest: string; readonly orders: readonly CaseOrder[] }[] =
      JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
    // Each names the fit, which anybody learns again from the same orders.
    const { digest } = fitOf(imported.table);
    expect(result.fit.digest).toBe(digest);
    expect(new Set([...data, ...cases].map((one) => one.fit_digest))).toEqual(new Set([digest]));
    const orders = cases.flatMap((one) => one.orders);
    expect(orders.length).toBeGreaterThan(20);
    for (const { order_id, score_bits, sum } of orders) {
      const total = sum.reduce((all, { bits }) => all + thousandths(bits), 0);
      expect(total, order_id).toBe(thousandths(score_bits));
      const row = must(rowOf.get(order_id), "a decision of each order of a case");
      expect(thousandths(row.score), order_id).toBe(total);
      for (const nth of NTH) {
        const part = sum.find(({ code }) => code === row[`reason_${nth}_code`]);
        if (part !== undefined) expect(Number(row[`reason_${nth}_bits`])).toBe(part.bits);
      }
    }
  });
});
