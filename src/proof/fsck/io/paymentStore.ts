/*
 * All SQL that compares payments, their reports, refunds and orders. A payment and a report that
 * contradict each other are both named: nothing decides between them. Reads only.
 */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Reports that no payment bears out, and payments, refunds and orders without their report. */
export async function findOddReports(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with events as (select * from payment_event where sale_no = ${saleNo}),
    paid as (
      select round_no, entry_id, reason, moved_at from stock_movement where sale_no = ${saleNo}
        and reason in ('order_paid', 'order_paid_and_refunded')),
    orders as (
      select p.order_id, m.reason, m.moved_at from purchase_order p
        left join paid m using (round_no, entry_id)
      where p.sale_no = ${saleNo})
    select 'payment_event' as "table", format('order %s', o.order_id) as key, 'event_id' as "column",
      'the row is missing: the order was paid' as says
    from orders o where o.reason = 'order_paid' and not exists (select 1 from events e
      where e.order_id = o.order_id and e.outcome = 'applied' and e.received_at = o.moved_at)
    union all
    select 'payment_event', format('event %s of %s', e.event_id, e.provider), differs."column",
      differs.says
    from events e left join orders o using (order_id)
      left join payment p on p.provider = e.provider and p.payment_id = e.payment_id,
      lateral (values
        ('order_id', o.order_id is null, 'there is no such order'),
        ('outcome', e.outcome in ('applied', 'refund_due') and p.payment_id is null,
          'there is no such payment'),
        ('outcome', e.kind = 'paid' and e.outcome in ('applied', 'refund_due')
          and p.received_minor_units = 0, 'the payment received nothing'),
        ('outcome', e.kind = 'paid' and e.outcome = 'applied'
          and (o.moved_at is null or o.moved_at > e.received_at), 'the order was not paid'),
        ('outcome', e.kind = 'refunded' and e.outcome = 'applied' and not exists (select 1
          from payment_refund r where r.provider = e.provider and r.payment_id = e.payment_id
            and r.reported_at <= e.received_at), 'nothing of the payment went back'),
        ('outcome', e.outcome = 'unmatched' and not exists (select 1 from payment_misfit m
          where m.provider = e.provider and m.payment_id = e.payment_id),
          'no person was asked to look at it'))
      as differs ("column", is_so, says)
    where differs.is_so
    union all
    select missing."table", format('payment %s', p.payment_id), missing."column", missing.says
    from payment p,
      lateral (values
        ('payment_event', 'kind', p.received_minor_units > 0 and not exists (select 1
          from payment_event e where e.provider = p.provider and e.payment_id = p.payment_id
            and e.kind = 'paid'), 'the row is missing: the payment received money'),
        ('payment_refund', 'refund_id', exists (select 1 from payment_refund r
          where r.provider = p.provider and r.payment_id = p.payment_id and r.refund_id <> 'before'
            and not exists (select 1 from payment_event e where e.provider = r.provider
              and e.payment_id = r.payment_id and e.kind = 'refunded'
              and e.received_at = r.reported_at)), 'no report says so'))
      as missing ("table", "column", is_so, says)
    where p.sale_no = ${saleNo} and missing.is_so`;
}

/** Amounts that contradict each other: at most one payment is kept, all other money goes back. */
export async function findOddMoney(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with money as (
      select p.*, o.state, o.unit_held,
        greatest(0, p.received_minor_units - p.returned_minor_units
          - case when p.kept then o.price_minor_units else 0 end) as due,
        coalesce((select sum(r.amount_minor_units) from payment_refund r
          where r.provider = p.provider and r.payment_id = p.payment_id), 0) as refunded
      from payment p left join purchase_order o using (sale_no, order_id)
      where p.sale_no = ${saleNo})
    select differs."table", format('payment %s', m.payment_id) as key, differs."column", differs.says
    from money m,
      lateral (values
        ('payment', 'order_id', m.state is null, 'there is no such order'),
        ('payment', 'kept', m.kept and m.state <> 'paid' and not m.unit_held,
          format('kept for an order that is %s', m.state)),
        ('payment', 'due_minor_units', m.due_minor_units <> m.due,
          format('%s is due back, its amounts say %s', m.due_minor_units, m.due)),
        ('payment', 'returned_minor_units', m.returned_minor_units <> m.refunded,
          format('%s went back, its refunds say %s', m.returned_minor_units, m.refunded)),
        ('payment_refund', 'amount_minor_units', m.returned_minor_units <> m.refunded,
          format('%s in all, the payment says %s', m.refunded, m.returned_minor_units)))
      as differs ("table", "column", is_so, says)
    where differs.is_so
    union all
    select 'payment', format('order %s', o.order_id), 'kept', 'no payment is kept for a paid order'
    from purchase_order o where o.sale_no = ${saleNo} and o.state = 'paid'
      and not exists (select 1 from money m where m.order_id = o.order_id and m.kept)
    union all
    select 'purchase_order', format('order %s', o.order_id), 'refund_due',
      format('%s, its payments say otherwise', o.refund_due)
    from purchase_order o where o.sale_no = ${saleNo} and o.refund_due <>
      exists (select 1 from money m where m.order_id = o.order_id and m.due_minor_units > 0)
    union all
    select 'refund_call', format('order %s, refund %s', r.order_id, r.refund_no), differs."column",
      differs.says
    from refund_call r left join money m on m.provider = r.provider and m.payment_id = r.payment_id,
      lateral (values
        ('payment_id', m.payment_id is null or m.order_id <> r.order_id,
          'the order has no such payment'),
        ('amount_minor_units', r.amount_minor_units > m.received_minor_units,
          format('the payment received %s', m.received_minor_units)),
        ('state', r.state = 'done' and m.returned_minor_units < r.done_at_minor_units,
          'done, and it did not go back'))
      as differs ("column", is_so, says)
    where r.sale_no = ${saleNo} and differs.is_so`;
}

/** Payments that are of no order, and that no person was asked to look at. */
export async function findStrayPayments(sql: Query): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'payment_misfit' as "table", format('payment %s', p.payment_id) as key,
      'payment_id' as "column", 'the row is missing: the payment is of no order' as says
    from payment p where p.sale_no is null and not exists (select 1 from payment_misfit m
      where m.provider = p.provider and m.payment_id = p.payment_id)
    union all
    select 'payment_misfit', format('payment %s', m.payment_id), 'settled_by',
      'no line of the log says: settled payment report'
    from payment_misfit m where m.settled_by is not null and not exists (select 1
      from operator_log l where l.action = 'settled payment report'
        and l.subject = m.misfit_no::text and l.logged_at = m.settled_at
        and l.operator_name = m.settled_by)`;
}
