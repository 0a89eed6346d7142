/*
 * Publishes statements about batches: the system by itself after the buyers' notices, and a person
 * who has something to correct.
 */

import { must } from "../../../base/assert.ts";
import { inTransaction, type Sql, type Transaction } from "../../../db/connect.ts";
import { eachAlone } from "../../../db/eachAlone.ts";
import { noticesOfBatch } from "../../decision/io/decisionStore.ts";
import { findPolicy } from "../../policy/io/policyStore.ts";
import { batchCan, type BatchRefusal } from "../batch.ts";
import { isNextDue, statementDigest, statementOf, type BatchStatement } from "../statement.ts";
import { refused, accepted, type Result } from "../../../base/result.ts";
import { findBatch, type StoredBatch } from "./batchStore.ts";
import {
  countStatement,
  findLastStatement,
  insertStatement,
  listUnstated,
  type StatementEdition,
} from "./statementStore.ts";

/** The statement about a batch, by its counts now. */
async function draft(tx: Transaction, batch: StoredBatch): Promise<BatchStatement> {
  const { policy } = must(await findPolicy(tx, batch.policyDigest), "policy of a batch");
  const { name, version } = policy;
  const about = {
    batchId: batch.batchId,
    sale: batch.slug,
    policy: { name, version, digest: batch.policyDigest },
  };
  return statementOf(about, await countStatement(tx, batch.batchId));
}

async function publish(
  tx: Transaction,
  document: BatchStatement,
  last: StatementEdition | null,
  why: { readonly correction: string | null; readonly nowMs: number },
): Promise<StatementEdition> {
  const edition = {
    edition: (last?.edition ?? 0) + 1,
    document,
    digest: statementDigest(document),
    publishedAtMs: why.nowMs,
    correction: why.correction,
  };
  await insertStatement(tx, edition);
  return { batchId: document.batchId, ...edition };
}

/** A person's edition: the first one, or one that says what it corrects. The batch's row is locked. */
export async function publishByHand(
  tx: Transaction,
  batch: StoredBatch,
  why: { readonly correction: string | null; readonly nowMs: number },
): Promise<Result<StatementEdition, BatchRefusal>> {
  const notices = await noticesOfBatch(tx, batch.batchId);
  const correcting = why.correction !== null;
  const may = batchCan.beAnnounced(batch, notices.pending, correcting);
  if (!may.ok) return refused(may.why);
  const last = await findLastStatement(tx, batch.batchId);
  return accepted(await publish(tx, await draft(tx, batch), last, why));
}

/** Publishes what is due. It can be repeated and run on several servers. */
export async function publishStatements(sql: Sql, nowMs: number): Promise<void> {
  const publishOne = (batchId: string) =>
    inTransaction(sql, async (tx) => {
      const batch = must(await findBatch(tx, batchId, true), "listed batch");
      const { pending } = await noticesOfBatch(tx, batchId);
      if (batch.state !== "done" || pending > 0) return;
      const last = await findLastStatement(tx, batchId);
      const next = await draft(tx, batch);
      if (isNextDue(last, next, nowMs)) await publish(tx, next, last, { correction: null, nowMs });
    });
  await eachAlone(await listUnstated(sql), publishOne);
}
