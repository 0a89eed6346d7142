-- Nothing that a customer may type herself puts her entry together with another before the draw. Profiles
-- that were stored so far hold names and addresses that nobody verified.
update account set profile_cipher = null, profile_expires_at = null where profile_cipher is not null;

-- Orders by whom and where they go to. Found while an order is placed: the recipient's name as a keyed hash
-- finds the orders to compare, and those to one place are one group, named by the offer of its first order.
create table order_recipient (
  sale_no integer not null,
  order_id uuid not null,
  account_key uuid not null,
  recipient_key uuid not null,
  group_id uuid not null,
  -- The first ones are kept.
  arrival_no bigint generated always as identity,
  primary key (sale_no, order_id)
);
create index order_recipient_key on order_recipient (sale_no, recipient_key);
create index order_recipient_group on order_recipient (sale_no, group_id, arrival_no);
create index order_recipient_account on order_recipient (account_key);

-- The row that orders to one recipient lock, so that each sees those before it.
create table recipient (
  sale_no integer not null,
  recipient_key uuid not null,
  primary key (sale_no, recipient_key)
);

-- "We are two people", said of an order that waits because of others to its recipient and place.
create table order_objection (
  sale_no integer not null,
  round_no smallint not null,
  entry_id uuid not null,
  order_id uuid not null,
  account_key uuid not null,
  statement_cipher bytea not null,
  objected_at timestamptz not null,
  verdict text check (verdict in ('apart', 'same')),
  reason text,
  decided_by text,
  decided_at timestamptz,
  primary key (sale_no, round_no, entry_id)
);
create index order_objection_open on order_objection (objected_at) where verdict is null;
create index order_objection_account on order_objection (account_key);

-- Orders that wait for a person: as many standing ones as one person may have came before them to the same
-- recipient and place. Nothing is stored of it: it ends when one of those is cancelled, when their buyers are
-- found to be two people, or when a reviewer or a channel's deadline lets the order stand or an appeal is upheld.
create view held_order as
  select d.sale_no, d.order_id, d.group_id
  from order_recipient d join sale s using (sale_no) join purchase_order p using (sale_no, order_id)
  where p.state <> 'cancelled'
    and (select count(*) from order_recipient e
      join purchase_order q on q.sale_no = e.sale_no and q.order_id = e.order_id
      where e.sale_no = d.sale_no and e.group_id = d.group_id and e.arrival_no < d.arrival_no
        and (q.state <> 'cancelled' or q.unit_held)
        and not exists (select 1 from verified_apart v
          where v.account_a = least(d.account_key, e.account_key)
            and v.account_b = greatest(d.account_key, e.account_key)))
      >= (s.definition->>'unitsPerPersonCount')::integer
    and not exists (select 1 from case_order c where c.sale_no = d.sale_no
      and c.order_id = d.order_id and (c.verdict = 'release' or c.let_stand_at is not null))
    and not exists (select 1 from decision c where c.sale_no = d.sale_no
      and c.order_id = d.order_id and c.state = 'overturned');
