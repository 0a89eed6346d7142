/* All SQL that compares cases, their orders and their history. Reads only. */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Cases whose rows, orders and history contradict each other. */
export async function findOddCases(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with said as (
      select distinct on (case_no) case_no, kind, actor, happened_at,
        (detail->>'cancel')::int as cancel, (detail->>'release')::int as release,
        detail->>'verdicts' as verdicts
      from case_event where sale_no = ${saleNo} and kind in ('decided', 'undone')
      order by case_no, event_no desc),
    opened as (
      select case_no, min(happened_at) as opened_at from case_event
      where sale_no = ${saleNo} and kind = 'opened' group by 1),
    orders as (
      select case_no, count(*) as orders, count(distinct account_key) as accounts,
        count(*) filter (where verdict = 'cancel') as cancel,
        count(*) filter (where verdict = 'release') as release,
        encode(sha256(convert_to(string_agg(order_id || ' ' || verdict, E'\n' order by order_id), 'UTF8')),
          'hex') as verdicts
      from case_order where sale_no = ${saleNo} group by 1)
    select differs."table", format('case %s', c.case_no) as key, differs."column", differs.says
    from suspicion_case c left join said d using (case_no) left join opened e using (case_no)
      left join orders o using (case_no),
      lateral (values
        ('case_event', 'event_no', e.case_no is null, 'the row is missing: the case was opened'),
        ('suspicion_case', 'opened_at', e.opened_at <> c.opened_at, 'the history says another instant'),
        ('case_event', 'event_no', c.decided_by is not null and (d.kind is distinct from 'decided'
          or d.happened_at <> c.decided_at), 'the row is missing: the case was decided'),
        ('suspicion_case', 'decided_by', d.kind = 'decided' and d.actor is distinct from c.decided_by,
          format('the history says %s', d.actor)),
        ('suspicion_case', 'decided_at', d.kind = 'decided' and d.happened_at is distinct from c.decided_at,
          'the history says another instant'),
        ('suspicion_case', 'state', d.kind = 'decided' and c.state = 'open', 'it was decided'),
        ('suspicion_case', 'state', c.state = 'decided' and d.kind is distinct from 'decided',
          'nobody decided it'),
        ('case_order', 'verdict', d.kind = 'decided' and (d.cancel <> o.cancel or d.release <> o.release
            or d.verdicts <> o.verdicts), 'other verdicts than were decided'),
        ('case_order', 'verdict', d.kind is distinct from 'decided' and o.cancel + o.release > 0,
          'nobody decided it'),
        ('case_order', 'order_id', c.order_count is distinct from o.orders,
          format('%s orders, the case was opened with %s', coalesce(o.orders, 0), c.order_count)),
        ('suspicion_case', 'account_count', c.account_count <> o.accounts,
          format('%s accounts are in it', o.accounts)))
      as differs ("table", "column", is_so, says)
    where c.sale_no = ${saleNo} and differs.is_so
    union all
    select 'suspicion_case', format('case %s', e.case_no), 'case_no', 'the row is missing: it has a history'
    from (select distinct case_no from case_event where sale_no = ${saleNo}) e
    where not exists (select 1 from suspicion_case c
      where c.sale_no = ${saleNo} and c.case_no = e.case_no)
    union all
    select 'case_order', format('order %s', o.order_id), 'let_stand_at',
      'the history of its case does not say so'
    from case_order o where o.sale_no = ${saleNo} and o.let_stand_at is not null
      and not exists (select 1 from case_event e where e.sale_no = o.sale_no
        and e.case_no = o.case_no and e.kind = 'let_stand' and e.happened_at = o.let_stand_at
        and e.detail->'orderIds' @> to_jsonb(o.order_id::text))
    union all
    select 'sale_audit', 'the sale', 'case_count', format('%s cases are there', count(c.case_no))
    from sale_audit a left join suspicion_case c using (sale_no)
    where a.sale_no = ${saleNo} group by a.case_count having a.case_count <> count(c.case_no)`;
}

/** Approvals and lists whose path of invitations is not the one that invitations say. */
export async function findOddPaths(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with recursive up as (
      select o.operator_id, o.name, o.invited_by, 1 as step from operator o
      union all
      select up.operator_id, up.name, o.invited_by, up.step + 1 from up
        join operator o on o.operator_id = up.invited_by where up.step < 100),
    paths as (
      select up.name, array_agg(i.name order by up.step) as path
      from up join operator i on i.operator_id = up.invited_by group by up.operator_id, up.name),
    said as (
      select 'batch_approval' as "table", format('batch %s, %s', batch_id, operator_name) as key,
        'invited_path' as "column", operator_name as who, invited_path as path
      from batch_approval join batch using (batch_id) where sale_no = ${saleNo}
      union all
      select 'credit_list', format('list %s', list_id), 'created_path', created_by, created_path
      from credit_list where sale_no = ${saleNo}
      union all
      select 'credit_list', format('list %s', list_id), 'ended_path', ended_by, ended_path
      from credit_list where sale_no = ${saleNo} and ended_by is not null)
    select said."table", said.key, said."column", 'the person was invited by others' as says
    from said join operator o on o.name = said.who left join paths p on p.name = said.who
    where coalesce(p.path, '{}') <> said.path`;
}

/** Samples of the system's own error that contradict the orders they were drawn from. */
export async function findOddSamples(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'error_sample' as "table", format('order %s', e.order_id) as key, differs."column",
      differs.says
    from error_sample e left join purchase_order p using (sale_no, order_id)
      left join lateral (select array(select jsonb_array_elements_text(d.record->'rule_ids')) as rules,
          d.decided_at from decision d where d.sale_no = e.sale_no and d.order_id = e.order_id
          order by d.decided_at limit 1) d on true,
      lateral (values
        ('order_id', p.order_id is null, 'there is no such order'),
        ('stratum', (e.stratum = 'refused') <> coalesce(d.decided_at <= e.drawn_at, false),
          'the order was not treated so'),
        ('rules', e.stratum = 'refused' and e.rules <> d.rules, 'the decision cites other rules'),
        ('channel_no', e.channel_no <> p.channel_no, 'the order is of another channel'),
        ('payment_method', e.payment_method <> p.payment_method, 'the order is paid otherwise'),
        ('found_by', (e.found is null) <> (e.found_by is null), 'a finding needs its person'))
      as differs ("column", is_so, says)
    where e.sale_no = ${saleNo} and differs.is_so`;
}
