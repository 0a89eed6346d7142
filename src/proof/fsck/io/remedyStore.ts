/* All SQL that checks what each debt, notice and call rests on. Reads only. */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Units owed whose decision, person, price or delivery does not bear them out. */
export async function findOddEntitlements(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with skus as (
      select v."variantNo" as variant_no, v.sku, coalesce(v.family, s.slug) as family
      from sale s, jsonb_to_recordset(s.definition->'variants')
        as v ("variantNo" smallint, sku text, family text) where s.sale_no = ${saleNo})
    select 'entitlement' as "table", format('entitlement %s', e.entitlement_id) as key,
      differs."column", differs.says
    from entitlement e left join decision d using (decision_id)
      left join purchase_order p on p.sale_no = d.sale_no and p.order_id = d.order_id
      left join skus v on v.variant_no = p.variant_no
      left join credit_list c on c.list_id = e.credit_list_id and c.sale_no = ${saleNo}
      left join credit_line i on i.list_id = c.list_id and i.round_no = e.credit_round_no
        and i.account_key = e.account_key
      left join purchase_order q on q.sale_no = e.sale_no and q.order_id = e.served_order_id
      left join make_good g on g.sale_no = e.sale_no and g.round_no = e.round_no
        and g.entry_id = e.entry_id,
      lateral (values
        ('decision_id', d.state <> 'overturned', 'its decision was not overturned'),
        ('decision_id', p.state <> 'cancelled', 'the order was given back: nothing is owed'),
        ('account_key', d.account_key <> e.account_key, 'the decision is about another person'),
        ('sku', v.sku <> e.sku, format('the order was for %s', v.sku)),
        ('family', v.family <> e.family, format('the order was for %s', v.family)),
        ('price_minor_units', p.price_minor_units <> e.price_minor_units,
          format('the order cost %s', p.price_minor_units)),
        ('currency', p.currency <> e.currency, 'the order had another currency'),
        ('granted_at', d.ended_at <> e.granted_at, 'the decision was overturned at another instant'),
        ('credit_list_id', c.state <> 'approved', 'its list was not approved'),
        ('account_key', c.list_id is not null and i.list_id is null, 'the person is not in the list'),
        ('granted_by', c.ended_by <> e.granted_by, 'somebody else approved the list'),
        ('granted_at', c.ended_at <> e.granted_at, 'the list was approved at another instant'),
        ('state', (e.state = 'served') <> (e.served_order_id is not null), 'served means an order'),
        ('served_order_id', e.served_order_id is not null and (q.order_id is null
          or q.account_key <> e.account_key), 'there is no such order of this person'),
        ('entry_id', e.entry_id is not null and g.entry_id is null, 'no unit was set aside for it'),
        ('state', (e.state in ('reserved', 'served')) <> (e.entry_id is not null),
          'a unit set aside means an entry'))
      as differs ("column", is_so, says)
    where (d.sale_no = ${saleNo} or c.sale_no is not null) and differs.is_so`;
}

/** Entries that stand first, without a debt; and rounds whose units set aside differ. */
export async function findOddMakeGood(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with firsts as (
      select g.*, e.tier, e.account_key, e.channel_no as entry_channel_no, e.preferences, e.entered_at
      from make_good g left join entry e using (sale_no, round_no, entry_id)
      where g.sale_no = ${saleNo}),
    carved as (select * from carve_out where sale_no = ${saleNo})
    select 'make_good' as "table", format('round %s, entry %s', f.round_no, f.entry_id) as key,
      differs."column", differs.says
    from firsts f left join carved c using (round_no),
      lateral (values
        ('entry_id', f.tier is null, 'there is no such entry'),
        ('entry_id', f.tier <> 0, 'the entry does not stand first'),
        ('channel_no', f.channel_no <> f.entry_channel_no, 'the entry is on another channel'),
        ('variant_no', f.variant_no::text <> f.preferences, 'the entry wants another variant'),
        ('entry_id', c.round_no is null, 'no units were set aside in this round'),
        ('entry_id', f.tier is not null and not exists (select 1 from entitlement n
          where n.account_key = f.account_key and n.granted_at <= f.entered_at),
          'nothing is owed to this person'),
        ('price_minor_units', not exists (select 1 from entitlement n
          where n.account_key = f.account_key and n.price_minor_units = f.price_minor_units),
          'no unit is owed at this price'))
      as differs ("column", is_so, says)
    where differs.is_so
    union all
    select 'carve_out', format('round %s', c.round_no), 'unit_count',
      format('%s, set aside were %s', c.unit_count, count(f.entry_id))
    from carved c left join firsts f using (round_no) group by c.round_no, c.unit_count
    having c.unit_count <> count(f.entry_id)
    union all
    select 'make_good', format('round %s, entry %s', e.round_no, e.entry_id), 'entry_id',
      'the row is missing: the entry stands first'
    from entry e where e.sale_no = ${saleNo} and e.tier = 0 and not exists (select 1 from make_good g
      where g.sale_no = e.sale_no and g.round_no = e.round_no and g.entry_id = e.entry_id)
    union all
    select 'stock', format('round %s, channel %s, variant %s', s.round_no, s.channel_no, s.variant_no),
      'make_good', format('%s, set aside were %s', s.make_good, count(f.entry_id))
    from stock s left join firsts f using (round_no, channel_no, variant_no)
    where s.sale_no = ${saleNo} group by s.round_no, s.channel_no, s.variant_no, s.make_good
    having s.make_good <> count(f.entry_id)`;
}

/** Calls without a decision or never made, notices that nobody sent, and decisions without one. */
export async function findOddMessages(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'channel_call' as "table", format('order %s', c.order_id) as key, differs."column",
      differs.says
    from channel_call c left join purchase_order p using (sale_no, order_id),
      lateral (values
        ('order_id', not exists (select 1 from decision d where d.sale_no = c.sale_no
          and d.order_id = c.order_id), 'no decision is about this order'),
        ('channel_no', c.channel_no <> p.channel_no, 'the order is of another channel'),
        ('state', c.state = 'done' and c.attempts = 0, 'done, and never tried'))
      as differs ("column", is_so, says)
    where c.sale_no = ${saleNo} and differs.is_so
    union all
    select 'notice', format('decision %s, %s', n.decision_id, n.kind), differs."column", differs.says
    from notice n join decision d using (decision_id) join outbox o using (message_id),
      lateral (values
        ('state', n.state = 'delivered' and o.sent_at is null and o.attempts = 0
          and not exists (select 1 from operator_log l where l.action = 'sent message again'
            and l.subject = o.message_id::text), 'delivered, and never sent'),
        ('ended_at', (n.state = 'pending') <> (n.ended_at is null), 'an outcome has an instant'),
        ('message_id', o.kind <> n.kind, 'the message is of another kind'))
      as differs ("column", is_so, says)
    where d.sale_no = ${saleNo} and differs.is_so
    union all
    select 'notice', format('decision %s, %s', d.decision_id, due.kind), 'kind',
      'the row is missing: the person had to be told'
    from decision d left join appeal a using (decision_id) left join entitlement e using (decision_id),
      lateral (values ('decision', true), ('let_go', d.let_go_at is not null),
        ('appeal_answer', a.state <> 'pending'),
        ('entitlement', e.entitlement_id is not null)) as due (kind, is_so)
    where d.sale_no = ${saleNo} and due.is_so and not exists (select 1 from notice n
      where n.decision_id = d.decision_id and n.kind = due.kind)`;
}
