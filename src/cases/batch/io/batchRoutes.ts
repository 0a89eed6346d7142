/*
 * Routes for batches: create, list, show, approve, stop, announce. Approving locks the batch and
 * its sample first, so that no verdict of the sample can be taken back under an approval.
 */

import { accountLabel } from "../../../access/accountLabel.ts";
import { iso, isoOrNull } from "../../../base/instant.ts";
import type { FastifyInstance } from "fastify";
import { batchRoutes } from "../../../api/caseRoutes.ts";
import { readInvitedPath } from "../../../access/io/operatorStore.ts";
import { must } from "../../../base/assert.ts";
import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import type { Query } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { batchBound, batchCan, type BatchRefusal } from "../batch.ts";
import {
  countBatch,
  createBatch,
  findBatch,
  holdSample,
  listBatches,
  listBatchPeople,
  readProgress,
  readSample,
  writeApproval,
  writeStop,
  type StoredBatch,
} from "./batchStore.ts";
import { publishByHand } from "./statements.ts";
import { listStatements, type StatementEdition } from "./statementStore.ts";
import { requirePublished } from "../../policy/io/requirePublished.ts";
import { noticesOfBatch } from "../../decision/io/decisionStore.ts";
import { findPolicy, policyOfSale } from "../../policy/io/policyStore.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";

/** Accounts of a batch on its screen; the cases have the rest. */
const PEOPLE_SHOWN = 500;

/** Throws a rule's refusal by its wire code; the types prove that every code exists. */
const refuse = (why: BatchRefusal): never => {
  throw new Refusal(why);
};

async function requireBatch(sql: Query, batchId: string, lock = false): Promise<StoredBatch> {
  const batch = await findBatch(sql, batchId, lock);
  if (!batch) throw new Refusal("batch_not_found");
  return batch;
}

async function presentBatch(sql: Query, batch: StoredBatch) {
  const sample = await readSample(sql, batch.batchId);
  const counts = await countBatch(sql, batch.batchId, sample);
  const { policy } = must(await findPolicy(sql, batch.policyDigest), "policy of a batch");
  const notices = await noticesOfBatch(sql, batch.batchId);
  const progress = await readProgress(sql, batch.batchId);
  return {
    batchId: batch.batchId,
    sale: batch.slug,
    state: batch.state,
    selectionDigest: batch.selectionDigest,
    sampleSeed: batch.sampleSeed,
    createdBy: batch.createdBy,
    createdAt: iso(batch.createdAtMs),
    runsAt: isoOrNull(batch.runsAtMs),
    stoppedBy: batch.stoppedBy,
    announcedAt: isoOrNull(batch.announcedAtMs),
    approvedBy: batch.approvals.map(({ who }) => who),
    approvals: batch.approvals.map(({ who, invitedPath, approvedAt }) => ({
      name: who,
      invitedBy: [...invitedPath],
      at: iso(Date.parse(approvedAt)),
    })),
    preview: batch.preview,
    sample,
    bound: {
      ...batchBound(counts, policy.batch),
      sampledUndecided: counts.sampledUndecided,
      confidence: policy.batch.confidence,
    },
    progress: {
      ...progress,
      noticesPending: notices.pending,
      noticesDelivered: notices.delivered,
      noticesBounced: notices.bounced,
      noticesTimedOut: notices.timedOut,
    },
  };
}

export interface BatchDeps extends HttpDeps {
  /** Channels that are told of disputed orders, by code. */
  readonly ports: ReadonlyMap<string, ChannelPort>;
}

/** Mounts the routes for creating and reading batches, and those of the brake. */
export function mountBatches(app: FastifyInstance, deps: BatchDeps): void {
  mount(app, deps, batchRoutes.createBatch, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const stored = await policyOfSale(tx, sale.saleNo);
    if (!stored) throw new Refusal("policy_not_found");
    const { select, caseNos } = body;
    // Creating a batch reads every order of the sale that is not cancelled.
    await tx.allow("work");
    const created = await createBatch(tx, sale, stored, {
      select,
      caseNos,
      operatorName: operator.name,
      ports: deps.ports,
      nowMs,
    });
    if (!created.ok) throw new Refusal(created.why);
    const batch = await requireBatch(tx, created.batchId);
    return { status: 201, body: await presentBatch(tx, batch) };
  });

  mount(app, deps, batchRoutes.listBatches, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const batches = await listBatches(deps.sql, sale.saleNo);
    const shown = await Promise.all(batches.map((batch) => presentBatch(deps.sql, batch)));
    return { status: 200, body: { batches: shown } };
  });

  mount(app, deps, batchRoutes.listBatchPeople, async ({ params }) => {
    const { batchId } = await requireBatch(deps.sql, params.batchId);
    const rows = await listBatchPeople(deps.sql, batchId, PEOPLE_SHOWN + 1);
    const people = rows.slice(0, PEOPLE_SHOWN).map(({ accountKey, caseNo, orders }) => ({
      account: accountLabel(accountKey),
      caseNo,
      orders,
    }));
    return { status: 200, body: { people, isMore: rows.length > PEOPLE_SHOWN } };
  });

  mount(app, deps, batchRoutes.showBatch, async ({ params }) => {
    const batch = await requireBatch(deps.sql, params.batchId);
    return { status: 200, body: await presentBatch(deps.sql, batch) };
  });

  mountBrake(app, deps);
}

/** Approve, stop and announce, and what was announced. */
function mountBrake(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, batchRoutes.approveBatch, async (tx, { params, body, operator, nowMs }) => {
    const batch = await requireBatch(tx, params.batchId, true);
    await holdSample(tx, batch.batchId);
    const { policy } = must(await findPolicy(tx, batch.policyDigest), "policy of a batch");
    const counts = await countBatch(tx, batch.batchId, await readSample(tx, batch.batchId));
    const invitedPath = await readInvitedPath(tx, operator.operatorId);
    const by = { who: operator.name, invitedPath, digest: body.selectionDigest };
    const { approvals, independentApprovals, graceMinutes } = policy.batch;
    const rule = { budget: policy.batch, approvals, independentApprovals };
    const next = batchCan.beApproved(batch, by, counts, rule);
    if (!next.ok) return refuse(next.why);
    const graceMs = graceMinutes * 60_000;
    const approval = { by, nowMs, state: next.value, graceMs };
    await writeApproval(tx, batch.batchId, approval);
    return { status: 200, body: await presentBatch(tx, await requireBatch(tx, batch.batchId)) };
  });

  mount(app, deps, batchRoutes.stopBatch, async (tx, { params, operator, nowMs }) => {
    const batch = await requireBatch(tx, params.batchId, true);
    const stopped = batchCan.beStopped(batch);
    if (!stopped.ok) return refuse(stopped.why);
    await writeStop(tx, batch.batchId, operator.name, nowMs);
    return { status: 200, body: await presentBatch(tx, await requireBatch(tx, batch.batchId)) };
  });

  mount(app, deps, batchRoutes.announceBatch, async (tx, { params, body, nowMs }) => {
    const batch = await requireBatch(tx, params.batchId, true);
    const why = { correction: body.correction ?? null, nowMs };
    const published = await publishByHand(tx, batch, why);
    if (!published.ok) return refuse(published.why);
    const { edition, document } = published.value;
    return { status: 200, body: { announcedAt: iso(nowMs), edition, statement: document.text } };
  });

  mount(app, deps, batchRoutes.listStatements, async ({ params }) => {
    const sale = await requirePublished(deps, params.slug);
    const editions = await listStatements(deps.sql, sale.saleNo);
    return { status: 200, body: { statements: editions.map(presentStatement) } };
  });
}

/** An edition of a statement in the form of the wire contract. */
function presentStatement({ publishedAtMs, document, ...edition }: StatementEdition) {
  return {
    ...edition,
    publishedAt: iso(publishedAtMs),
    document: document as unknown as Record<string, unknown>,
  };
}
