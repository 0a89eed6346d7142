-- Money by payment. A report names the payment that it is about by the payment service's own number, so that
-- two payments of one order, a repeated settlement and a refund of either are told apart.
create table payment (
  provider text not null,
  payment_id text not null,
  -- Null: its report named no order. A person looks at it.
  sale_no integer,
  order_id uuid,
  currency text not null,
  -- 0 while only refunds of it were reported.
  received_minor_units bigint not null check (received_minor_units >= 0),
  returned_minor_units bigint not null check (returned_minor_units >= 0),
  -- It pays for its order.
  kept boolean not null,
  -- What must still go back.
  due_minor_units bigint not null check (due_minor_units >= 0),
  first_reported_at timestamptz not null,
  primary key (provider, payment_id),
  constraint payment_of_order check ((sale_no is null) = (order_id is null)),
  constraint payment_kept_for_order check (not kept or order_id is not null)
);
create index payment_order on payment (sale_no, order_id);
-- Two payments are never kept for one order.
create unique index payment_kept on payment (sale_no, order_id) where kept;
create index payment_due on payment (provider, payment_id) where due_minor_units > 0;

-- Refunds as reported, told apart by their own numbers.
create table payment_refund (
  provider text not null,
  payment_id text not null,
  refund_id text not null,
  amount_minor_units bigint not null check (amount_minor_units > 0),
  reported_at timestamptz not null,
  primary key (provider, payment_id, refund_id),
  foreign key (provider, payment_id) references payment
);

-- Reports that a person should look at, once for each payment and reason.
create table payment_misfit (
  misfit_no bigint generated always as identity primary key,
  provider text not null,
  payment_id text not null,
  why text not null
    check (why in ('no_order', 'other_payment', 'other_currency', 'other_amount', 'returned_too_much')),
  kind text not null,
  amount_minor_units bigint not null,
  currency text not null,
  -- The order that the report named, if there is one.
  sale_no integer,
  order_id uuid,
  reported_at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  unique (provider, payment_id, why)
);

-- Payments from before had no number: an order had one payment, and it carries the order's reference.
alter table payment_event add column payment_id text;
update payment_event set payment_id = sale_no || '.' || order_id;
alter table payment_event
  alter column payment_id set not null,
  alter column sale_no drop not null,
  alter column order_id drop not null,
  drop constraint payment_event_pkey,
  -- A message number that was seen before says nothing about another payment.
  add primary key (provider, payment_id, kind, event_id);

insert into payment (provider, payment_id, sale_no, order_id, currency, received_minor_units,
  returned_minor_units, kept, due_minor_units, first_reported_at)
select e.provider, e.payment_id, p.sale_no, p.order_id, p.currency, p.price_minor_units,
  case when not e.keeps and not p.refund_due then p.price_minor_units else 0 end, e.keeps,
  case when p.refund_due and not e.keeps then p.price_minor_units else 0 end, e.first_at
from purchase_order p join (
  select o.sale_no, o.order_id, min(e.provider) as provider, min(e.payment_id) as payment_id,
    min(e.received_at) as first_at,
    o.state = 'paid' or (o.unit_held and bool_or(e.kind = 'paid' and e.outcome = 'applied')
      and not bool_or(e.kind = 'refunded' and e.outcome = 'applied')) as keeps
  from payment_event e join purchase_order o using (sale_no, order_id)
  where e.outcome in ('applied', 'refund_due') and e.kind in ('paid', 'refunded')
  group by o.sale_no, o.order_id having bool_or(e.kind = 'paid')) e using (sale_no, order_id);

-- What was received and is neither kept nor due has gone back.
insert into payment_refund (provider, payment_id, refund_id, amount_minor_units, reported_at)
select provider, payment_id, 'before', returned_minor_units, first_reported_at
from payment where returned_minor_units > 0;

alter table refund_call
  add column provider text,
  add column payment_id text,
  add column amount_minor_units bigint,
  -- Done once this much of the payment has gone back.
  add column done_at_minor_units bigint;
update refund_call r set provider = p.provider, payment_id = p.payment_id,
  amount_minor_units = p.received_minor_units, done_at_minor_units = p.received_minor_units
from payment p where p.sale_no = r.sale_no and p.order_id = r.order_id;
alter table refund_call
  alter column provider set not null,
  alter column payment_id set not null,
  alter column amount_minor_units set not null,
  alter column done_at_minor_units set not null;
-- A payment has one open refund at most.
create unique index refund_call_open on refund_call (provider, payment_id)
  where state in ('due', 'calling', 'refused');
