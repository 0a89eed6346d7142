/*
 * SQL behind a sale's public report: its counts, and its editions. Editions are only ever appended;
 * a correction is a new edition that says what it corrects.
 */

import { InvariantError, must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { channelByNo, variantByNo } from "../../../sale/definition.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import { readStock } from "../../../sale/io/stockStore.ts";
import {
  median,
  reportDigest,
  reportFaults,
  type ReportStock,
  type SaleReport,
} from "../saleReport.ts";
import { readOwnError } from "../../ownError/io/errorStore.ts";
import { policyOfSale } from "../../policy/io/policyStore.ts";

async function stockLines(sql: Query, sale: StoredSale): Promise<ReportStock[]> {
  const lines: ReportStock[] = [];
  for (const { round } of sale.rounds) {
    for (const balance of await readStock(sql, sale.saleNo, round.roundNo)) {
      const { allotted, sold, held, returned, free, offered, ordered, makeGood } = balance;
      lines.push({
        roundNo: round.roundNo,
        channel: must(channelByNo(sale.definition, balance.channelNo), "channel").name,
        sku: must(variantByNo(sale.definition, balance.variantNo), "variant").sku,
        offered: allotted,
        sold,
        held,
        returned,
        unsold: free + offered + ordered,
        setAsideForWronged: makeGood,
      });
    }
  }
  return lines;
}

interface Counts {
  readonly entrants: number;
  readonly orders: number;
  readonly byBuyers: number;
  readonly cases: number;
  readonly refused: number;
  readonly technical: number;
  readonly recorded: number;
  readonly credited: number;
}

async function readSaleCounts(sql: Query, saleNo: number): Promise<Counts> {
  const [row] = await sql<Counts[]>`
    select (select count(distinct account_key)::int from entry where sale_no = ${saleNo}) as entrants,
      (select count(*)::int from purchase_order where sale_no = ${saleNo}) as orders,
      (select count(*)::int from purchase_order where sale_no = ${saleNo}
        and cancel_reason = 'by_buyer') as by_buyers,
      (select count(*)::int from suspicion_case where sale_no = ${saleNo}) as cases,
      (select count(*)::int from decision where sale_no = ${saleNo}) as refused,
      (select count(*)::int from payment_event where sale_no = ${saleNo}
        and outcome = 'refund_due') as technical,
      (select count(*)::int from server_failure where sale_no = ${saleNo}) as recorded,
      (select count(*)::int from entitlement where credit_sale_no = ${saleNo}) as credited`;
  return must(row, "a select without from is one row");
}

async function readAppeals(sql: Query, saleNo: number, nowMs: number) {
  const rows = await sql<
    { state: string; byDefault: boolean; dueAt: Date; filedAt: Date; decidedAt: Date | null }[]
  >`
    select a.state, a.by_default, a.due_at, a.filed_at, a.decided_at
    from appeal a join decision d using (decision_id) where d.sale_no = ${saleNo}`;
  const count = (keep: (row: (typeof rows)[number]) => boolean) => rows.filter(keep).length;
  const hours = rows
    .flatMap((row) =>
      row.decidedAt === null ? [] : [row.decidedAt.getTime() - row.filedAt.getTime()],
    )
    .map((ms) => ms / 3_600_000);
  return {
    appeals: {
      filed: rows.length,
      upheld: count((row) => row.state === "upheld"),
      upheldByDefault: count((row) => row.state === "upheld" && row.byDefault),
      rejected: count((row) => row.state === "rejected"),
      pending: count((row) => row.state === "pending"),
      overdue: count((row) => row.state === "pending" && row.dueAt.getTime() < nowMs),
    },
    medianHoursToAnswer: median(hours),
  };
}

async function readNotices(sql: Query, saleNo: number) {
  const rows = await sql<{ state: string; hours: number | null }[]>`
    select n.state, extract(epoch from n.ended_at - d.decided_at)::float8 / 3600 as hours
    from notice n join decision d using (decision_id)
    where d.sale_no = ${saleNo} and n.kind = 'decision'`;
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  const delivered = rows.filter((row) => row.state === "delivered");
  return {
    notices: {
      delivered: count("delivered"),
      bounced: count("bounced"),
      timedOut: count("timed_out"),
      pending: count("pending"),
    },
    medianHoursToNotice: median(delivered.flatMap((row) => row.hours ?? [])),
  };
}

async function readRemedies(sql: Query, saleNo: number) {
  const [row] = await sql<
    { givenBack: number; promised: number; served: number; standing: number }[]
  >`
    select count(*) filter (where d.state = 'overturned' and e.entitlement_id is null)::int
        as given_back,
      count(e.entitlement_id)::int as promised,
      count(*) filter (where e.state = 'served')::int as served,
      count(*) filter (where e.state in ('standing', 'reserved'))::int as standing
    from decision d left join entitlement e using (decision_id) where d.sale_no = ${saleNo}`;
  const { givenBack: unitsGivenBack, ...entitlements } = must(row, "an aggregate is one row");
  return { unitsGivenBack, entitlements };
}

/** Counts everything in the report, at `nowMs`. */
export async function buildReport(
  sql: Query,
  sale: StoredSale,
  nowMs: number,
): Promise<SaleReport> {
  const { saleNo, definition } = sale;
  const stored = must(await policyOfSale(sql, saleNo), "policy of a sale");
  const counts = await readSaleCounts(sql, saleNo);
  const rules = await sql<{ ruleId: string; count: number }[]>`
    select rule_id, count(*)::int as count
    from decision, jsonb_array_elements_text(record->'rule_ids') as rule (rule_id)
    where sale_no = ${saleNo} group by rule_id order by 2 desc, 1`;
  const { reviewOnlyRules, undecidedCount: _undecided, ...error } = await readOwnError(sql, sale);
  return {
    format: "giliran.report/1",
    sale: definition.slug,
    title: definition.title,
    policy: { name: stored.policy.name, version: stored.policy.version, digest: stored.digest },
    stock: await stockLines(sql, sale),
    entrants: counts.entrants,
    orders: counts.orders,
    cancelledByBuyers: counts.byBuyers,
    casesOpened: counts.cases,
    refused: counts.refused,
    refusedByRule: Object.fromEntries(rules.map((row) => [row.ruleId, row.count])),
    ...(await readNotices(sql, saleNo)),
    ...(await readAppeals(sql, saleNo, nowMs)),
    ...(await readRemedies(sql, saleNo)),
    ownError: error,
    reviewOnlyRules,
    technicalFailures: counts.technical,
    failures: { recorded: counts.recorded, credited: counts.credited },
    synthetic: definition.synthetic,
  };
}

export interface ReportEdition {
  readonly edition: number;
  readonly publishedAtMs: number;
  readonly digest: string;
  readonly correction: string | null;
  readonly document: SaleReport;
}

/** All editions of a sale's report, newest first. */
export async function listEditions(sql: Query, saleNo: number): Promise<ReportEdition[]> {
  const rows = await sql<(Omit<ReportEdition, "publishedAtMs"> & { publishedAt: Date })[]>`
    select edition_no as edition, published_at, document_digest as digest, correction, document
    from sale_report where sale_no = ${saleNo} order by edition_no desc`;
  return rows.map(({ publishedAt, ...edition }) => ({
    ...edition,
    publishedAtMs: publishedAt.getTime(),
  }));
}

/**
 * Appends an edition, under the sale's lock. Every edition after the first needs a correction text.
 */
export async function publishReport(
  tx: Transaction,
  sale: StoredSale,
  edition: { readonly correction: string | null; readonly nowMs: number },
): Promise<ReportEdition | "correction_needed"> {
  await tx`select 1 from sale where sale_no = ${sale.saleNo} for update`;
  const [last] = await listEditions(tx, sale.saleNo);
  if (last && edition.correction === null) return "correction_needed";
  const document = await buildReport(tx, sale, edition.nowMs);
  const faults = reportFaults(document);
  // A report whose figures contradict each other would stand for good.
  if (faults.length > 0)
    throw new InvariantError(`the report does not add up: ${faults.join("; ")}`);
  const digest = reportDigest(document);
  const number = (last?.edition ?? 0) + 1;
  await tx`
    insert into sale_report (sale_no, edition_no, document, document_digest, published_at,
      correction)
    values (${sale.saleNo}, ${number}, ${tx.json(document)}, ${digest},
      ${new Date(edition.nowMs)}, ${edition.correction})`;
  const { correction, nowMs: publishedAtMs } = edition;
  return { edition: number, publishedAtMs, digest, correction, document };
}
