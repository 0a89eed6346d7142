import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, type Sql, type Transaction } from "../../../db/connect.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { batchBound } from "../batch.ts";
import { countBatch, findBatch, readSample, type StoredBatch } from "./batchStore.ts";
import { ordersOfCases } from "../../review/io/caseStore.ts";
import { cancelByDecision } from "../../decision/io/decisionStore.ts";
import { findPolicy, type StoredPolicy } from "../../policy/io/policyStore.ts";

/** What carrying out a batch needs. */
export interface BatchRunDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly baseUrl: () => string;
  readonly calledChannels: ReadonlySet<string>;
}

/** Orders of one transaction: a stop waits for one of these, not for all. */
const ORDERS_AT_ONCE = 25;

/** Starts batches whose grace window is over; returns those that run now. */
async function startDue(sql: Sql, nowMs: number): Promise<string[]> {
  await sql`
    update batch set state = 'running' where state = 'grace' and runs_at <= ${new Date(nowMs)}`;
  const rows = await sql<{ batch_id: string }[]>`
    select batch_id from batch where state = 'running' order by runs_at, batch_id`;
  return rows.map((row) => row.batch_id);
}

/**
 * One portion of a batch. The batch's row is held, so a stop comes before or after it, never in between;
 * and the brake is looked at again here, where the harm would be done: whatever wrote "running" into the
 * row, without approvals and inside the budget nothing is cancelled.
 */
async function runPortion(deps: BatchRunDeps, batchId: string, nowMs: number): Promise<boolean> {
  return await inTransaction(deps.sql, async (tx) => {
    const batch = await findBatch(tx, batchId, true);
    if (batch?.state !== "running") return false;
    const stored = must(await findPolicy(tx, batch.policyDigest), "policy of a batch");
    const counts = await countBatch(tx, batchId, await readSample(tx, batchId));
    const { policy } = stored;
    const released =
      counts.sampledUndecided === 0 &&
      batchBound(counts, policy.batch).within &&
      batch.approvedBy.length >= policy.batch.approvals;
    if (!released) {
      await tx`update batch set state = 'approving', runs_at = null where batch_id = ${batchId}`;
      return false;
    }
    const rows = await tx<{ order_id: string; case_no: number }[]>`
      select order_id, case_no from batch_order
      where batch_id = ${batchId} and done_at is null order by order_id limit ${ORDERS_AT_ONCE}`;
    if (rows.length === 0) {
      await endBatch(tx, batch, nowMs);
      return false;
    }
    await cancelPortion(tx, deps, batch, { stored, rows, nowMs });
    return true;
  });
}

async function cancelPortion(
  tx: Transaction,
  deps: BatchRunDeps,
  batch: StoredBatch,
  portion: {
    readonly stored: StoredPolicy;
    readonly rows: readonly { order_id: string; case_no: number }[];
    readonly nowMs: number;
  },
): Promise<void> {
  const { stored, rows, nowMs } = portion;
  const context = {
    keyring: deps.keyring,
    sale: must(await findSale(tx, batch.slug), "sale of a batch"),
    stored,
    batchId: batch.batchId,
    approvedBy: batch.approvedBy,
    nowMs,
    baseUrl: deps.baseUrl(),
    calledChannels: deps.calledChannels,
  };
  const caseNos = [...new Set(rows.map((row) => row.case_no))];
  const orders = await ordersOfCases(tx, batch.saleNo, caseNos);
  const reviewers = await tx<{ case_no: number; decided_by: string | null }[]>`
    select case_no, decided_by from suspicion_case
    where sale_no = ${batch.saleNo} and case_no = any(${caseNos}::int[])`;
  for (const row of rows) {
    const order = must(
      orders.find((one) => one.orderId === row.order_id),
      "order of a batch",
    );
    const decidedByReviewer =
      reviewers.find((one) => one.case_no === row.case_no)?.decided_by ?? null;
    const cancelled =
      order.verdict !== "release" &&
      (await cancelByDecision(tx, context, { ...order, decidedByReviewer }));
    await tx`
      update batch_order set done_at = ${new Date(nowMs)},
        outcome = ${cancelled ? "cancelled" : "left_alone"}
      where batch_id = ${batch.batchId} and order_id = ${row.order_id}`;
  }
}

async function endBatch(tx: Transaction, batch: StoredBatch, nowMs: number): Promise<void> {
  await tx`
    update batch set state = 'done', ended_at = ${new Date(nowMs)}
    where batch_id = ${batch.batchId}`;
  await tx`
    update suspicion_case c set state = 'closed', version = version + 1
    from batch_case bc where bc.batch_id = ${batch.batchId} and bc.sale_no = c.sale_no
      and bc.case_no = c.case_no and c.state <> 'closed'`;
}

/** Carries on with every batch whose time has come; after a crash, where it was. */
export async function runBatches(deps: BatchRunDeps, nowMs: number): Promise<void> {
  for (const batchId of await startDue(deps.sql, nowMs)) {
    while (await runPortion(deps, batchId, nowMs));
  }
}
