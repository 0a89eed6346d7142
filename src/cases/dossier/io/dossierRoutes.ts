/*
 * The desk's view of one decision, and its export as one document for a consumer body. Neither
 * contains anything about other buyers.
 */

import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { presentAllAudiences } from "./presentDecision.ts";
import type { Query } from "../../../db/connect.ts";
import { Refusal } from "../../../http/problem.ts";
import { listCaseEvents } from "../../review/io/caseStore.ts";
import { findDecision, listNotices, type StoredDecision } from "../../decision/io/decisionStore.ts";

export function mountDossiers(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.showDecision, async ({ params, nowMs }) => ({
    status: 200,
    body: await presentAllAudiences(
      deps.sql,
      await requireDecision(deps.sql, params.decisionId),
      nowMs,
    ),
  }));

  mount(app, deps, remedyRoutes.exportDecision, async ({ params, nowMs }) => ({
    status: 200,
    body: await dossier(deps.sql, await requireDecision(deps.sql, params.decisionId), nowMs),
  }));
}

/** The decision; throws `decision_not_found`. */
async function requireDecision(sql: Query, decisionId: string): Promise<StoredDecision> {
  const decision = await findDecision(sql, decisionId);
  if (!decision) throw new Refusal("decision_not_found");
  return decision;
}

/** Everything about one decision in one document. */
async function dossier(sql: Query, decision: StoredDecision, nowMs: number) {
  const notices = await listNotices(sql, decision.decisionId);
  const events =
    decision.caseNo === null ? [] : await listCaseEvents(sql, decision.saleNo, decision.caseNo);
  return {
    format: "giliran.dossier/1",
    ...(await presentAllAudiences(sql, decision, nowMs)),
    decidedBy: [...decision.decidedBy],
    notices,
    log: events.map(({ kind, actor, atMs }) => ({ kind, actor, at: new Date(atMs).toISOString() })),
  };
}
