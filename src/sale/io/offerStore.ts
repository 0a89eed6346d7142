/*
 * All SQL about offers after their creation. A unit returns to the line exactly once, whether its
 * offer is declined or expires.
 */

import { inTransaction, type Query, type Sql, type Transaction } from "../../db/connect.ts";
import { must } from "../../base/assert.ts";
import type { Offer } from "../offer.ts";
import { changeWhenDue } from "../order.ts";
import { holdLease, type Lease } from "../lease/io/leaseStore.ts";
import { readSaleStatus } from "./saleStore.ts";
import { lockStock, moveUnits } from "./stockStore.ts";
import type { MovementReason } from "../stock.ts";

export interface StoredOffer extends Offer {
  readonly offerId: string;
  readonly saleNo: number;
  readonly roundNo: number;
  readonly entryId: string;
  readonly accountKey: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly madeAtMs: number;
  /** The price of an owed unit; null for every other offer. */
  readonly promisedMinorUnits: number | null;
}

interface OfferRow extends Omit<StoredOffer, "madeAtMs" | "expiresAtMs"> {
  readonly madeAt: Date;
  readonly expiresAt: Date;
}

function asOffer({ madeAt, expiresAt, ...offer }: OfferRow): StoredOffer {
  return { ...offer, madeAtMs: madeAt.getTime(), expiresAtMs: expiresAt.getTime() };
}

const columns = (sql: Query) => sql`
  o.offer_id, o.sale_no, o.round_no, o.entry_id, o.account_key, o.channel_no, o.variant_no, o.state,
  o.made_at, o.expires_at, o.extended,
  (select price_minor_units from make_good g where g.sale_no = o.sale_no
    and g.round_no = o.round_no and g.entry_id = o.entry_id) as promised_minor_units`;

/** A buyer's reference to an offer. */
export interface OfferKey {
  readonly saleNo: number;
  readonly offerId: string;
  readonly accountKey: string;
}

/** Ids may be sent in capitals. */
const nameOf = ({ saleNo, offerId }: Pick<OfferKey, "saleNo" | "offerId">) =>
  `${saleNo} ${offerId.toLowerCase()}`;

/** Buyers' own offers, locked, each at its position; null if missing or somebody else's. */
export async function lockOffers(
  tx: Transaction,
  keys: readonly OfferKey[],
): Promise<(StoredOffer | null)[]> {
  // Locked in sorted order, so there is no deadlock.
  const sorted = [...keys].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const rows = await tx<OfferRow[]>`
    select ${columns(tx)} from unnest(${sorted.map((key) => key.saleNo)}::int[],
      ${sorted.map((key) => key.offerId)}::uuid[], ${sorted.map((key) => key.accountKey)}::uuid[])
      as wanted (sale_no, offer_id, account_key)
    cross join lateral (select * from offer f where f.sale_no = wanted.sale_no
      and f.offer_id = wanted.offer_id and f.account_key = wanted.account_key for update) o`;
  const offers = new Map(rows.map(asOffer).map((offer) => [nameOf(offer), offer]));
  return keys.map((key) => {
    const offer = offers.get(nameOf(key));
    return offer?.accountKey === key.accountKey ? offer : null;
  });
}

export async function findOfferOfEntry(
  sql: Query,
  saleNo: number,
  roundNo: number,
  entryId: string,
): Promise<StoredOffer | null> {
  const [row] = await sql<OfferRow[]>`
    select ${columns(sql)} from offer o
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
  return row ? asOffer(row) : null;
}

export async function extendOffer(
  tx: Transaction,
  offer: StoredOffer,
  expiresAtMs: number,
): Promise<StoredOffer> {
  await tx`
    update offer set extended = true, expires_at = ${new Date(expiresAtMs)}
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
  return { ...offer, extended: true, expiresAtMs };
}

/** Reduces the person's count of held units by those of these offers. */
export async function releasePersonUnits(
  tx: Transaction,
  saleNo: number,
  offerIds: readonly string[],
): Promise<void> {
  await tx`
    delete from person_unit
    where sale_no = ${saleNo} and offer_id = any(${offerIds as string[]}::uuid[])`.plannedAnew();
}

/** The buyer declines: the unit returns to the line in the same transaction. */
export async function declineOffer(
  tx: Transaction,
  offer: StoredOffer,
  nowMs: number,
): Promise<StoredOffer> {
  await tx`
    update offer set state = 'declined', ended_at = ${new Date(nowMs)}
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
  await moveUnits(tx, { ...offer, nowMs }, "offer_declined", [offer]);
  await releasePersonUnits(tx, offer.saleNo, [offer.offerId]);
  return { ...offer, state: "declined" };
}

/** Units that return together, one row each. */
interface DueRow {
  readonly roundNo: number;
  readonly entryId: string;
  readonly offerId: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly reason: MovementReason;
}

/** Deadlines per transaction. */
const DUE_AT_ONCE = 500;

/**
 * Expires offers and cancels unpaid or unconfirmed orders; returns the number of returned units.
 * Rows that a buyer is using right now are skipped until next time: in doubt the buyer was in time.
 * No deadline passes while a sale is paused.
 */
export async function endDue(sql: Sql, lease: Lease, nowMs: number): Promise<number> {
  return await inTransaction(sql, async (tx) => {
    await holdLease(tx, lease);
    const { state } = await readSaleStatus(tx, lease.saleNo, "share");
    if (state === "paused" || state === "draft") return 0;
    const due = [
      ...(await expireOffers(tx, lease.saleNo, nowMs)),
      ...(await cancelDueOrders(tx, lease.saleNo, nowMs)),
    ];
    const rounds = [...new Set(due.map((row) => row.roundNo))].sort((a, b) => a - b);
    for (const roundNo of rounds) {
      await lockStock(tx, lease.saleNo, roundNo);
      const reasons = new Set(due.map((row) => row.reason));
      for (const reason of reasons) {
        const moves = due
          .filter((row) => row.roundNo === roundNo && row.reason === reason)
          .map((row) => ({
            channelNo: row.channelNo,
            variantNo: row.variantNo,
            entryId: row.entryId,
          }));
        await moveUnits(tx, { saleNo: lease.saleNo, roundNo, nowMs }, reason, moves);
      }
    }
    if (due.length > 0) {
      const offerIds = due.map((row) => row.offerId);
      await releasePersonUnits(tx, lease.saleNo, offerIds);
    }
    return due.length;
  });
}

async function expireOffers(tx: Transaction, saleNo: number, nowMs: number): Promise<DueRow[]> {
  // By deadline, which has an index: by id the query would read all offers, ten times a second.
  const due = await tx<{ offerId: string }[]>`
    select offer_id from offer
    where sale_no = ${saleNo} and state = 'open' and expires_at <= ${new Date(nowMs)}
    order by expires_at limit ${DUE_AT_ONCE} for update skip locked`;
  if (due.length === 0) return [];
  const rows = await tx<Omit<DueRow, "reason">[]>`
    update offer set state = 'expired', ended_at = ${new Date(nowMs)}
    where sale_no = ${saleNo} and offer_id = any(${due.map((row) => row.offerId)}::uuid[])
    returning round_no, entry_id, offer_id, channel_no, variant_no`.plannedAnew();
  return rows.map((row) => ({ ...row, reason: "offer_expired" as const }));
}

interface DueOrderRow extends Omit<DueRow, "reason"> {
  readonly orderId: string;
  readonly state: "awaiting_payment" | "awaiting_confirmation";
}

async function cancelDueOrders(tx: Transaction, saleNo: number, nowMs: number): Promise<DueRow[]> {
  const rows = await tx<DueOrderRow[]>`
    select order_id, state, round_no, entry_id, offer_id, channel_no, variant_no from purchase_order
    where sale_no = ${saleNo} and state in ('awaiting_payment', 'awaiting_confirmation')
      and due_at <= ${new Date(nowMs)}
    order by due_at limit ${DUE_AT_ONCE} for update skip locked`;
  if (rows.length === 0) return [];
  const changes = rows.map((row) => changeWhenDue(row));
  await tx`
    update purchase_order o set state = due.state, cancel_reason = due.cancel_reason,
      settled_at = ${new Date(nowMs)}
    from unnest(${rows.map((row) => row.orderId)}::uuid[],
      ${changes.map((change) => change.state)}::text[],
      ${changes.map((change) => change.cancelReason)}::text[]) as due (order_id, state, cancel_reason)
    where o.sale_no = ${saleNo} and o.order_id = due.order_id`.plannedAnew();
  const unconfirmed = rows
    .filter((row) => row.state === "awaiting_confirmation")
    .map((row) => ({ saleNo, roundNo: row.roundNo, channelNo: row.channelNo }));
  for (const { roundNo, channelNo } of unconfirmed.sort(byQuota)) {
    await releaseCodQuota(tx, saleNo, roundNo, channelNo);
  }
  return rows.map((row, index) => ({
    ...row,
    reason: must(changes[index], "one change per row").movement,
  }));
}

/** Whether the policy permits the person one more cash-on-delivery order in this sale. */
export async function mayOrderCod(
  tx: Transaction,
  saleNo: number,
  accountKey: string,
): Promise<boolean> {
  const [row] = await tx<{ allowed: number; orders: number }[]>`
    select coalesce((p.document->'cod'->>'ordersPerPersonCount')::int, 1) as allowed,
      (select count(*)::int from purchase_order o where o.sale_no = s.sale_no
        and o.account_key = ${accountKey} and o.payment_method = 'cod'
        and (o.state <> 'cancelled' or o.unit_held)) as orders
    from sale s left join policy p using (policy_digest) where s.sale_no = ${saleNo}`;
  const { orders, allowed } = must(row, "select without from has a row");
  return orders < allowed;
}

interface QuotaKey {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly channelNo: number;
}

/** The lock order of several quotas. */
export const byQuota = (a: QuotaKey, b: QuotaKey): number =>
  a.saleNo - b.saleNo || a.roundNo - b.roundNo || a.channelNo - b.channelNo;

/** Takes one of the channel's cash-on-delivery orders; false if none is left. */
export async function takeCodQuota(
  tx: Transaction,
  saleNo: number,
  roundNo: number,
  channelNo: number,
): Promise<boolean> {
  const result = await tx`
    update cod_quota set used = used + 1
    where sale_no = ${saleNo} and round_no = ${roundNo} and channel_no = ${channelNo}
      and used < quota`;
  return result.count === 1;
}

export async function releaseCodQuota(
  tx: Transaction,
  saleNo: number,
  roundNo: number,
  channelNo: number,
): Promise<void> {
  const result = await tx`
    update cod_quota set used = used - 1
    where sale_no = ${saleNo} and round_no = ${roundNo} and channel_no = ${channelNo} and used > 0`;
  must(result.count === 1 ? true : null, "a COD order held no quota");
}

/** Other accounts that are counted, at most. */
const ENOUGH = 10;

/**
 * How many other accounts of the same mail domain were offered a unit of the sale, by account.
 * Accounts without a domain of their own are left out.
 */
export async function countDomainOffers(
  tx: Query,
  saleNo: number,
  accountKeys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (accountKeys.length === 0) return new Map();
  const rows = await tx<{ accountKey: string; count: number }[]>`
    select mine.account_key, (select count(*)::int from (
      select 1 from account other
      where other.domain_key = mine.domain_key and other.account_key <> mine.account_key
        and exists (select 1 from offer o
          where o.sale_no = ${saleNo} and o.account_key = other.account_key)
      limit ${ENOUGH}) few) as count
    from account mine
    where mine.account_key = any(${accountKeys as string[]}::uuid[])
      and mine.domain_key is not null`;
  return new Map(rows.map((row) => [row.accountKey, row.count]));
}
