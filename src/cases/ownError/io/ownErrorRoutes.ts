/*
 * Routes about the system's own error: draw a sample, judge its orders, publish the shares; and the
 * console's overview of a sale's analysis.
 */

import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import { iso } from "../../../base/instant.ts";
import type { Transaction } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount, mountPrepared } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import {
  brakeRules,
  drawErrorSample,
  judgeSample,
  listErrorSample,
  readOwnError,
} from "./errorStore.ts";
import {
  evidenceEndsAtMs,
  findSampled,
  ordersWithoutView,
  readFirstVerdict,
  writeViews,
} from "./sampleStore.ts";
import { makeViews } from "./sampleViews.ts";
import { rightsRoutes } from "../../../api/rightsRoutes.ts";
import { integrityRoutes } from "../../../api/planRoutes.ts";
import { clustersNeeded } from "../../../integrity/bound.ts";
import { readSaleStatus, type StoredSale } from "../../../sale/io/saleStore.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { findAudit } from "../../review/io/auditStore.ts";
import { countDecidedCases } from "../../review/io/caseStore.ts";
import { requirePublished } from "../../policy/io/requirePublished.ts";

export function mountOwnErrorDesk(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.drawErrorSample, async (tx, { params, body, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    await requireEvidence(tx, sale, nowMs);
    const drawn = await drawErrorSample(tx, sale.saleNo, body, nowMs);
    if (!drawn) throw new Refusal("sale_not_sealed");
    return { status: 200, body: drawn };
  });

  mount(app, deps, remedyRoutes.listErrorSample, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    return { status: 200, body: { orders: await listErrorSample(deps.sql, sale.saleNo) } };
  });

  mount(app, deps, remedyRoutes.judgeErrorSample, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const judged = { found: body.found, who: operator.name, nowMs };
    const outcome = await judgeSample(tx, sale.saleNo, params.sampleId, judged);
    if (outcome !== "judged") throw new Refusal(outcome);
    await brakeRules(tx, sale, nowMs);
    return { status: 200, body: await readOwnError(tx, sale) };
  });
  mountLooking(app, deps);
}

/**
 * Throws `facts_expired` at one moment for all orders of a sale: facts that only refused ones still
 * have would tell them apart.
 */
async function requireEvidence(tx: Transaction, sale: StoredSale, nowMs: number): Promise<void> {
  const endsAtMs = await evidenceEndsAtMs(tx, sale.saleNo);
  if (endsAtMs !== null && nowMs >= endsAtMs) throw new Refusal("facts_expired");
}

/** Looking at a drawn order. The first look after a draw makes the views of all that was drawn. */
function mountLooking(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mountPrepared(app, deps, remedyRoutes.lookAtErrorSample, {
    prepare: async ({ params }) => {
      const sql = deps.sql.within("work");
      const sale = await requireAnySale(sql, params.slug);
      const wanted = await ordersWithoutView(sql, sale.saleNo);
      if (wanted.length === 0) return { sale, views: [] };
      const make = () => makeViews({ sql, keyring }, sale, wanted);
      return { sale, views: await deps.limits.run("thread", make) };
    },
    work: async (tx, { params, nowMs }, { sale, views }) => {
      const { saleNo } = sale;
      await requireEvidence(tx, sale, nowMs);
      await writeViews(tx, keyring, saleNo, views);
      const sampled = await findSampled(tx, keyring, saleNo, params.sampleId);
      if (!sampled?.view) throw new Refusal("order_not_found");
      const { found, view, orderId } = sampled;
      const first = found === null ? null : await readFirstVerdict(tx, saleNo, orderId);
      return { status: 200, body: { ...view, found, first } };
    },
  });
}

export function mountOwnErrors(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, rightsRoutes.showOwnError, async ({ params }) => {
    const sale = await requirePublished(deps, params.slug);
    return { status: 200, body: await readOwnError(deps.sql, sale) };
  });
}

export function mountIntegrityDesk(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, integrityRoutes.showIntegrity, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const { policyDigest } = await readSaleStatus(deps.sql, sale.saleNo);
    const audit = await findAudit(deps.sql, sale.saleNo);
    return {
      status: 200,
      body: {
        audit: audit && { ...audit, auditedAt: iso(audit.auditedAt.getTime()) },
        policyDigest,
        error: policyDigest === null ? null : await readOwnError(deps.sql, sale),
        clustersNeeded: clustersNeeded({ alpha: 0.005, delta: 0.05, holdsPerCase: 3 }),
        clustersDecided: await countDecidedCases(deps.sql, sale.saleNo),
      },
    };
  });
}
