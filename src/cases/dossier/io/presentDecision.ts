/* A decision in the form of the wire contract: for its buyer, and for all audiences at once. */

import { iso } from "../../../base/instant.ts";
import { must } from "../../../base/assert.ts";
import type { Query } from "../../../db/connect.ts";
import { presentStanding } from "../../../sale/standing/io/presentStanding.ts";
import { readStandingFacts } from "../../../sale/standing/io/standingStore.ts";
import { standingOf, type Standing } from "../../../sale/standing/standing.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { appealCan } from "../../appeal/appeal.ts";
import { OUTSIDE_ROUTES } from "../words.ts";
import { channelStatus, courierText, helpDeskText } from "../../decision/wording.ts";
import { findAppealOfDecision } from "../../appeal/io/appealStore.ts";
import type { StoredDecision } from "../../decision/io/decisionStore.ts";
import { listEntitlements } from "../../remedy/io/remedyStore.ts";

/** How the order of a decision stands. */
async function readStanding(sql: Query, decision: StoredDecision, nowMs: number) {
  const facts = await readStandingFacts(sql, decision.saleNo, decision.orderId);
  return standingOf(must(facts, "decided order"), nowMs);
}

/** A decision for its buyer: everything about her, nothing about anybody else. */
export async function presentDecision(
  sql: Query,
  decision: StoredDecision,
  nowMs: number,
  known?: Standing,
) {
  const standing = known ?? (await readStanding(sql, decision, nowMs));
  const appeal = await findAppealOfDecision(sql, decision.decisionId);
  const [entitlement] = await listEntitlements(sql, { decisionId: decision.decisionId });
  return {
    decisionId: decision.decisionId,
    state: decision.state,
    record: { ...decision.record },
    recordDigest: decision.recordDigest,
    unitHeld: standing.code === "by_decision",
    standing: presentStanding(standing),
    mayTakeMoneyBack: standing.code === "by_decision" && standing.money?.kind === "kept",
    mayAppeal: appealCan.beFiled(decision, appeal !== null, nowMs).ok,
    appeal: appeal && {
      appealId: appeal.appealId,
      state: appeal.state,
      filedAt: iso(appeal.filedAtMs),
      dueAt: iso(appeal.dueAtMs),
      byDefault: appeal.byDefault,
      answer: appeal.answer,
    },
    entitlement: entitlement
      ? {
          entitlementId: entitlement.entitlementId,
          state: entitlement.state,
          sku: entitlement.sku,
          priceMinorUnits: entitlement.priceMinorUnits,
          currency: entitlement.currency,
          expiresAt: iso(entitlement.expiresAtMs),
          sale: entitlement.slug,
          roundNo: entitlement.roundNo,
        }
      : null,
    outsideRoutes: OUTSIDE_ROUTES.map((route) => ({ ...route })),
  };
}

/** The decision in the words of every audience: buyer, help desk, channel, courier. */
export async function presentAllAudiences(sql: Query, decision: StoredDecision, nowMs: number) {
  const sale = must(await findSale(sql, decision.record.sale_id), "sale of a decision");
  const { timeZone } = sale.definition;
  const standing = await readStanding(sql, decision, nowMs);
  return {
    ...(await presentDecision(sql, decision, nowMs, standing)),
    helpDesk: helpDeskText(standing, decision.record, timeZone),
    channelStatus: channelStatus(standing),
    courier: courierText(standing),
  };
}
