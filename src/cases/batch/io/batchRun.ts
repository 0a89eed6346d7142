/*
 * Runs batches whose grace window is over, a few orders in each transaction, and resumes after a
 * crash.
 * Must never happen: an order is cancelled in a batch that was stopped, lacks approvals or exceeds
 * its budget. Each transaction therefore locks the batch's row and checks all of it again.
 */

import type { Keyring } from "../../../access/io/keyring.ts";
import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, type Sql, type Transaction } from "../../../db/connect.ts";
import { eachAlone } from "../../../db/eachAlone.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { batchBound, enoughApprovals } from "../batch.ts";
import {
  countBatch,
  endBatch,
  findBatch,
  readSample,
  readUndone,
  startDueBatches,
  unrelease,
  writeLine,
  type BatchLine,
  type StoredBatch,
} from "./batchStore.ts";
import { ordersOfCases, readReviewers } from "../../review/io/caseStore.ts";
import { cancelByDecision } from "../../decision/io/decisionStore.ts";
import { findPolicy, type StoredPolicy } from "../../policy/io/policyStore.ts";

/** Dependencies of running a batch. */
export interface BatchRunDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly baseUrl: () => string;
  /** Channels that are told of disputed orders, by code. */
  readonly ports: ReadonlyMap<string, ChannelPort>;
}

/** Orders in one transaction. A stop waits for one such transaction, not for the batch. */
const ORDERS_AT_ONCE = 25;

/**
 * Cancels the next few orders; false if nothing is left or the batch may not run. It holds the
 * batch's row, so a stop takes effect before or after it. The brake is checked again here, where
 * the harm is done: even if something wrote `running` into the row, nothing is cancelled without
 * approvals and within the budget.
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
      enoughApprovals(batch.approvals, policy.batch);
    if (!released) {
      await unrelease(tx, batchId);
      return false;
    }
    const lines = await readUndone(tx, batchId, ORDERS_AT_ONCE);
    if (lines.length === 0) {
      await endBatch(tx, batchId, nowMs);
      return false;
    }
    await cancelPortion(tx, deps, batch, { stored, lines, nowMs });
    return true;
  });
}

/**
 * Cancels these orders; one that was released meanwhile, or may not be cancelled any more, is left
 * alone.
 */
async function cancelPortion(
  tx: Transaction,
  deps: BatchRunDeps,
  batch: StoredBatch,
  portion: {
    readonly stored: StoredPolicy;
    readonly lines: readonly BatchLine[];
    readonly nowMs: number;
  },
): Promise<void> {
  const { stored, lines, nowMs } = portion;
  const context = {
    keyring: deps.keyring,
    sale: must(await findSale(tx, batch.slug), "sale of a batch"),
    stored,
    batchId: batch.batchId,
    approvedBy: batch.approvals.map(({ who }) => who),
    nowMs,
    baseUrl: deps.baseUrl(),
    ports: deps.ports,
  };
  const caseNos = [...new Set(lines.map((line) => line.caseNo))];
  const orders = await ordersOfCases(tx, batch.saleNo, caseNos);
  const reviewers = await readReviewers(tx, batch.saleNo, caseNos);
  for (const { orderId, caseNo } of lines) {
    const order = must(
      orders.find((one) => one.orderId === orderId),
      "order of a batch",
    );
    const decidedByReviewer = reviewers.get(caseNo) ?? null;
    const cancelled =
      order.verdict !== "release" &&
      !order.letStand &&
      (await cancelByDecision(tx, context, { ...order, decidedByReviewer }));
    const outcome = cancelled ? "cancelled" : "left_alone";
    await writeLine(tx, batch.batchId, orderId, { outcome, nowMs });
  }
}

/** Runs every batch that is due; after a crash it resumes where it was. */
export async function runBatches(deps: BatchRunDeps, nowMs: number): Promise<void> {
  await eachAlone(await startDueBatches(deps.sql, nowMs), async (batchId) => {
    while (await runPortion(deps, batchId, nowMs));
  });
}
