/*
 * All SQL that binds offers, orders, payments and decisions to their entry, its account, and the
 * movements of its unit. Reads only.
 */

import type { Query } from "../../../db/connect.ts";
import type { Statement } from "../../../db/sql.ts";
import { STEP_UP_MS } from "../../../sale/doubt.ts";
import type { Fault } from "../fault.ts";

/**
 * Rows of one turn that say another account than the others. Two against two name all: nothing
 * decides between them.
 */
export async function findOddAccounts(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with orders as (select * from purchase_order where sale_no = ${saleNo}),
    said as (
      select 'entry' as "table", format('round %s, entry %s', round_no, entry_id) as key, round_no,
        entry_id, account_key from entry where sale_no = ${saleNo}
      union all
      select 'line_place', format('round %s, entry %s', round_no, entry_id), round_no, entry_id,
        account_key from line_place where sale_no = ${saleNo}
      union all
      select 'offer', format('offer %s', offer_id), round_no, entry_id, account_key from offer
        where sale_no = ${saleNo}
      union all
      select 'purchase_order', format('order %s', order_id), round_no, entry_id, account_key
        from orders
      union all
      select 'case_order', format('order %s', o.order_id), o.round_no, o.entry_id, c.account_key
        from case_order c join orders o using (sale_no, order_id)
      union all
      select 'decision', format('decision %s', d.decision_id), o.round_no, o.entry_id, d.account_key
        from decision d join orders o using (sale_no, order_id)
      union all
      select 'step_up', format('offer %s', u.offer_id), f.round_no, f.entry_id, u.account_key
        from step_up u join offer f using (sale_no, offer_id) where u.sale_no = ${saleNo}),
    odd as (
      select round_no, entry_id from said group by 1, 2 having count(distinct account_key) > 1),
    votes as (
      select round_no, entry_id, account_key, count(*) as votes,
        max(count(*)) over (partition by round_no, entry_id) as most
      from said join odd using (round_no, entry_id) group by 1, 2, 3),
    leaders as (
      select round_no, entry_id, min(account_key::text)::uuid as account_key from votes
      where votes = most group by 1, 2 having count(*) = 1)
    select said."table", said.key, 'account_key' as "column",
      'another account than the rest of this turn' as says
    from said join odd using (round_no, entry_id) left join leaders l using (round_no, entry_id)
    where said.account_key is distinct from l.account_key order by said.key, said."table"`;
}

/** The movements of each entry's unit, by what they say of its offer and its order. */
const movements = (sql: Query, saleNo: number) => sql`
  select round_no, entry_id, min(channel_no) as channel_no, min(variant_no) as variant_no,
    min(moved_at) filter (where reason = 'offer_made') as made_at,
    (array_agg(reason order by movement_no desc) filter (where reason in ('offer_declined',
      'offer_expired', 'order_placed')))[1] as offer_end,
    max(moved_at) filter (where reason in ('offer_declined', 'offer_expired', 'order_placed'))
      as offer_ended_at,
    min(moved_at) filter (where reason = 'order_placed') as placed_at,
    (array_agg(reason order by movement_no desc))[1] as last
  from stock_movement where sale_no = ${saleNo} and entry_id is not null group by 1, 2`;

/** How long the offers and orders of each round run, as announced. */
const rounds = (sql: Query, saleNo: number) => sql`
  select r."roundNo" as round_no, r."offerMs" as offer_ms, r."offerExtensionMs" as extension_ms,
    r."paymentMs" as payment_ms
  from sale s, jsonb_to_recordset(s.definition->'rounds') as r ("roundNo" smallint, "offerMs" bigint,
    "offerExtensionMs" bigint, "paymentMs" bigint)
  where s.sale_no = ${saleNo}`;

type Fragment = Statement<readonly unknown[]>;

/**
 * By how much pauses have moved the deadline of an offer or an order, in ms: resuming moves what is
 * open by the whole pause, also where it began or was asked about meanwhile. A row that begins or
 * ends at the very instant of resuming may count or not, so there are a least and a most. The instants
 * of beginning and end are columns.
 */
const pauses = (sql: Query, saleNo: number, from: Fragment, to: Fragment) => sql`
  select coalesce(sum(ms) filter (where ${from} < to_at and (${to} is null or ${to} > to_at)), 0) as least,
    coalesce(sum(ms) filter (where ${from} <= to_at and (${to} is null or ${to} >= to_at)), 0) as most
  from (select round(extract(epoch from z.to_at - z.from_at) * 1000) as ms, z.to_at
    from sale_pause z where z.sale_no = ${saleNo}) during`;

/** Offers that the ledger does not bear out, or whose end is not the announced one. */
export async function findOddOffers(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with moved as (${movements(sql, saleNo)}), announced as (${rounds(sql, saleNo)})
    select 'offer' as "table", format('offer %s', o.offer_id) as key, differs."column", differs.says
    from offer o join announced a using (round_no) left join moved m using (round_no, entry_id)
      left join line_place l using (sale_no, round_no, entry_id)
      left join step_up q on q.sale_no = o.sale_no and q.offer_id = o.offer_id,
      lateral (${pauses(sql, saleNo, sql`o.made_at`, sql`o.ended_at`)}) z,
      lateral (${pauses(sql, saleNo, sql`q.asked_at`, sql`o.ended_at`)}) y,
      lateral (select extract(epoch from o.expires_at - o.made_at) * 1000 - a.offer_ms
        - case when o.extended then a.extension_ms else 0 end as over) late,
      lateral (select extract(epoch from o.expires_at - q.asked_at) * 1000 - ${STEP_UP_MS}::int
        as over) asked,
      lateral (values
        ('entry_id', m.made_at is null, 'the ledger knows no offer to this entry'),
        ('channel_no', m.channel_no <> o.channel_no, 'the unit moved on another channel'),
        ('variant_no', m.variant_no <> o.variant_no, 'a unit of another variant moved'),
        ('made_at', m.made_at <> o.made_at, 'the unit moved at another instant'),
        ('state', m.made_at is not null and m.offer_end is distinct from case o.state
            when 'declined' then 'offer_declined' when 'expired' then 'offer_expired'
            when 'ordered' then 'order_placed' end,
          format('the ledger says %s', coalesce(m.offer_end, 'open'))),
        ('ended_at', m.offer_ended_at not between o.ended_at and o.ended_at + interval '1 minute',
          'the unit moved at another instant'),
        ('expires_at', late.over <> z.least and late.over <> z.most and (q.asked_at is null
            or asked.over not in (y.least, y.most,
              y.least + case when o.extended then a.extension_ms else 0 end,
              y.most + case when o.extended then a.extension_ms else 0 end)),
          'not the announced time after the offer was made'),
        ('entry_id', l.entry_id is not null and l.state <> 'offered',
          'the entry''s place was not offered anything'))
      as differs ("column", is_so, says)
    where o.sale_no = ${saleNo} and differs.is_so
    union all
    select 'line_place', format('round %s, entry %s', l.round_no, l.entry_id), 'state',
      'offered, and there is no offer'
    from line_place l left join offer o using (sale_no, round_no, entry_id)
    where l.sale_no = ${saleNo} and l.state = 'offered' and o.offer_id is null`;
}

/** Movements whose offer or order is missing. */
export async function findOrphanMovements(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with moved as (${movements(sql, saleNo)})
    select missing."table", format('round %s, entry %s', m.round_no, m.entry_id) as key,
      missing."column", missing.says
    from moved m left join offer o on o.sale_no = ${saleNo} and o.round_no = m.round_no
        and o.entry_id = m.entry_id
      left join purchase_order p on p.sale_no = ${saleNo} and p.round_no = m.round_no
        and p.entry_id = m.entry_id,
      lateral (values
        ('offer', 'offer_id', o.offer_id is null, 'the row is missing: its unit moved'),
        ('stock_movement', 'entry_id', o.offer_id is null, 'the unit moved for an entry without offer'),
        ('purchase_order', 'order_id', o.offer_id is not null and m.placed_at is not null
          and p.order_id is null, 'the row is missing: its unit moved'),
        ('stock_movement', 'reason', m.made_at is null, 'the unit was never offered'))
      as missing ("table", "column", is_so, says)
    where missing.is_so`;
}

/** Orders that offer, ledger or announcement do not bear out. */
export async function findOddOrders(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with moved as (${movements(sql, saleNo)}), announced as (${rounds(sql, saleNo)}),
    prices as (
      select v."variantNo" as variant_no, v."priceMinorUnits" as price, s.definition->>'currency' as currency
      from sale s, jsonb_to_recordset(s.definition->'variants')
        as v ("variantNo" smallint, "priceMinorUnits" bigint)
      where s.sale_no = ${saleNo})
    select 'purchase_order' as "table", format('order %s', p.order_id) as key, differs."column",
      differs.says
    from purchase_order p join announced a using (round_no) left join prices v using (variant_no)
      left join moved m using (round_no, entry_id)
      left join offer f on f.sale_no = p.sale_no and f.offer_id = p.offer_id
      left join make_good g on g.sale_no = p.sale_no and g.round_no = p.round_no
        and g.entry_id = p.entry_id,
      lateral (${pauses(sql, saleNo, sql`p.placed_at`, sql`p.settled_at`)}) z,
      lateral (select extract(epoch from p.due_at - p.placed_at) * 1000 - a.payment_ms as over) late,
      lateral (select case
          when p.state in ('awaiting_payment', 'awaiting_confirmation') then array['order_placed']
          when p.state = 'paid' then array['order_paid', 'dispute_upheld']
          when p.state = 'cod_confirmed' then array['order_cod_confirmed', 'dispute_upheld']
          when p.cancel_reason = 'unpaid' then array['order_unpaid']
          when p.cancel_reason = 'unconfirmed' then array['order_unconfirmed']
          when p.cancel_reason = 'by_buyer' then array['order_cancelled_by_buyer']
          when p.cancel_reason = 'refunded' then array['order_refunded', 'order_paid_and_refunded']
          when p.unit_held then array['order_disputed'] else array['dispute_ended'] end as fitting) last,
      lateral (values
        ('offer_id', f.offer_id is null, 'there is no such offer'),
        ('entry_id', f.entry_id <> p.entry_id, 'the offer was made to another entry'),
        ('channel_no', m.channel_no <> p.channel_no, 'the unit moved on another channel'),
        ('variant_no', m.variant_no <> p.variant_no, 'a unit of another variant moved'),
        ('placed_at', coalesce(m.placed_at not between p.placed_at and p.placed_at + interval '1 minute',
          true), 'the unit moved at another instant'),
        ('state', m.last <> all (last.fitting), format('the ledger says %s', m.last)),
        ('cancel_reason', p.state = 'cancelled' and m.last <> all (last.fitting),
          format('the ledger says %s', m.last)),
        ('price_minor_units', p.price_minor_units <> least(v.price, coalesce(g.price_minor_units, v.price)),
          format('%s, announced was %s', p.price_minor_units, v.price)),
        ('currency', p.currency <> v.currency, 'another currency than announced'),
        ('due_at', late.over <> z.least and late.over <> z.most,
          'not the announced time after the order was placed'))
      as differs ("column", is_so, says)
    where p.sale_no = ${saleNo} and differs.is_so`;
}

/**
 * Orders whose facts are missing although neither retention nor an erasure has deleted them.
 * Retention deletes by the policy's days after the closing, and after a year at the latest.
 */
export async function findMissingFacts(
  sql: Query,
  saleNo: number,
  time: { readonly nowMs: number; readonly keptAtMostMs: number },
): Promise<Fault[]> {
  const now = new Date(time.nowMs);
  return await sql<Fault[]>`
    select 'order_facts' as "table", format('order %s', p.order_id) as key, 'order_id' as "column",
      'the row is missing: its time is not over and nobody asked for erasure' as says
    from purchase_order p join sale s using (sale_no) left join policy y using (policy_digest)
      left join order_facts f using (sale_no, order_id)
    where p.sale_no = ${saleNo} and f.order_id is null
      and p.placed_at + ${time.keptAtMostMs}::bigint * interval '1 ms' > ${now}
      and (s.closed_at is null or y.policy_digest is null or s.closed_at + interval '1 day'
        * least((y.document->'retention'->>'evidenceDays')::int,
          (y.document->'retention'->>'upheldDays')::int) > ${now})
      and not exists (select 1 from erasure_request r where r.account_key = p.account_key
        and r.done_at is not null)`;
}
