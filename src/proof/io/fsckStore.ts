/* All SQL of the checks of a sale. Reads only. */

import type { Query } from "../../db/connect.ts";

/** Published roots of a round's windows. */
export async function readRoots(
  sql: Query,
  saleNo: number,
  roundNo: number,
): Promise<{ readonly windowNo: number; readonly root: Buffer }[]> {
  return await sql<{ windowNo: number; root: Buffer }[]>`
    select window_no, root from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'sealed' and entry_count > 0`;
}

/** A balance that differs from the ledger's sum. */
export interface LedgerFault {
  readonly place: string;
  readonly account: string;
  readonly ledger: number;
  readonly balance: number;
}

export async function findLedgerFaults(sql: Query, saleNo: number): Promise<LedgerFault[]> {
  return await sql<LedgerFault[]>`
    with moved as (
      select round_no, channel_no, variant_no, to_account as account, units from stock_movement
        where sale_no = ${saleNo}
      union all
      select round_no, channel_no, variant_no, from_account, -units from stock_movement
        where sale_no = ${saleNo}),
    ledger as (
      select round_no, channel_no, variant_no, account, sum(units)::int as units from moved
      where account <> 'outside' group by 1, 2, 3, 4),
    balances as (
      select round_no, channel_no, variant_no, account, units from stock,
        lateral (values ('free', free), ('offered', offered), ('ordered', ordered), ('sold', sold),
          ('held', held), ('returned', returned)) as part (account, units)
      where sale_no = ${saleNo})
    select format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as place,
      account, coalesce(ledger.units, 0) as ledger, coalesce(balances.units, 0) as balance
    from ledger full join balances using (round_no, channel_no, variant_no, account)
    where coalesce(ledger.units, 0) <> coalesce(balances.units, 0)`;
}

/** The accounts between which each reason of the ledger moved units. */
export interface MovedBetween {
  readonly reason: string;
  readonly from: string;
  readonly to: string;
}

export async function readReasons(sql: Query, saleNo: number): Promise<MovedBetween[]> {
  return await sql<MovedBetween[]>`
    select distinct reason, from_account as "from", to_account as "to" from stock_movement
    where sale_no = ${saleNo}`;
}

/** A balance that differs from the units of offers and orders. */
export interface HolderFault {
  readonly place: string;
  readonly what: string;
  readonly held: number;
  readonly balance: number;
}

export async function findHolderFaults(sql: Query, saleNo: number): Promise<HolderFault[]> {
  return await sql<HolderFault[]>`
    with holders as (
      select round_no, channel_no, variant_no, 'offered' as what, count(*)::int as held from offer
        where sale_no = ${saleNo} and state = 'open' group by 1, 2, 3
      union all
      select round_no, channel_no, variant_no, 'ordered', count(*)::int from purchase_order
        where sale_no = ${saleNo} and state in ('awaiting_payment', 'awaiting_confirmation')
        group by 1, 2, 3
      union all
      select round_no, channel_no, variant_no, 'sold', count(*)::int from purchase_order
        where sale_no = ${saleNo} and state in ('paid', 'cod_confirmed') group by 1, 2, 3
      union all
      select round_no, channel_no, variant_no, 'held', count(*)::int from purchase_order
        where sale_no = ${saleNo} and unit_held group by 1, 2, 3),
    balances as (
      select round_no, channel_no, variant_no, what, balance from stock,
        lateral (values ('offered', offered), ('ordered', ordered), ('sold', sold), ('held', held))
          as part (what, balance)
      where sale_no = ${saleNo})
    select format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as place, what,
      coalesce(held, 0) as held, coalesce(balance, 0) as balance
    from holders full join balances using (round_no, channel_no, variant_no, what)
    where coalesce(held, 0) <> coalesce(balance, 0)`;
}

/** Persons, by one of their keys, who hold more units than the limit. */
export async function findOverLimit(
  sql: Query,
  saleNo: number,
  limit: number,
): Promise<{ readonly identityKey: string; readonly units: number }[]> {
  return await sql<{ identityKey: string; units: number }[]>`
    select identity_key, count(*)::int as units from person_unit
    where sale_no = ${saleNo} group by identity_key
    having count(*) > ${limit} or max(unit_no) > ${limit}`;
}

/** Live offers that count for no person, and ended ones that still count. */
export async function findUnmatchedOffers(
  sql: Query,
  saleNo: number,
): Promise<{ readonly offerId: string; readonly live: boolean }[]> {
  return await sql<{ offerId: string; live: boolean }[]>`
    with live as (
      select o.offer_id from offer o left join purchase_order p using (sale_no, offer_id)
      where o.sale_no = ${saleNo}
        and (o.state = 'open' or (o.state = 'ordered' and (p.state <> 'cancelled' or p.unit_held))))
    select offer_id, live.offer_id is not null as live
    from live full join (select distinct offer_id from person_unit
      where sale_no = ${saleNo}) held using (offer_id)
    where live.offer_id is null or held.offer_id is null`;
}

/** A cash-on-delivery quota that differs from the need of its orders. */
export interface QuotaFault {
  readonly roundNo: number;
  readonly channelNo: number;
  readonly used: number;
  readonly orders: number;
}

export async function findQuotaFaults(sql: Query, saleNo: number): Promise<QuotaFault[]> {
  return await sql<QuotaFault[]>`
    select q.round_no, q.channel_no, q.used, count(p.order_id)::int as orders
    from cod_quota q left join purchase_order p on p.sale_no = q.sale_no
      and p.round_no = q.round_no and p.channel_no = q.channel_no
      and (p.state in ('awaiting_confirmation', 'cod_confirmed') or p.unit_held)
      and p.payment_method = 'cod'
    where q.sale_no = ${saleNo} group by q.sale_no, q.round_no, q.channel_no, q.used
    having q.used <> count(p.order_id)`;
}

/** A round's positions in the line, compared with its entries. */
export interface PlaceCount {
  readonly roundNo: number;
  readonly places: number;
  readonly first: number;
  readonly last: number;
  readonly entries: number;
}

export async function countPlaces(sql: Query, saleNo: number): Promise<PlaceCount[]> {
  return await sql<PlaceCount[]>`
    select r.round_no, count(l.place_no)::int as places, coalesce(min(l.place_no), 1) as first,
      coalesce(max(l.place_no), 0) as last,
      (select count(*)::int from entry e join sale_window w using (sale_no, round_no, window_no)
        where e.sale_no = r.sale_no and e.round_no = r.round_no and w.state = 'sealed') as entries
    from sale_round r left join line_place l using (sale_no, round_no)
    where r.sale_no = ${saleNo} group by r.sale_no, r.round_no`;
}

/** An order or a payment whose money contradicts itself. */
export interface MoneyFault {
  readonly subject: string;
  readonly fault: string;
}

export async function findMoneyFaults(sql: Query, saleNo: number): Promise<MoneyFault[]> {
  return await sql<MoneyFault[]>`
    with money as (
      select p.*, o.state, o.unit_held,
        greatest(0, p.received_minor_units - p.returned_minor_units
          - case when p.kept then o.price_minor_units else 0 end) as due,
        coalesce((select sum(r.amount_minor_units) from payment_refund r
          where r.provider = p.provider and r.payment_id = p.payment_id), 0) as refunded
      from payment p join purchase_order o using (sale_no, order_id) where p.sale_no = ${saleNo})
    select 'payment ' || payment_id as subject,
      format('kept for an order that is %s', state) as fault
    from money where kept and state <> 'paid' and not unit_held
    union all
    select 'payment ' || payment_id, format('%s is due back, its amounts say %s', due_minor_units, due)
    from money where due_minor_units <> due
    union all
    select 'payment ' || payment_id,
      format('%s went back, its refunds say %s', returned_minor_units, refunded)
    from money where returned_minor_units <> refunded
    union all
    select 'order ' || o.order_id, 'paid, but no payment is kept for it'
    from purchase_order o where o.sale_no = ${saleNo} and o.state = 'paid'
      and not exists (select 1 from money m where m.order_id = o.order_id and m.kept)
    union all
    select 'order ' || o.order_id, format('its money is due back: %s, its payments say otherwise',
      o.refund_due)
    from purchase_order o where o.sale_no = ${saleNo} and o.refund_due <>
      exists (select 1 from money m where m.order_id = o.order_id and m.due_minor_units > 0)`;
}
