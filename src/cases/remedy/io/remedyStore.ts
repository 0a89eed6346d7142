/*
 * SQL about making good: giving a held unit back, owing one instead, setting units aside in a
 * round, following them until they are served.
 * Must never happen: a unit is given back that the channel or the payment service already treats as
 * gone, or one mistake is made good twice (unique keys).
 */

import { randomUUID } from "node:crypto";
import { REMEDY_WORDS } from "../words.ts";
import { textIn } from "../../../base/inLanguage.ts";
import { type Text, fill } from "../../../base/language.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import {
  productOf,
  variantByNo,
  type ProductKey,
  type Round,
  type SaleDefinition,
} from "../../../sale/definition.ts";
import { insertMakeGood } from "../../../sale/line/io/makeGoodStore.ts";
import {
  endDispute,
  lockAnyOrder,
  restoreOrder,
  wasRefunded,
} from "../../../sale/io/orderStore.ts";
import { findSale, type StoredSale } from "../../../sale/io/saleStore.ts";
import { lockStock } from "../../../sale/io/stockStore.ts";
import {
  carveOut,
  entitlementAfter,
  type EntitlementCommand,
  type EntitlementState,
} from "../entitlement.ts";
import { agreedSubstitutes } from "./substituteStore.ts";
import {
  cancelAtChannel,
  isCancelledAtChannel,
  releaseAtChannel,
} from "../../decision/io/callStore.ts";
import { endDecision, notify, type StoredDecision } from "../../decision/io/decisionStore.ts";
import { policyOfSale } from "../../policy/io/policyStore.ts";

const DAY_MS = 86_400_000;

export interface StoredEntitlement {
  readonly entitlementId: string;
  /** Null if the unit is owed for a technical failure. */
  readonly decisionId: string | null;
  readonly reason: Text | null;
  readonly accountKey: string;
  readonly family: string;
  readonly sku: string;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly state: EntitlementState;
  readonly grantedAtMs: number;
  readonly expiresAtMs: number;
  readonly slug: string | null;
  readonly roundNo: number | null;
}

interface EntitlementRow extends Omit<StoredEntitlement, "reason" | "grantedAtMs" | "expiresAtMs"> {
  readonly reason: string | null;
  readonly reasonEn: string | null;
  readonly grantedAt: Date;
  readonly expiresAt: Date;
}

function asEntitlement(row: EntitlementRow): StoredEntitlement {
  const { reason, reasonEn, grantedAt, expiresAt, ...entitlement } = row;
  return {
    ...entitlement,
    reason: reason === null ? null : { id: reason, en: reasonEn ?? reason },
    grantedAtMs: grantedAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
  };
}

/** Entitlements, the longest owed first; of one person or decision if named. At most 10,000. */
export async function listEntitlements(
  sql: Query,
  of: { readonly accountKey?: string; readonly decisionId?: string } = {},
): Promise<StoredEntitlement[]> {
  const { accountKey = null, decisionId = null } = of;
  const rows = await sql<EntitlementRow[]>`
    select e.entitlement_id, e.decision_id, e.reason, e.reason_en, e.account_key, e.family,
      e.sku, e.price_minor_units, e.currency, e.state, e.granted_at, e.expires_at, s.slug, e.round_no
    from entitlement e left join sale s using (sale_no)
    where (${accountKey}::uuid is null or e.account_key = ${accountKey})
      and (${decisionId}::uuid is null or e.decision_id = ${decisionId})
    order by e.granted_at, e.entitlement_id limit 10000`;
  return rows.map(asEntitlement);
}

/**
 * Makes a wrong decision good. If its unit is still held and neither channel nor refund has gone
 * out, the order is restored as it was, unless it has to be owed. Otherwise it cannot be resumed,
 * and the buyer is owed a unit: first the debt, then the cancellation at the channel.
 */
export async function makeGood(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  { nowMs, owe }: { readonly nowMs: number; readonly owe: boolean },
): Promise<void> {
  const order = must(await lockAnyOrder(tx, decision.saleNo, decision.orderId), "decided order");
  await endDecision(tx, decision.decisionId, { state: "overturned", nowMs });
  const { orderStateBefore } = decision;
  const gone = owe || (await isCancelledAtChannel(tx, order, decision.decidedAtMs));
  if (order.unitHeld && !gone && !(await wasRefunded(tx, order, orderStateBefore))) {
    await releaseAtChannel(tx, order, nowMs);
    await restoreOrder(tx, order, orderStateBefore, nowMs);
    return;
  }
  await cancelAtChannel(tx, order, nowMs);
  if (order.unitHeld) await endDispute(tx, order, orderStateBefore, nowMs);
  await grantEntitlement(tx, keyring, decision, { order, nowMs });
}

/** Owes a unit for a wrong decision, at the old price, and tells the buyer. Once per decision. */
async function grantEntitlement(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  given: { order: { variantNo: number; priceMinorUnits: number; currency: string }; nowMs: number },
): Promise<void> {
  const { order, nowMs } = given;
  const sale = must(await findSale(tx, decision.record.sale_id), "sale of a decision");
  const { policy } = must(await policyOfSale(tx, decision.saleNo), "policy of a sale");
  const variant = must(variantByNo(sale.definition, order.variantNo), "variant of an order");
  const expiresAtMs = nowMs + policy.remedy.entitlementDays * DAY_MS;
  await tx`
    insert into entitlement (entitlement_id, decision_id, account_key, family, sku,
      price_minor_units, currency, state, granted_at, expires_at)
    values (${randomUUID()}, ${decision.decisionId}, ${decision.accountKey},
      ${productOf(sale.definition, variant).family}, ${variant.sku},
      ${order.priceMinorUnits}, ${order.currency}, 'standing', ${new Date(nowMs)},
      ${new Date(expiresAtMs)})
    on conflict (decision_id) do nothing`;
  const about = {
    decisionId: decision.decisionId,
    saleNo: decision.saleNo,
    accountKey: decision.accountKey,
    kind: "entitlement" as const,
  };
  await notify(tx, { keyring, nowMs }, about, (language) => ({
    subject: textIn(REMEDY_WORDS.subject, language),
    text: fill(textIn(REMEDY_WORDS.afterDecision, language), {
      variant: textIn(variant.name, language),
      days: policy.remedy.entitlementDays,
    }),
    brief: textIn(REMEDY_WORDS.brief, language),
  }));
}

/** Applies a command by the table of states; false if it does not fit the state. */
async function moveEntitlement(
  tx: Transaction,
  entitlementId: string,
  command: EntitlementCommand,
  nowMs: number,
): Promise<boolean> {
  const [row] = await tx<{ state: EntitlementState }[]>`
    select state from entitlement where entitlement_id = ${entitlementId} for update`;
  if (!row) return false;
  const next = entitlementAfter(row.state, command);
  if (!next.ok) return false;
  const ended = next.value === "standing" || next.value === "reserved" ? null : new Date(nowMs);
  await tx`
    update entitlement set state = ${next.value}, ended_at = ${ended}
    where entitlement_id = ${entitlementId}`;
  return true;
}

/** Gives an entitlement up, for its owner only; a reserved one cannot be waived. */
export async function waiveEntitlement(
  tx: Transaction,
  entitlementId: string,
  accountKey: string,
  nowMs: number,
): Promise<"waived" | "entitlement_not_found" | "entitlement_ended" | "entitlement_reserved"> {
  const [row] = await tx<{ state: EntitlementState }[]>`
    select state from entitlement
    where entitlement_id = ${entitlementId} and account_key = ${accountKey} for update`;
  if (!row) return "entitlement_not_found";
  if (await moveEntitlement(tx, entitlementId, "waive", nowMs)) return "waived";
  return row.state === "reserved" ? "entitlement_reserved" : "entitlement_ended";
}

interface StandingRow extends ProductKey {
  readonly entitlementId: string;
  readonly accountKey: string;
  readonly priceMinorUnits: number;
  readonly grantedAt: Date;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  readonly isForFailure: boolean;
}

/** Locks the standing entitlements of a currency, the longest owed first. */
async function lockStanding(
  tx: Transaction,
  currency: string,
  nowMs: number,
): Promise<StandingRow[]> {
  return await tx<StandingRow[]>`
    select e.entitlement_id, e.account_key, e.family, e.sku, e.price_minor_units, e.granted_at,
      coalesce(e.phone_key, l.phone_key) as phone_key,
      coalesce(e.email_key, l.email_key) as email_key, e.decision_id is null as is_for_failure
    from entitlement e left join decision d using (decision_id)
      left join purchase_order p on p.sale_no = d.sale_no and p.order_id = d.order_id
      left join line_place l on l.sale_no = p.sale_no and l.round_no = p.round_no
        and l.entry_id = p.entry_id
    where e.state = 'standing' and e.currency = ${currency}
      and e.expires_at > ${new Date(nowMs)}
    order by e.granted_at, e.entitlement_id for update of e`;
}

const productOfNo = (definition: SaleDefinition, variantNo: number): ProductKey =>
  productOf(definition, must(variantByNo(definition, variantNo), "variant of a stock row"));

/**
 * Sets units of a round aside for everyone who is owed one, before its lobby opens: their entries
 * come first in the line (tier 0). Null if that was done before. Persons for whom there is no unit
 * stay first for the next round.
 */
export async function carveOutRound(
  tx: Transaction,
  sale: StoredSale,
  round: Round,
  by: { readonly operatorName: string; readonly nowMs: number },
): Promise<{ carved: number; leftStanding: number; otherProduct: number } | null> {
  const { saleNo, definition } = sale;
  const { nowMs } = by;
  const balances = await lockStock(tx, saleNo, round.roundNo);
  const [done] = await tx`
    select 1 from carve_out where sale_no = ${saleNo} and round_no = ${round.roundNo}`;
  if (done) return null;
  const standing = await lockStanding(tx, definition.currency, nowMs);
  const { policy } = must(await policyOfSale(tx, saleNo), "policy of a sale");
  const agreed = await agreedSubstitutes(tx, standing);
  const decided = carveOut(
    standing.map((row) => ({
      entitlementId: row.entitlementId,
      accountKey: row.accountKey,
      family: row.family,
      sku: row.sku,
      grantedAtMs: row.grantedAt.getTime(),
      agreed: agreed.get(row.entitlementId) ?? [],
      isForFailure: row.isForFailure,
    })),
    balances.map((balance) => ({
      channelNo: balance.channelNo,
      variantNo: balance.variantNo,
      ...productOfNo(definition, balance.variantNo),
      freeUnits: balance.free,
      allottedUnits: balance.allotted,
    })),
    policy.remedy,
  );
  const byId = new Map(standing.map((row) => [row.entitlementId, row]));
  const entries = decided.carved.map((unit) => {
    const row = must(byId.get(unit.entitlementId), "carved from these rows");
    const { accountKey, channelNo, variantNo } = unit;
    const keys = { phoneKey: row.phoneKey, emailKey: row.emailKey };
    return { accountKey, channelNo, variantNo, ...keys, priceMinorUnits: row.priceMinorUnits };
  });
  const entryIds = await insertMakeGood(tx, { saleNo, round, nowMs }, entries);
  let carved = 0;
  for (const [index, unit] of decided.carved.entries()) {
    const entryId = entryIds[index];
    if (!entryId) continue;
    await moveEntitlement(tx, unit.entitlementId, "reserve", nowMs);
    await tx`
      update entitlement set sale_no = ${saleNo}, round_no = ${round.roundNo}, entry_id = ${entryId}
      where entitlement_id = ${unit.entitlementId}`;
    carved++;
  }
  const leftStanding = standing.length - carved;
  await tx`
    insert into carve_out (sale_no, round_no, carved_at, unit_count, left_standing_count,
      operator_name)
    values (${saleNo}, ${round.roundNo}, ${new Date(nowMs)}, ${carved}, ${leftStanding},
      ${by.operatorName})`;
  return { carved, leftStanding, otherProduct: decided.otherProduct.length };
}

interface ReservedRow {
  readonly entitlementId: string;
  readonly orderId: string | null;
  readonly orderState: string | null;
}

/**
 * Follows reserved units: served once paid, standing again after a missed turn. Also expires old
 * ones. Returns how many changed.
 */
export async function settleEntitlements(tx: Transaction, nowMs: number): Promise<number> {
  const rows = await tx<ReservedRow[]>`
    select e.entitlement_id, p.order_id, p.state as order_state
    from entitlement e join sale s using (sale_no)
      left join line_place l using (sale_no, round_no, entry_id)
      left join offer o using (sale_no, round_no, entry_id)
      left join purchase_order p on p.sale_no = o.sale_no and p.offer_id = o.offer_id
    where e.state = 'reserved'
      and (o.state in ('declined', 'expired') or p.state in ('paid', 'cod_confirmed', 'cancelled')
        or (o.offer_id is null and (s.state = 'closed' or l.state = 'over_limit')))
    limit 500 for update of e skip locked`;
  for (const row of rows) {
    const served = row.orderState === "paid" || row.orderState === "cod_confirmed";
    await moveEntitlement(tx, row.entitlementId, served ? "serve" : "missed", nowMs);
    await tx`
      update entitlement set served_order_id = ${served ? row.orderId : null},
        entry_id = case when ${served} then entry_id end,
        sale_no = case when ${served} then sale_no end,
        round_no = case when ${served} then round_no end
      where entitlement_id = ${row.entitlementId}`;
  }
  const expired = await tx`
    update entitlement set state = 'expired', ended_at = ${new Date(nowMs)}
    where state = 'standing' and expires_at <= ${new Date(nowMs)}`;
  return rows.length + expired.count;
}
