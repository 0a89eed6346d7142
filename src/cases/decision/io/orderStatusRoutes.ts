/*
 * The routes by which a channel, a courier or the desk asks how an order stands and reports a
 * status. A status that contradicts our own records is refused (`statusCan`).
 */

import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { Query } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { presentStanding } from "../../../sale/standing/io/presentStanding.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { readStandingFacts } from "../../../sale/standing/io/standingStore.ts";
import { AUDIENCES, standingOf, type StandingFacts } from "../../../sale/standing/standing.ts";
import { statusCan } from "../status.ts";
import { channelStatus, courierText, helpDeskText } from "../wording.ts";
import { findDecision } from "./decisionStore.ts";
import { findDecisionId, holdOrder, writeOrderStatus } from "./orderStatusStore.ts";

async function requireFacts(sql: Query, saleNo: number, orderId: string): Promise<StandingFacts> {
  const facts = await readStandingFacts(sql, saleNo, orderId);
  if (!facts) throw new Refusal("order_not_found");
  return facts;
}

export function mountOrderStatus(app: FastifyInstance, deps: HttpDeps): void {
  const { sql } = deps;
  mount(app, deps, remedyRoutes.showOrderStanding, async ({ params, nowMs }) => {
    const { saleNo, definition } = await requireAnySale(sql, params.slug);
    const { orderId } = params;
    const standing = standingOf(await requireFacts(sql, saleNo, orderId), nowMs);
    const decisionId = await findDecisionId(sql, saleNo, orderId);
    const decision = decisionId === null ? null : await findDecision(sql, decisionId);
    return {
      status: 200,
      body: {
        orderId,
        decisionId,
        standing: presentStanding(standing),
        helpDesk: helpDeskText(standing, decision?.record ?? null, definition.timeZone),
        channelStatus: channelStatus(standing),
        courier: courierText(standing),
        takes: [...AUDIENCES[standing.code].takes],
      },
    };
  });

  mount(app, deps, remedyRoutes.setOrderStatus, async (tx, { params, body, operator, nowMs }) => {
    const { saleNo } = await requireAnySale(tx, params.slug);
    const { orderId } = params;
    await holdOrder(tx, saleNo, orderId);
    const facts = await requireFacts(tx, saleNo, orderId);
    const handoverReference = body.handoverReference ?? facts.handoverReference;
    const { code } = standingOf(facts, nowMs);
    const may = statusCan({ code, handoverReference }, body.status);
    if (!may.ok) throw new Refusal(may.why);
    await writeOrderStatus(tx, {
      saleNo,
      orderId,
      status: body.status,
      nowMs,
      handoverReference: body.handoverReference ?? null,
      who: operator.name,
    });
    return { status: 200, body: { ok: true } };
  });
}
