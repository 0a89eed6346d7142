/* The console's list of money that fits no order. */

import type { FastifyInstance } from "fastify";
import { paymentRoutes } from "../../../api/paymentRoutes.ts";
import { iso } from "../../../base/instant.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { listMisfits, settleMisfit, type StoredMisfit } from "./misfitStore.ts";

/** Mounts the list, and the command that takes a line from it. */
export function mountMisfits(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, paymentRoutes.listMisfits, async ({ query }) => ({
    status: 200,
    body: { misfits: (await listMisfits(deps.sql, query.limit)).map(presentMisfit) },
  }));

  mount(app, deps, paymentRoutes.settleMisfit, async (tx, { params, operator, nowMs }) => {
    const by = { operatorName: operator.name, nowMs };
    if (!(await settleMisfit(tx, params.misfitNo, by))) throw new Refusal("misfit_not_found");
    return { status: 200, body: { ok: true } };
  });
}

function presentMisfit({ reportedAt, settledAt, ...misfit }: StoredMisfit) {
  return {
    ...misfit,
    reportedAt: iso(reportedAt.getTime()),
    settledAt: settledAt && iso(settledAt.getTime()),
  };
}
