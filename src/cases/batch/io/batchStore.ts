/*
 * SQL about batches: selecting and freezing cases, the drawn sample, approvals, progress. Lock
 * order: the batch's row, then its cases by number (docs/reference/locks.md).
 */

import { randomUUID } from "node:crypto";
import { must } from "../../../base/assert.ts";
import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { channelByNo, variantByNo } from "../../../sale/definition.ts";
import { type StoredSale, lastSeed } from "../../../sale/io/saleStore.ts";
import {
  drawSample,
  previewBatch,
  sampleSeed,
  sampleSize,
  selectionDigest,
  type Approval,
  type Batch,
  type BatchCounts,
  type BatchPreview,
} from "../batch.ts";
import { previewDeadlines } from "../deadlines.ts";
import { mayRefuse, recordedReasons } from "../../decision/decisionRecord.ts";
import { ordersOfCases, type StoredCaseOrder } from "../../review/io/caseStore.ts";
import { readGuard } from "../../ownError/io/guardStore.ts";
import type { StoredPolicy } from "../../policy/io/policyStore.ts";

/** An approval as it is stored. */
export interface StoredApproval extends Approval {
  /** ISO 8601 with the database's digits. */
  readonly approvedAt: string;
}

export interface StoredBatch extends Batch {
  readonly approvals: readonly StoredApproval[];
  readonly batchId: string;
  readonly saleNo: number;
  readonly slug: string;
  readonly policyDigest: string;
  readonly sampleSeed: string;
  readonly preview: BatchPreview;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly stoppedBy: string | null;
}

interface BatchRow extends Omit<StoredBatch, "createdAtMs" | "runsAtMs" | "announcedAtMs"> {
  readonly createdAt: Date;
  readonly runsAt: Date | null;
  readonly announcedAt: Date | null;
}

function asBatch({ createdAt, runsAt, announcedAt, ...batch }: BatchRow): StoredBatch {
  return {
    ...batch,
    createdAtMs: createdAt.getTime(),
    runsAtMs: runsAt?.getTime() ?? null,
    announcedAtMs: announcedAt?.getTime() ?? null,
  };
}

/**
 * A batch with the names of its approvers. With `lock` the row is locked by a statement of its own:
 * a statement that waits for a lock reads other tables from before the wait, and would miss the
 * approval it waited for.
 */
export async function findBatch(
  sql: Query,
  batchId: string,
  lock = false,
): Promise<StoredBatch | null> {
  if (lock) await sql`select 1 from batch where batch_id = ${batchId} for update`;
  const [row] = await sql<BatchRow[]>`
    select b.batch_id, b.sale_no, s.slug, b.state, b.selection_digest, b.policy_digest, b.sample_seed,
      b.preview, b.created_by, b.created_at, b.runs_at, b.stopped_by, b.announced_at,
      coalesce((select jsonb_agg(jsonb_build_object('who', operator_name, 'invitedPath', invited_path,
          'approvedAt', approved_at) order by approved_at, operator_name)
        from batch_approval a where a.batch_id = b.batch_id), '[]') as approvals
    from batch b join sale s using (sale_no) where batch_id = ${batchId}`;
  return row ? asBatch(row) : null;
}

/**
 * Locks the cases of a sample FOR SHARE until the transaction ends, so that none of its verdicts
 * changes meanwhile.
 */
export async function holdSample(tx: Transaction, batchId: string): Promise<void> {
  await tx`
    select 1 from batch_case bc join suspicion_case c using (sale_no, case_no)
    where bc.batch_id = ${batchId} and bc.sampled order by c.case_no for share of c`;
}

/** The batches of a sale, newest first. */
export async function listBatches(sql: Query, saleNo: number): Promise<StoredBatch[]> {
  const rows = await sql<{ batchId: string }[]>`
    select batch_id from batch where sale_no = ${saleNo} order by created_at desc, batch_id`;
  const all = await Promise.all(rows.map((row) => findBatch(sql, row.batchId)));
  return all.filter((one) => one !== null);
}

interface SelectedCase {
  readonly caseNo: number;
  readonly undecided: boolean;
}

/**
 * Locks the cases to select in order of their numbers, and keeps those that no other batch holds.
 */
async function selectCases(
  tx: Transaction,
  saleNo: number,
  select: "decided" | "all",
  caseNos: readonly number[] | undefined,
): Promise<SelectedCase[]> {
  const locked = await tx<{ caseNo: number }[]>`
    select case_no from suspicion_case
    where sale_no = ${saleNo} and (state = 'decided' or (${select} = 'all' and state = 'open'))
      and (${caseNos === undefined} or case_no = any(${(caseNos ?? []) as number[]}::int[]))
    order by case_no for update`;
  // Read under the locks: a batch created while this waited already has these cases.
  const rows = await tx<{ caseNo: number; state: string }[]>`
    select case_no, state from suspicion_case c
    where sale_no = ${saleNo} and case_no = any(${locked.map((row) => row.caseNo)}::int[])
      and not exists (select 1 from batch_case bc join batch b using (batch_id)
        where bc.sale_no = c.sale_no and bc.case_no = c.case_no and b.state <> 'stopped')
    order by case_no`;
  return rows.map((row) => ({ caseNo: row.caseNo, undecided: row.state === "open" }));
}

/** Paid and already cancelled orders of each channel, for its cancellation rate. */
async function ordersByChannel(tx: Query, sale: StoredSale) {
  const rows = await tx<{ channelNo: number; orders: number; cancelled: number }[]>`
    select channel_no, count(*)::int as orders,
      count(*) filter (where cancel_reason = 'by_decision')::int as cancelled
    from purchase_order where sale_no = ${sale.saleNo}
      and (state in ('paid', 'cod_confirmed') or cancel_reason = 'by_decision')
    group by channel_no`;
  return Object.fromEntries(
    rows.map(({ channelNo, orders, cancelled }) => [
      must(channelByNo(sale.definition, channelNo), "channel of an order").code,
      { orders, cancelled },
    ]),
  );
}

/**
 * Orders that a batch would cancel: paid, not released by a reviewer nor by their channel's
 * deadline, and with a strong reason under the policy.
 */
function cancellable(orders: readonly StoredCaseOrder[], stored: StoredPolicy): StoredCaseOrder[] {
  const braked = new Set(stored.reviewOnlyRules);
  return orders.filter(
    (order) =>
      (order.state === "paid" || order.state === "cod_confirmed") &&
      order.verdict !== "release" &&
      !order.letStand &&
      mayRefuse(stored.policy, recordedReasons(stored.policy, order.reasons, braked)),
  );
}

/** The harm that a batch of these orders would do, and the branches that their channels leave. */
async function countHarm(
  tx: Query,
  sale: StoredSale,
  { policy }: StoredPolicy,
  selected: {
    readonly orders: readonly StoredCaseOrder[];
    readonly ports: ReadonlyMap<string, ChannelPort>;
    readonly nowMs: number;
  },
): Promise<BatchPreview> {
  const { definition } = sale;
  const orders = selected.orders.map((order) => ({
    ...order,
    channel: must(channelByNo(definition, order.channelNo), "channel of an order").code,
    sku: must(variantByNo(definition, order.variantNo), "variant of an order").sku,
    ruleIds: [...new Set(recordedReasons(policy, order.reasons).map((reason) => reason.rule_id))],
  }));
  const { unitsPerPersonCount } = policy;
  const counted = previewBatch(orders, {
    unitsPerPersonCount,
    ordersByChannel: await ordersByChannel(tx, sale),
  });
  const byDeadline = previewDeadlines(orders, selected.ports, policy, selected.nowMs);
  return { ...counted, byDeadline };
}

export type BatchCreation =
  | { readonly ok: true; readonly batchId: string }
  | { readonly ok: false; readonly why: "batch_empty" | "sale_not_sealed" };

/** Freezes a selection, counts its harm, and draws the cases that a person decides first. */
export async function createBatch(
  tx: Transaction,
  sale: StoredSale,
  stored: StoredPolicy,
  wanted: {
    readonly select: "decided" | "all";
    readonly caseNos: readonly number[] | undefined;
    readonly operatorName: string;
    /** Channels that are told of disputed orders, by code. */
    readonly ports: ReadonlyMap<string, ChannelPort>;
    readonly nowMs: number;
  },
): Promise<BatchCreation> {
  const { saleNo } = sale;
  const seed = await lastSeed(tx, saleNo);
  if (seed === null) return { ok: false, why: "sale_not_sealed" };
  const candidates = await selectCases(tx, saleNo, wanted.select, wanted.caseNos);
  const caseNos = candidates.map((one) => one.caseNo);
  const orders = cancellable(await ordersOfCases(tx, saleNo, caseNos), stored);
  const withOrders = new Set(orders.map((order) => order.caseNo));
  const selected = candidates.filter((one) => withOrders.has(one.caseNo));
  if (selected.length === 0) return { ok: false, why: "batch_empty" };
  const digest = selectionDigest(orders);
  const drawSeed = sampleSeed(seed, digest);
  const undecided = selected.filter((one) => one.undecided).map((one) => one.caseNo);
  // After a broken promise (measured error above the budget) the whole selection is decided by
  // people.
  const { broken } = await readGuard(tx, stored);
  const size = broken
    ? undecided.length
    : sampleSize(
        { undecidedCases: undecided.length, selectedCases: selected.length },
        stored.policy.batch,
      );
  const sampled = drawSample(drawSeed, undecided, size);
  const preview = await countHarm(tx, sale, stored, { ...wanted, orders });
  const batchId = randomUUID();
  await tx`
    insert into batch (batch_id, sale_no, state, selection_digest, policy_digest, sample_seed,
      preview, created_by, created_at)
    values (${batchId}, ${saleNo}, ${sampled.length > 0 ? "sampling" : "approving"}, ${digest},
      ${stored.digest}, ${drawSeed}, ${tx.json(preview)}, ${wanted.operatorName},
      ${new Date(wanted.nowMs)})`;
  const drawn = new Set(sampled);
  await tx`
    insert into batch_case (batch_id, sale_no, case_no, undecided, sampled)
    select ${batchId}, ${saleNo}, case_no, undecided, sampled
    from unnest(${selected.map((one) => one.caseNo)}::int[],
      ${selected.map((one) => one.undecided)}::boolean[],
      ${selected.map((one) => drawn.has(one.caseNo))}::boolean[]) as c (case_no, undecided, sampled)`;
  await tx`
    insert into batch_order (batch_id, sale_no, order_id, case_no)
    select ${batchId}, ${saleNo}, order_id, case_no
    from unnest(${orders.map((order) => order.orderId)}::uuid[],
      ${orders.map((order) => order.caseNo)}::int[]) as o (order_id, case_no)`;
  return { ok: true, batchId };
}

export interface SampleLine {
  readonly caseNo: number;
  readonly found: "right" | "wrong" | null;
}

/**
 * The drawn cases with the person's finding: wrong if at least one of their orders was released.
 */
export async function readSample(sql: Query, batchId: string): Promise<SampleLine[]> {
  const rows = await sql<{ caseNo: number; state: string; released: boolean }[]>`
    select bc.case_no, c.state,
      exists (select 1 from case_order o where o.sale_no = bc.sale_no and o.case_no = bc.case_no
        and o.verdict = 'release') as released
    from batch_case bc join suspicion_case c using (sale_no, case_no)
    where bc.batch_id = ${batchId} and bc.sampled order by bc.case_no`;
  return rows.map(({ caseNo, state, released }) => ({
    caseNo,
    found: state === "open" ? null : released ? "wrong" : "right",
  }));
}

/** Counts for the bound; `sample` is the drawn sample with its findings. */
export async function countBatch(
  sql: Query,
  batchId: string,
  sample: readonly SampleLine[],
): Promise<BatchCounts> {
  const [row] = await sql<{ selected: number; undecided: number }[]>`
    select count(*)::int as selected, count(*) filter (where undecided)::int as undecided
    from batch_case where batch_id = ${batchId}`;
  const { selected, undecided } = must(row, "an aggregate is one row");
  return {
    selectedCases: selected,
    undecidedCases: undecided,
    sampledCases: sample.length,
    sampledUndecided: sample.filter((line) => line.found === null).length,
    foundWrong: sample.filter((line) => line.found === "wrong").length,
  };
}

/** Stores an approval and the state that follows from it; `graceMs` counts from now. */
export async function writeApproval(
  tx: Transaction,
  batchId: string,
  approval: {
    readonly by: Approval;
    readonly nowMs: number;
    readonly state: "approving" | "grace";
    readonly graceMs: number;
  },
): Promise<void> {
  const { by, nowMs, state, graceMs } = approval;
  await tx`
    insert into batch_approval (batch_id, operator_name, invited_path, approved_at)
    values (${batchId}, ${by.who}, ${by.invitedPath}::text[], ${new Date(nowMs)})`;
  await tx`
    update batch set state = ${state},
      runs_at = ${state === "grace" ? new Date(nowMs + graceMs) : null}
    where batch_id = ${batchId}`;
}

/** Stops a batch. Orders that it has cancelled stay cancelled. */
export async function writeStop(
  tx: Transaction,
  batchId: string,
  operatorName: string,
  nowMs: number,
): Promise<void> {
  await tx`
    update batch set state = 'stopped', stopped_by = ${operatorName}, ended_at = ${new Date(nowMs)}
    where batch_id = ${batchId}`;
}

export interface BatchProgress {
  readonly orders: number;
  readonly cancelled: number;
  readonly leftAlone: number;
  readonly channelCallsOpen: number;
  readonly channelCallsDone: number;
}

/** How far a batch has come, in orders and calls to channels. */
export async function readProgress(sql: Query, batchId: string): Promise<BatchProgress> {
  const [row] = await sql<BatchProgress[]>`
    select count(*)::int as orders,
      count(*) filter (where o.outcome = 'cancelled')::int as cancelled,
      count(*) filter (where o.outcome = 'left_alone')::int as left_alone,
      coalesce(sum(c.open), 0)::int as channel_calls_open,
      coalesce(sum(c.done), 0)::int as channel_calls_done
    from batch_order o left join lateral (
      select count(*) filter (where i.state in ('due', 'calling')) as open,
        count(*) filter (where i.state in ('done', 'refused')) as done
      from channel_call i where i.sale_no = o.sale_no and i.order_id = o.order_id) c on true
    where o.batch_id = ${batchId}`;
  return must(row, "an aggregate is one row");
}

/** Starts batches whose grace window is over; returns those that run now. */
export async function startDueBatches(sql: Query, nowMs: number): Promise<string[]> {
  await sql`
    update batch set state = 'running' where state = 'grace' and runs_at <= ${new Date(nowMs)}`;
  const rows = await sql<{ batchId: string }[]>`
    select batch_id from batch where state = 'running' order by runs_at, batch_id`;
  return rows.map(({ batchId }) => batchId);
}

/** Takes a running batch back to where it needs approvals. */
export async function unrelease(tx: Transaction, batchId: string): Promise<void> {
  await tx`update batch set state = 'approving', runs_at = null where batch_id = ${batchId}`;
}

/** An order of a batch. */
export interface BatchLine {
  readonly orderId: string;
  readonly caseNo: number;
}

/** An account of a batch in one case. */
export interface BatchPerson {
  readonly accountKey: string;
  readonly caseNo: number;
  readonly orders: number;
}

/** The accounts of a batch; those with the fewest orders first, as they would be hurt most. */
export async function listBatchPeople(
  sql: Query,
  batchId: string,
  mostCount: number,
): Promise<BatchPerson[]> {
  return await sql<BatchPerson[]>`
    select p.account_key, b.case_no, count(*)::int as orders
    from batch_order b join purchase_order p using (sale_no, order_id)
    where b.batch_id = ${batchId}
    group by p.account_key, b.case_no order by orders, b.case_no, p.account_key
    limit ${mostCount}`;
}

/** The next orders of a batch that were not carried out yet. */
export async function readUndone(
  tx: Transaction,
  batchId: string,
  mostCount: number,
): Promise<BatchLine[]> {
  return await tx<BatchLine[]>`
    select order_id, case_no from batch_order
    where batch_id = ${batchId} and done_at is null order by order_id limit ${mostCount}`;
}

/** The outcome of one order of a batch. */
export async function writeLine(
  tx: Transaction,
  batchId: string,
  orderId: string,
  done: { readonly outcome: "cancelled" | "left_alone"; readonly nowMs: number },
): Promise<void> {
  await tx`
    update batch_order set done_at = ${new Date(done.nowMs)}, outcome = ${done.outcome}
    where batch_id = ${batchId} and order_id = ${orderId}`;
}

/** Ends a batch that was carried out, and closes its cases. */
export async function endBatch(tx: Transaction, batchId: string, nowMs: number): Promise<void> {
  await tx`
    update batch set state = 'done', ended_at = ${new Date(nowMs)} where batch_id = ${batchId}`;
  await tx`
    update suspicion_case c set state = 'closed', version = version + 1
    from batch_case bc where bc.batch_id = ${batchId} and bc.sale_no = c.sale_no
      and bc.case_no = c.case_no and c.state <> 'closed'`;
}
