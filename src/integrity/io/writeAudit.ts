/*
 * Writes an audit into a folder: decisions, cases and the report. Cells must never start a formula in a spreadsheet.
 */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { plainCell } from "../../base/spreadsheet.ts";
import type { Tie } from "../attached/attach.ts";
import type { AuditResult } from "../audit.ts";
import type { Answer, AnswerChange } from "../fit/answers.ts";
import type { ApartOrder } from "../table/importSummary.ts";
import type { OrderTable } from "../table/orders.ts";
import { APART_WORDS } from "../table/words.ts";
import type { Imported } from "./importOrders.ts";
import { OVER_LIMIT, principalReasons, RECORD_REASONS, type ReasonText } from "../reasons.ts";
import { MemberIds, type PreviousPersons } from "../memberIds.ts";
import { caseDocument, round, statedSum, type StatedSum } from "../report.ts";
import { wordOf } from "./readPrevious.ts";
import { leavingOut } from "../values/withoutManyPeoples.ts";
import { byName, nameAt, type OrderName } from "../canonical.ts";

const REASONS = Array.from({ length: RECORD_REASONS }, (_, at) => at + 1);
const HEADER = [
  ...["order_id", "channel", "outcome", "automatic", "case_id", "person_id", "score"],
  ...REASONS.flatMap((nth) => [`reason_${nth}_code`, `reason_${nth}_id`, `reason_${nth}_en`]),
  // The score is the prior, the bits of the reasons and those of everything else.
  ...["prior_bits", ...REASONS.map((nth) => `reason_${nth}_bits`), "other_bits"],
  // The knowledge of the whole event that it was judged by.
  "fit_digest",
  // A case that the order joined by weak ties: nothing follows from it.
  ...["attached_to", "attached_by"],
  // The word of that knowledge alone, where the order stays as it was answered in the last run.
  "without_answer",
];
/** Fit, case that was joined, ties and word of the fit alone: of an order that stood apart, none. */
const NOTHING_BESIDE = ["", "", "", ""];
const CHUNK = 5_000;

type Line = (string | number)[];

/** Facts that the lines of orders tell beside the result of an audit. */
interface Beside {
  readonly ids: MemberIds;
  /** Rows that people's decisions let be held by themselves. */
  readonly automatic: ReadonlySet<number>;
  /** Ties of the rows that are attached to a case. */
  readonly ties: ReadonlyMap<number, readonly Tie[]>;
  /** The word of the fit alone about rows that stay as they were answered. */
  readonly keptFrom: ReadonlyMap<number, Answer>;
}

const tiesIn = ({ cases }: AuditResult): ReadonlyMap<number, readonly Tie[]> =>
  new Map(cases.flatMap(({ attached }) => attached.map(({ row, ties }) => [row, ties] as const)));

const NONE: ReadonlySet<number> = new Set();

function lineOf(table: OrderTable, result: AuditResult, beside: Beside, row: number): Line {
  const { ids, automatic, keptFrom } = beside;
  const verdict = must(result.verdicts[row], "a verdict of each order");
  const { outcome, caseNo, score, overLimit } = verdict;
  const most = RECORD_REASONS - (overLimit ? 1 : 0);
  const seen = outcome === "accept" ? [] : principalReasons(score.evidence, most);
  const reasons = overLimit ? [OVER_LIMIT, ...seen] : seen;
  const sum = statedSum(score);
  const { orderId, channel } = nameAt(table, row);
  return [
    ...[plainCell(orderId), plainCell(channel), outcome.replace("_", "-")],
    ...[automatic.has(row) ? "yes" : "no", ids.case(caseNo), ids.person(row), sum.bits],
    ...REASONS.flatMap((nth) => {
      const reason = reasons[nth - 1];
      return reason ? [reason.code, plainCell(reason.id), plainCell(reason.en)] : ["", "", ""];
    }),
    ...bitsOf(sum, reasons),
    result.fit.digest,
    ...[ids.case(verdict.attachedTo), (beside.ties.get(row) ?? []).join(" ")],
    wordOfKept(keptFrom.get(row)),
  ];
}

const wordOfKept = (answer: Answer | undefined): string => (answer ? wordOf(answer) : "");

/** The prior, the bits of each named reason, and those of all other evidence. */
function bitsOf({ bits, parts }: StatedSum, reasons: readonly ReasonText[]): Line {
  const of = (code: string) => parts.find((part) => part.code === code)?.bits ?? 0;
  const named = REASONS.map((nth) => reasons[nth - 1]).map((reason) =>
    reason === undefined || reason.code === OVER_LIMIT.code ? "" : of(reason.code),
  );
  const told = named.reduce<number>((total, one) => total + Number(one), of("prior"));
  return [of("prior"), ...named, round(bits - told)];
}

function apartLine({ orderId, channel, standing }: ApartOrder): Line {
  const { id, en } = APART_WORDS[standing];
  const nothing = REASONS.slice(1).flatMap(() => ["", "", ""]);
  const known = [plainCell(orderId), plainCell(channel), "not-counted", "no", "", "", ""];
  const noBits = ["", ...REASONS.map(() => ""), ""];
  return [...known, standing, id, en, ...nothing, ...noBits, ...NOTHING_BESIDE];
}

/** The lines of decisions.csv, sorted by order id: the order of the rows in the files leaves no trace. */
function linesOf(
  table: OrderTable,
  result: AuditResult,
  apart: readonly ApartOrder[],
  beside: Beside,
): { readonly count: number; readonly line: (nth: number) => Line } {
  const count = table.count + apart.length;
  const nameOf = (at: number): OrderName =>
    at < table.count
      ? nameAt(table, at)
      : must(apart[at - table.count], "an order that stands apart");
  const order = Int32Array.from({ length: count }, (_, at) => at).sort((a, b) =>
    byName(nameOf(a), nameOf(b)),
  );
  const line = (nth: number) => {
    const at = wholeAt(order, nth);
    return at < table.count
      ? lineOf(table, result, beside, at)
      : apartLine(must(apart[at - table.count], "an order that stands apart"));
  };
  return { count, line };
}

/** The whole of decisions.csv as text, for a file that fits in memory. */
export function decisionsCsv(
  table: OrderTable,
  result: AuditResult,
  apart: readonly ApartOrder[],
  ids: MemberIds,
): string {
  const { count, line } = linesOf(table, result, apart, {
    ids,
    automatic: NONE,
    ties: tiesIn(result),
    keptFrom: new Map(),
  });
  return stringify([HEADER, ...Array.from({ length: count }, (_, nth) => line(nth))]);
}

interface Known {
  /** Persons keep the names that they had there. */
  readonly previous?: PreviousPersons | undefined;
  /** Without people's decisions no bound holds, and nothing is automatic. */
  readonly automatic?: ReadonlySet<number> | undefined;
  /** Orders that are judged otherwise than in the last run; without one there is no changes.csv. */
  readonly changes?: readonly AnswerChange[] | undefined;
  readonly lastFitDigest?: string | undefined;
}

const CHANGES_HEADER = [
  ...["order_id", "channel", "outcome_before", "outcome_under_last_fit", "outcome"],
  ...["score_before", "score_under_last_fit", "score", "kept_from", "last_fit_digest"],
  "fit_digest",
];

/** The lines of changes.csv, sorted by order id. */
function changesCsv(
  table: OrderTable,
  changes: readonly AnswerChange[],
  digests: readonly [string, string],
): string {
  const lines = changes
    .map((change) => ({ change, name: nameAt(table, change.row) }))
    .sort((a, b) => byName(a.name, b.name))
    .map(({ change: { before, underFitOfThen: then, now, keptFrom }, name }): Line => [
      ...[plainCell(name.orderId), plainCell(name.channel)],
      ...[wordOf(before), then ? wordOf(then) : "", wordOf(now)],
      ...[round(before.bits), then ? round(then.bits) : "", round(now.bits)],
      ...[wordOfKept(keptFrom ?? undefined), ...digests],
    ]);
  return stringify([CHANGES_HEADER, ...lines]);
}

/** Writes decisions.csv, cases.json, report.html and perhaps changes.csv into a folder; `page` is the report, rendered. */
export async function writeAudit(
  folder: string,
  { table, apart }: Pick<Imported, "table" | "apart">,
  result: AuditResult,
  page: string,
  { previous, automatic = NONE, changes, lastFitDigest = "" }: Known = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const decisions = createWriteStream(join(folder, "decisions.csv"));
  decisions.write(stringify([HEADER]));
  const ids = new MemberIds(table, result, previous);
  const keptFrom = new Map(
    changes?.flatMap(({ row, keptFrom: answer }) => (answer ? [[row, answer]] : [])),
  );
  const beside = { ids, automatic, keptFrom, ties: tiesIn(result) };
  const { count, line } = linesOf(table, result, apart, beside);
  for (let start = 0; start < count; start += CHUNK) {
    const length = Math.min(CHUNK, count - start);
    const text = stringify(Array.from({ length }, (_, at) => line(start + at)));
    if (!decisions.write(text)) await once(decisions, "drain");
  }
  decisions.end();
  await once(decisions, "finish");
  const cases = createWriteStream(join(folder, "cases.json"));
  cases.write("[");
  const tying = leavingOut(table, result.manyPeoples);
  for (const one of result.cases) {
    const text = JSON.stringify(caseDocument(tying, result, one, ids));
    if (!cases.write(`${one.caseNo === 0 ? "\n" : ",\n"}${text}`)) await once(cases, "drain");
  }
  cases.end("\n]\n");
  await once(cases, "finish");
  await writeFile(join(folder, "report.html"), page);
  if (changes === undefined) return;
  const text = changesCsv(table, changes, [lastFitDigest, result.fit.digest]);
  await writeFile(join(folder, "changes.csv"), text);
}
