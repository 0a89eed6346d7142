/*
 * Routes by which a buyer uses her rights: decisions about her orders, appeals (by the notice's
 * link or signed in), her own orders and entitlements, a copy of her data, erasure. A link that is
 * unknown and a decision of another account get the same answer, `decision_not_found`.
 */

import { looksAt } from "../../../people/io/lookStore.ts";
import type { FastifyInstance } from "fastify";
import type { Keyring } from "../../../access/io/keyring.ts";
import { iso } from "../../../base/instant.ts";
import { rightsRoutes } from "../../../api/rightsRoutes.ts";
import { mount, mountPrepared } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { fileAppeal } from "../../appeal/io/appealCommands.ts";
import { readAppealFiles } from "../../appeal/io/appealFiles.ts";
import {
  decisionsOfAccount,
  findDecision,
  findDecisionByLink,
  type StoredDecision,
} from "../../decision/io/decisionStore.ts";
import { presentStanding } from "../../../sale/standing/io/presentStanding.ts";
import { standingOf } from "../../../sale/standing/standing.ts";
import { giveMoneyBack } from "../../appeal/io/letGo.ts";
import { ownTimeline } from "../ownOrder.ts";
import { ordersOfAccount, type OwnOrder } from "./ownOrderStore.ts";
import { listEntitlements, waiveEntitlement } from "../../remedy/io/remedyStore.ts";
import { askErasure, exportAccount } from "./rightsStore.ts";
import { agreeToSubstitute, substitutesFor } from "../../remedy/io/substituteStore.ts";
import { presentEntitlement, presentSubstitute } from "../../remedy/io/presentEntitlement.ts";
import { presentDecision } from "../../dossier/io/presentDecision.ts";
import type { Transaction } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";

function presentOwnOrder(order: OwnOrder, nowMs: number) {
  const standing = standingOf(order.facts, nowMs);
  const { orderId, sale, saleTitle, roundNo, channel, variant, decisionId } = order;
  const { priceMinorUnits, currency, paymentMethod, refundDue } = order;
  return {
    orderId,
    sale,
    saleTitle,
    roundNo,
    channel,
    variant,
    decisionId,
    priceMinorUnits,
    currency,
    paymentMethod,
    refundDue,
    status: standing.code,
    standing: presentStanding(standing),
    timeline: ownTimeline(order).map(({ what, atMs }) => ({ what, at: iso(atMs) })),
  };
}

/** Gives the money back and answers with the decision; the caller holds the decision's row. */
async function moneyBack(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  nowMs: number,
) {
  const given = await giveMoneyBack(tx, keyring, decision, nowMs);
  if (!given.ok) throw new Refusal(given.why);
  return { status: 200, body: await presentDecision(tx, decision, nowMs) };
}

function mountMoneyBack(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mount(app, deps, rightsRoutes.takeMoneyBack, async (tx, { params, nowMs }) => {
    const decision = await findDecisionByLink(tx, keyring, params.link, true);
    if (!decision) throw new Refusal("decision_not_found");
    return await moneyBack(tx, keyring, decision, nowMs);
  });

  mount(app, deps, rightsRoutes.takeOwnMoneyBack, async (tx, { params, buyer, nowMs }) => {
    const decision = await findDecision(tx, params.decisionId, true);
    if (decision?.accountKey !== buyer.accountKey) throw new Refusal("decision_not_found");
    return await moneyBack(tx, keyring, decision, nowMs);
  });
}

/** Mounts the routes. Files of an appeal are read and checked before its transaction begins. */
export function mountRights(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mountMoneyBack(app, deps);
  mount(app, deps, rightsRoutes.showOwnDecision, async ({ params, nowMs }) => {
    const decision = await findDecisionByLink(deps.sql, keyring, params.link);
    if (!decision) throw new Refusal("decision_not_found");
    return { status: 200, body: await presentDecision(deps.sql, decision, nowMs) };
  });

  mountPrepared(app, deps, rightsRoutes.fileAppeal, {
    // Files are read only for a link that leads to a decision.
    admit: async ({ link }) => {
      if (!(await findDecisionByLink(deps.sql, keyring, link))) {
        throw new Refusal("decision_not_found");
      }
    },
    prepare: ({ files, gone }) => readAppealFiles(files, gone),
    work: async (tx, { params, body, nowMs }, files) => {
      const decision = await findDecisionByLink(tx, keyring, params.link, true);
      if (!decision) throw new Refusal("decision_not_found");
      await fileAppeal(tx, keyring, decision, { ...body, files }, nowMs);
      return { status: 201, body: await presentDecision(tx, decision, nowMs) };
    },
  });

  mount(app, deps, rightsRoutes.listOwnOrders, async ({ buyer, nowMs }) => {
    const orders = await ordersOfAccount(deps.sql, buyer.accountKey);
    return { status: 200, body: { orders: orders.map((one) => presentOwnOrder(one, nowMs)) } };
  });

  mount(app, deps, rightsRoutes.listOwnDecisions, async ({ buyer, nowMs }) => {
    const decisions = await decisionsOfAccount(deps.sql, buyer.accountKey);
    const shown = await Promise.all(decisions.map((one) => presentDecision(deps.sql, one, nowMs)));
    return { status: 200, body: { decisions: shown } };
  });

  mountPrepared(app, deps, rightsRoutes.fileOwnAppeal, {
    prepare: ({ files, gone }) => readAppealFiles(files, gone),
    work: async (tx, { params, body, buyer, nowMs }, files) => {
      const decision = await findDecision(tx, params.decisionId, true);
      if (decision?.accountKey !== buyer.accountKey) throw new Refusal("decision_not_found");
      await fileAppeal(tx, keyring, decision, { ...body, files }, nowMs);
      return { status: 201, body: await presentDecision(tx, decision, nowMs) };
    },
  });

  mountEntitlements(app, deps);

  mountOwnData(app, deps);
}

/** Routes about her data: looks at them, a copy, erasure. */
function mountOwnData(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mount(app, deps, rightsRoutes.listOwnLooks, async ({ buyer }) => {
    const looks = await looksAt(deps.sql, buyer.accountKey);
    const shown = looks.map((look) => ({ ...look, lookedAt: iso(look.lookedAt.getTime()) }));
    return { status: 200, body: { looks: shown } };
  });

  mount(app, deps, rightsRoutes.exportOwnData, async ({ buyer, nowMs }) => ({
    status: 200,
    body: await exportAccount(deps.sql, keyring, buyer.accountKey, nowMs),
  }));

  mount(app, deps, rightsRoutes.askErasure, async (tx, { buyer, nowMs }) => {
    const { askedAtMs, erasedNow } = await askErasure(tx, keyring, buyer.accountKey, nowMs);
    return { status: 202, body: { askedAt: new Date(askedAtMs).toISOString(), erasedNow } };
  });
}

/** Units owed to the buyer: the list, substitutes, giving one up. */
function mountEntitlements(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, rightsRoutes.listOwnEntitlements, async ({ buyer, nowMs }) => {
    const own = await listEntitlements(deps.sql, { accountKey: buyer.accountKey });
    const substitutes = await substitutesFor(deps.sql, own, nowMs);
    const entitlements = own.map((one) => ({
      ...presentEntitlement(one),
      substitutes: (substitutes.get(one.entitlementId) ?? []).map(presentSubstitute),
    }));
    return { status: 200, body: { entitlements } };
  });

  mount(app, deps, rightsRoutes.agreeToSubstitute, async (tx, { params, body, buyer, nowMs }) => {
    const own = await listEntitlements(tx, { accountKey: buyer.accountKey });
    const about = own.find((one) => one.entitlementId === params.entitlementId);
    const outcome = await agreeToSubstitute(tx, about, body, nowMs);
    if (outcome !== "written") throw new Refusal(outcome);
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, rightsRoutes.waiveEntitlement, async (tx, { params, buyer, nowMs }) => {
    const { entitlementId } = params;
    const outcome = await waiveEntitlement(tx, entitlementId, buyer.accountKey, nowMs);
    if (outcome !== "waived") throw new Refusal(outcome);
    return { status: 200, body: { ok: true } };
  });
}
