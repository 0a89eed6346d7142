/*
 * Routes for making good: list what is owed, set units of a round aside before its lobby opens.
 */

import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { carveOutRound, listEntitlements } from "./remedyStore.ts";
import { presentEntitlement } from "./presentEntitlement.ts";
import { requireAnySale, requireRound } from "../../../sale/io/requireSale.ts";

export function mountRemedies(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.listEntitlements, async () => {
    const all = await listEntitlements(deps.sql);
    return { status: 200, body: { entitlements: all.map(presentEntitlement) } };
  });

  mount(app, deps, remedyRoutes.carveOutRound, async (tx, { params, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const round = requireRound(sale, params.roundNo);
    if (nowMs >= round.lobbyOpensAtMs) throw new Refusal("round_opened");
    const carved = await carveOutRound(tx, sale, round, { operatorName: operator.name, nowMs });
    if (!carved) throw new Refusal("carved_already");
    return { status: 200, body: carved };
  });
}
