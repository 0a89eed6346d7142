/*
 * Writes an audit into a folder: decisions, cases and the report. Cells must never start a formula in a spreadsheet.
 */

import { must } from "../../base/assert.ts";
import { textAt } from "../table/columns.ts";
import { wholeAt } from "../../base/at.ts";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { plainCell } from "../../base/spreadsheet.ts";
import type { AuditResult } from "../audit.ts";
import type { ApartOrder } from "../table/importSummary.ts";
import type { OrderTable } from "../table/orders.ts";
import { APART_WORDS } from "../table/words.ts";
import type { Imported } from "./importOrders.ts";
import { OVER_LIMIT, principalReasons } from "../reasons.ts";
import { caseDocument, caseId, personId, round } from "../report.ts";

const REASONS = [1, 2, 3, 4];
const HEADER = [
  ...["order_id", "channel", "outcome", "automatic", "case_id", "person_id", "score"],
  ...REASONS.flatMap((nth) => [`reason_${nth}_code`, `reason_${nth}_id`, `reason_${nth}_en`]),
];
const CHUNK = 5_000;

function lineOf(table: OrderTable, result: AuditResult, row: number): (string | number)[] {
  const verdict = must(result.verdicts[row], "a verdict of each order");
  const { outcome, caseNo, score, overLimit } = verdict;
  const seen = outcome === "accept" ? [] : principalReasons(score.evidence);
  const reasons = overLimit ? [OVER_LIMIT, ...seen] : seen;
  const { channel } = table.columns;
  return [
    ...[
      plainCell(must(table.orderIds[row], "an id of each order")),
      plainCell(textAt(channel, row) ?? ""),
      outcome.replace("_", "-"),
    ],
    // Without decided audits no bound holds, and nothing is automatic.
    ...["no", caseId(caseNo), personId(wholeAt(result.personOf, row)), round(score.bits)],
    ...REASONS.flatMap((nth) => {
      const reason = reasons[nth - 1];
      return reason ? [reason.code, plainCell(reason.id), plainCell(reason.en)] : ["", "", ""];
    }),
  ];
}

function apartLine({ orderId, channel, standing }: ApartOrder): (string | number)[] {
  const { id, en } = APART_WORDS[standing];
  const nothing = REASONS.slice(1).flatMap(() => ["", "", ""]);
  const known = [plainCell(orderId), plainCell(channel), "not-counted", "no", "", "", ""];
  return [...known, standing, id, en, ...nothing];
}

/** The whole of decisions.csv as text, for a file that fits in memory. */
export function decisionsCsv(
  table: OrderTable,
  result: AuditResult,
  apart: readonly ApartOrder[],
): string {
  const lines = Array.from({ length: table.count }, (_, row) => lineOf(table, result, row));
  return stringify([HEADER, ...lines, ...apart.map(apartLine)]);
}

/** Writes decisions.csv, cases.json and report.html into a folder; `page` is the report, rendered. */
export async function writeAudit(
  folder: string,
  { table, apart }: Pick<Imported, "table" | "apart">,
  result: AuditResult,
  page: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const decisions = createWriteStream(join(folder, "decisions.csv"));
  decisions.write(stringify([HEADER]));
  for (let start = 0; start < table.count; start += CHUNK) {
    const rows = Array.from(
      { length: Math.min(CHUNK, table.count - start) },
      (_, at) => start + at,
    );
    const text = stringify(rows.map((row) => lineOf(table, result, row)));
    if (!decisions.write(text)) await once(decisions, "drain");
  }
  if (apart.length > 0) decisions.write(stringify(apart.map(apartLine)));
  decisions.end();
  await once(decisions, "finish");
  const cases = createWriteStream(join(folder, "cases.json"));
  cases.write("[");
  for (const one of result.cases) {
    const text = JSON.stringify(caseDocument(table, result, one));
    if (!cases.write(`${one.caseNo === 0 ? "\n" : ",\n"}${text}`)) await once(cases, "drain");
  }
  cases.end("\n]\n");
  await once(cases, "finish");
  await writeFile(join(folder, "report.html"), page);
}
