/* All SQL about decisions, batches and reports as fsck reads them. Reads only. */

import type { BatchPreview, BatchState } from "../../../cases/batch/batch.ts";
import type { BatchStatement } from "../../../cases/batch/statement.ts";
import type { AppealState } from "../../../cases/appeal/appeal.ts";
import type { DecisionRecord, StatedReason } from "../../../cases/decision/decisionRecord.ts";
import type { DecisionState } from "../../../cases/decision/decisionState.ts";
import type { SaleReport } from "../../../cases/report/saleReport.ts";
import type { Text } from "../../../base/language.ts";
import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** A decision with everything that its record was made of. */
export interface DecisionRow {
  readonly decisionId: string;
  readonly orderId: string;
  readonly batchId: string | null;
  readonly state: DecisionState;
  readonly record: DecisionRecord;
  readonly recordDigest: string;
  readonly orderStateBefore: string;
  readonly decidedBy: readonly string[];
  readonly decidedAt: Date;
  readonly appealUntil: Date;
  readonly endedAt: Date | null;
  /** When its channel cancels by itself; null: it does not. */
  readonly shipBy: Date | null;
  /** When its unit stopped being kept although the dispute went on. */
  readonly letGoAt: Date | null;
  readonly channelNo: number | null;
  readonly placedAt: Date | null;
  readonly orderState: string | null;
  readonly unitHeld: boolean | null;
  readonly reasons: readonly StatedReason[] | null;
  readonly counterfactual: Text | null;
  readonly reviewer: string | null;
  readonly reviewedAt: Date | null;
  readonly approvedBy: readonly string[];
  readonly batchPolicy: string | null;
  readonly outcome: string | null;
  readonly appealState: AppealState | null;
  readonly isOwed: boolean;
  /** By what the ledger says of its unit. */
  readonly wasPaid: boolean;
}

/** A sale's decisions in portions: memory does not grow with the sale. */
export function readDecisions(
  sql: Query,
  saleNo: number,
  size: number,
): AsyncIterable<DecisionRow[]> {
  return sql<DecisionRow[]>`
    with paid as (
      select distinct round_no, entry_id from stock_movement
      where sale_no = ${saleNo} and reason = 'order_paid')
    select d.decision_id, d.order_id, d.batch_id, d.state, d.record, d.record_digest,
      d.order_state_before, d.decided_by, d.decided_at, d.appeal_until, d.ended_at, d.ship_by, d.let_go_at, p.channel_no,
      p.placed_at, p.state as order_state, p.unit_held, o.reasons, o.counterfactual,
      c.decided_by as reviewer, c.decided_at as reviewed_at,
      array(select operator_name from batch_approval a where a.batch_id = d.batch_id
        and a.approved_at <= d.decided_at order by approved_at) as approved_by,
      b.policy_digest as batch_policy, l.outcome, a.state as appeal_state,
      exists (select 1 from entitlement e where e.decision_id = d.decision_id) as is_owed,
      m.entry_id is not null as was_paid
    from decision d left join purchase_order p using (sale_no, order_id)
      left join case_order o on o.sale_no = d.sale_no and o.order_id = d.order_id
      left join suspicion_case c on c.sale_no = d.sale_no and c.case_no = d.case_no
      left join batch b on b.batch_id = d.batch_id
      left join batch_order l on l.batch_id = d.batch_id and l.order_id = d.order_id
      left join appeal a on a.decision_id = d.decision_id
      left join paid m on m.round_no = p.round_no and m.entry_id = p.entry_id
    where d.sale_no = ${saleNo} order by d.decision_id`.portions(size);
}

/** Orders that were taken back, and batch lines that cancelled, without a decision. */
export async function findUndecided(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'decision' as "table", format('order %s', p.order_id) as key, 'decision_id' as "column",
      'the row is missing: the order was taken back by a decision' as says
    from purchase_order p where p.sale_no = ${saleNo} and p.cancel_reason = 'by_decision'
      and not exists (select 1 from decision d where d.sale_no = p.sale_no and d.order_id = p.order_id)
    union all
    select 'batch_order', format('batch %s, order %s', l.batch_id, l.order_id), 'outcome',
      'cancelled, and no decision of this batch says so'
    from batch_order l where l.sale_no = ${saleNo} and l.outcome = 'cancelled'
      and not exists (select 1 from decision d where d.batch_id = l.batch_id
        and d.order_id = l.order_id)
    union all
    select 'batch_order', format('batch %s, order %s', l.batch_id, l.order_id), 'outcome',
      'the batch is done, and its order is not'
    from batch_order l join batch b using (batch_id)
    where l.sale_no = ${saleNo} and b.state = 'done' and l.outcome is null
    union all
    select 'decision', format('decision %s', d.decision_id), 'let_go_at',
      'the history of its case does not say so'
    from decision d where d.sale_no = ${saleNo} and d.let_go_at is not null
      and d.case_no is not null and not exists (select 1 from case_event e
        where e.sale_no = d.sale_no and e.case_no = d.case_no and e.happened_at = d.let_go_at
          and e.kind = 'let_go_' || d.let_go_by and e.detail->>'orderId' = d.order_id::text)`;
}

/** A batch with what it froze. */
export interface BatchRow {
  readonly batchId: string;
  readonly state: BatchState;
  readonly selectionDigest: string;
  readonly policyDigest: string;
  readonly sampleSeed: string;
  readonly preview: BatchPreview;
  readonly approvalCount: number;
  readonly decisionCount: number;
  readonly orders: readonly { readonly caseNo: number; readonly orderId: string }[];
  readonly cases: readonly {
    readonly caseNo: number;
    readonly undecided: boolean;
    readonly sampled: boolean;
  }[];
}

export async function readBatches(sql: Query, saleNo: number): Promise<BatchRow[]> {
  return await sql<BatchRow[]>`
    select b.batch_id, b.state, b.selection_digest, b.policy_digest, b.sample_seed, b.preview,
      (select count(*)::int from batch_approval a where a.batch_id = b.batch_id) as approval_count,
      (select count(*)::int from decision d where d.batch_id = b.batch_id) as decision_count,
      coalesce((select jsonb_agg(jsonb_build_object('caseNo', o.case_no, 'orderId', o.order_id))
        from batch_order o where o.batch_id = b.batch_id), '[]') as orders,
      coalesce((select jsonb_agg(jsonb_build_object('caseNo', c.case_no, 'undecided', c.undecided,
        'sampled', c.sampled)) from batch_case c where c.batch_id = b.batch_id), '[]') as cases
    from batch b where b.sale_no = ${saleNo} order by b.created_at`;
}

/** Every seed that a sale has revealed, in hex. */
export async function readSeeds(sql: Query, saleNo: number): Promise<string[]> {
  const rows = await sql<{ seed: string }[]>`
    select encode(seed, 'hex') as seed from sale_window
    where sale_no = ${saleNo} and seed is not null`;
  return rows.map((row) => row.seed);
}

/** An edition of the public statement about a batch. */
export interface StatementRow {
  readonly batchId: string;
  readonly editionNo: number;
  readonly document: BatchStatement;
  readonly documentDigest: string;
}

export async function readStatements(sql: Query, saleNo: number): Promise<StatementRow[]> {
  return await sql<StatementRow[]>`
    select t.batch_id, t.edition_no, t.document, t.document_digest
    from batch_statement t join batch b using (batch_id)
    where b.sale_no = ${saleNo} order by t.batch_id, t.edition_no`;
}

/** Batches that are said to be announced at an instant at which nothing was published. */
export async function findUnstated(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select named."table", format('batch %s', b.batch_id) as key, named."column", named.says
    from batch b, lateral (values
      ('batch', 'announced_at', 'nothing was published then'),
      ('batch_statement', 'edition_no', 'the row is missing: the batch was announced'))
      as named ("table", "column", says)
    where b.sale_no = ${saleNo} and b.announced_at is not null
      and not exists (select 1 from batch_statement t
        where t.batch_id = b.batch_id and t.published_at = b.announced_at)
      -- Before statements were kept, a person announced.
      and not exists (select 1 from operator_log l where l.action = 'announce batch'
        and l.subject = b.batch_id::text and l.logged_at = b.announced_at)`;
}

/** An edition of a report, with the digest that the log has of it; null for one without. */
export interface ReportRow {
  readonly editionNo: number;
  readonly document: SaleReport;
  readonly documentDigest: string;
  readonly correction: string | null;
}

export async function readReports(sql: Query, saleNo: number): Promise<ReportRow[]> {
  return await sql<ReportRow[]>`
    select edition_no, document, document_digest, correction from sale_report
    where sale_no = ${saleNo} order by edition_no`;
}
