/*
 * SQL about the public statements of batches. An edition is never changed or deleted; the row of
 * its batch is locked while one is written, so that two servers do not publish it twice.
 */

import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { BatchStatement, StatementCounts } from "../statement.ts";

export interface StatementEdition {
  readonly batchId: string;
  readonly edition: number;
  readonly document: BatchStatement;
  readonly digest: string;
  readonly publishedAtMs: number;
  /** Why a person published it; null for one that follows from the counts. */
  readonly correction: string | null;
}

interface EditionRow extends Omit<StatementEdition, "publishedAtMs"> {
  readonly publishedAt: Date;
}

function asEdition({ publishedAt, ...edition }: EditionRow): StatementEdition {
  return { ...edition, publishedAtMs: publishedAt.getTime() };
}

/** All editions about a sale's batches, newest first. */
export async function listStatements(sql: Query, saleNo: number): Promise<StatementEdition[]> {
  const rows = await sql<EditionRow[]>`
    select t.batch_id, t.edition_no as edition, t.document, t.document_digest as digest,
      t.published_at, t.correction
    from batch_statement t join batch b using (batch_id)
    where b.sale_no = ${saleNo} order by t.published_at desc, t.batch_id, t.edition_no desc`;
  return rows.map(asEdition);
}

/** The newest edition about a batch; null before the first. */
export async function findLastStatement(
  sql: Query,
  batchId: string,
): Promise<StatementEdition | null> {
  const [row] = await sql<EditionRow[]>`
    select batch_id, edition_no as edition, document, document_digest as digest, published_at,
      correction
    from batch_statement where batch_id = ${batchId} order by edition_no desc limit 1`;
  return row ? asEdition(row) : null;
}

/** Counts of a batch's decisions by their end. */
export async function countStatement(sql: Query, batchId: string): Promise<StatementCounts> {
  const [row] = await sql<StatementCounts[]>`
    select count(*)::int as cancelled, count(distinct d.account_key)::int as accounts,
      count(*) filter (where d.state = 'in_force' and d.let_go_at is null)::int as kept,
      count(*) filter (where d.state = 'in_force' and d.let_go_at is not null)::int as let_go,
      count(*) filter (where d.state = 'overturned')::int as wrong,
      count(*) filter (where d.state = 'final')::int as final,
      count(*) filter (where n.state in ('bounced', 'timed_out'))::int as unreached
    from decision d left join notice n on n.decision_id = d.decision_id and n.kind = 'decision'
    where d.batch_id = ${batchId}`;
  return must(row, "an aggregate is one row");
}

/**
 * Batches that ended and cancelled something, whose buyers' notices have all ended, and about which
 * the public may have to hear: nothing was said yet, or a dispute was open then and a decision has
 * changed since.
 */
export async function listUnstated(sql: Query): Promise<string[]> {
  const rows = await sql<{ batchId: string }[]>`
    select b.batch_id from batch b
      left join lateral (select published_at, (document->>'kept')::int as kept,
          (document->>'letGo')::int as let_go from batch_statement t
        where t.batch_id = b.batch_id order by edition_no desc limit 1) last on true
    where b.state = 'done' and (b.announced_at is null or last.kept + last.let_go > 0)
      and exists (select 1 from decision d where d.batch_id = b.batch_id
        and (last.published_at is null or d.ended_at >= last.published_at
          or d.let_go_at >= last.published_at))
      and not exists (select 1 from notice n join decision d using (decision_id)
        where d.batch_id = b.batch_id and n.kind = 'decision' and n.state = 'pending')
    order by b.created_at, b.batch_id`;
  return rows.map(({ batchId }) => batchId);
}

/** Appends an edition. The caller holds the batch's row lock. */
export async function insertStatement(
  tx: Transaction,
  edition: Omit<StatementEdition, "batchId">,
): Promise<void> {
  const { document, digest, publishedAtMs, correction } = edition;
  await tx`
    insert into batch_statement (batch_id, edition_no, document, document_digest, published_at,
      correction)
    values (${document.batchId}, ${edition.edition}, ${tx.json(document)}, ${digest},
      ${new Date(publishedAtMs)}, ${correction})`;
  await tx`
    update batch set announced_at = coalesce(announced_at, ${new Date(publishedAtMs)})
    where batch_id = ${document.batchId}`;
}
