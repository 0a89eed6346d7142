/*
 * Routes for making good: list what is owed, owe a unit for a failure of ours, set units of a round
 * aside before its lobby opens.
 */

import type { FastifyInstance } from "fastify";
import { asUuid } from "../../../access/io/keyring.ts";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { variantBySku } from "../../../sale/definition.ts";
import { carveOutRound, creditFailure, listEntitlements } from "./remedyStore.ts";
import { presentEntitlement } from "./presentEntitlement.ts";
import { requireAnySale, requireRound } from "../../../sale/io/requireSale.ts";
import { genuineTicket } from "../../../sale/io/presentEntry.ts";

export function mountRemedies(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.listEntitlements, async () => {
    const all = await listEntitlements(deps.sql);
    return { status: 200, body: { entitlements: all.map(presentEntitlement) } };
  });

  mount(app, deps, remedyRoutes.creditFailure, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const ticket = genuineTicket(deps.keyring, body.ticket);
    if (ticket?.saleNo !== sale.saleNo) throw new Refusal("ticket_invalid");
    if (!variantBySku(sale.definition, body.sku)) throw new Refusal("variant_unknown");
    const { roundNo, entryId } = ticket;
    const credit = await creditFailure(tx, deps.keyring, {
      sale,
      roundNo,
      entryId: asUuid(entryId),
      sku: body.sku,
      reason: body.reason,
      nowMs,
      operatorName: operator.name,
    });
    if (!credit) throw new Refusal("credited_already");
    return { status: 201, body: presentEntitlement(credit) };
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
