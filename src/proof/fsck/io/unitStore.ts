/* All SQL that compares stock, ledger, holders and the limit per person. Reads only. */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Balances that differ from the sum of the ledger. Which of the two was changed stays open. */
export async function findLedgerFaults(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
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
      where sale_no = ${saleNo}),
    differing as (
      select format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as key,
        account, coalesce(ledger.units, 0) as ledger, coalesce(balances.units, 0) as balance
      from ledger full join balances using (round_no, channel_no, variant_no, account)
      where coalesce(ledger.units, 0) <> coalesce(balances.units, 0))
    select named."table", key, named."column",
      format('%s is %s, the ledger says %s', account, balance, ledger) as says
    from differing, lateral (values ('stock', account), ('stock_movement', 'units'))
      as named ("table", "column")
    order by key, account, named."table"`;
}

/** Stock, quotas and reserved units that differ from the announcement. */
export async function findOddAllotments(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with announced as (
      select r."roundNo" as round_no, a."channelNo" as channel_no, a."variantNo" as variant_no, a.units
      from sale s, jsonb_to_recordset(s.definition->'rounds') as r ("roundNo" smallint, allotments jsonb),
        jsonb_to_recordset(r.allotments) as a ("channelNo" smallint, "variantNo" smallint, units int)
      where s.sale_no = ${saleNo}),
    quotas as (
      select r."roundNo" as round_no, c."channelNo" as channel_no, c."codQuotaCount" as quota
      from sale s, jsonb_to_recordset(s.definition->'rounds') as r ("roundNo" smallint),
        jsonb_to_recordset(s.definition->'channels') as c ("channelNo" smallint, "codQuotaCount" int)
      where s.sale_no = ${saleNo})
    select 'stock' as "table",
      format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as key,
      'allotted' as "column",
      format('%s, announced were %s', coalesce(s.allotted, 0), coalesce(a.units, 0)) as says
    from announced a full join (select * from stock where sale_no = ${saleNo}) s
      using (round_no, channel_no, variant_no)
    where coalesce(s.allotted, 0) <> coalesce(a.units, 0)
    union all
    select 'cod_quota', format('round %s, channel %s', round_no, channel_no), 'quota',
      format('%s, announced were %s', q.quota, w.quota)
    from quotas w join cod_quota q using (round_no, channel_no)
    where q.sale_no = ${saleNo} and q.quota <> w.quota`;
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

/** Balances that differ from the units of offers and orders. */
export async function findHolderFaults(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
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
    select 'stock' as "table",
      format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as key,
      what as "column",
      format('%s %s by people, %s on the balance', coalesce(held, 0), what, coalesce(balance, 0))
        as says
    from holders full join balances using (round_no, channel_no, variant_no, what)
    where coalesce(held, 0) <> coalesce(balance, 0)
    order by key, what`;
}

/** Persons, by one of their keys, who hold more units than the limit. */
export async function findOverLimit(sql: Query, saleNo: number, limit: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'person_unit' as "table", format('person %s', identity_key) as key,
      'unit_no' as "column",
      format('holds %s units, the limit is %s', count(*), ${limit}::int) as says
    from person_unit where sale_no = ${saleNo} group by identity_key
    having count(*) > ${limit}::int or max(unit_no) > ${limit}::int`;
}

/** Live offers that count for no person, and ended ones that still count. */
export async function findUnmatchedOffers(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with live as (
      select o.offer_id from offer o left join purchase_order p using (sale_no, offer_id)
      where o.sale_no = ${saleNo}
        and (o.state = 'open' or (o.state = 'ordered' and (p.state <> 'cancelled' or p.unit_held))))
    select 'person_unit' as "table", format('offer %s', offer_id) as key, 'offer_id' as "column",
      case when live.offer_id is null then 'the offer has ended but still counts for a person'
        else 'the offer is live but counts for nobody' end as says
    from live full join (select distinct offer_id from person_unit
      where sale_no = ${saleNo}) held using (offer_id)
    where live.offer_id is null or held.offer_id is null`;
}

/**
 * Units that count for a key which is not one of their person's, and keys of persons for which a
 * unit does not count. Accounts of a shared turn are one person's.
 */
export async function findOddPersons(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with holders as (
      select distinct u.offer_id, l.round_no, l.entry_id, l.account_key, l.phone_key, l.email_key,
        coalesce(t.turn_id, l.entry_id) as turn_id
      from person_unit u join offer o using (sale_no, offer_id)
        join line_place l using (sale_no, round_no, entry_id)
        left join shared_turn t using (sale_no, round_no, entry_id)
      where u.sale_no = ${saleNo}),
    keys as (
      select offer_id, own.key, true as needed from holders,
        lateral (values (account_key), (phone_key), (email_key)) as own (key)
        where own.key is not null
      union all
      select h.offer_id, t.account_key, false from holders h join shared_turn t
        on t.sale_no = ${saleNo} and t.round_no = h.round_no and t.turn_id = h.turn_id
      union all
      select h.offer_id, l.account_key, false from holders h join line_place l
        on l.sale_no = ${saleNo} and l.round_no = h.round_no and l.entry_id = h.turn_id),
    units as (select offer_id, identity_key as key from person_unit where sale_no = ${saleNo})
    select 'person_unit' as "table", format('offer %s', u.offer_id) as key,
      'identity_key' as "column", 'the unit counts for somebody else' as says
    from units u where not exists (select 1 from keys k
      where k.offer_id = u.offer_id and k.key = u.key)
    union all
    select 'person_unit', format('offer %s', k.offer_id), 'identity_key',
      'the unit does not count for one of the person''s keys'
    from keys k where k.needed and not exists (select 1 from units u
      where u.offer_id = k.offer_id and u.key = k.key)`;
}

/** Cash-on-delivery quotas that differ from the need of their orders. */
export async function findQuotaFaults(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'cod_quota' as "table", format('round %s, channel %s', q.round_no, q.channel_no) as key,
      'used' as "column", format('%s used, %s orders', q.used, count(p.order_id)) as says
    from cod_quota q left join purchase_order p on p.sale_no = q.sale_no
      and p.round_no = q.round_no and p.channel_no = q.channel_no
      and (p.state in ('awaiting_confirmation', 'cod_confirmed') or p.unit_held)
      and p.payment_method = 'cod'
    where q.sale_no = ${saleNo} group by q.sale_no, q.round_no, q.channel_no, q.used
    having q.used <> count(p.order_id)`;
}
