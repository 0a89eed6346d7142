-- Decisions and objections of an order are looked up by the order.
create index decision_order on decision (sale_no, order_id);
create index order_objection_order on order_objection (sale_no, order_id);

-- An order that waits for a person, at a channel that cancels late orders by itself, is let stand in time also
-- before its sale has ended and a case was opened for it.
alter table order_recipient add column let_stand_at timestamptz;

-- As before, and: it ends when the order was let stand without a case, and when its case is closed, also where
-- a batch left the order alone.
create or replace view held_order as
  select d.sale_no, d.order_id, d.group_id
  from order_recipient d join sale s using (sale_no) join purchase_order p using (sale_no, order_id)
  where p.state <> 'cancelled' and d.let_stand_at is null
    and (select count(*) from order_recipient e
      join purchase_order q on q.sale_no = e.sale_no and q.order_id = e.order_id
      where e.sale_no = d.sale_no and e.group_id = d.group_id and e.arrival_no < d.arrival_no
        and (q.state <> 'cancelled' or q.unit_held)
        and not exists (select 1 from verified_apart v
          where v.account_a = least(d.account_key, e.account_key)
            and v.account_b = greatest(d.account_key, e.account_key)))
      >= (s.definition->>'unitsPerPersonCount')::integer
    and not exists (select 1 from case_order c join suspicion_case k using (sale_no, case_no)
      where c.sale_no = d.sale_no and c.order_id = d.order_id
        and (c.verdict = 'release' or c.let_stand_at is not null or k.state = 'closed'))
    and not exists (select 1 from decision c where c.sale_no = d.sale_no
      and c.order_id = d.order_id and c.state = 'overturned');
