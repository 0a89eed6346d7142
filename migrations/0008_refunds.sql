-- Refunds that the payment service was asked for. Each has an id that stays the same however often it is
-- asked; it is done when the service reports it.
create table refund_call (
  sale_no integer not null,
  order_id uuid not null,
  -- An order can be paid late a second time, and be paid back a second time.
  refund_no integer not null,
  state text not null check (state in ('due', 'calling', 'done', 'refused')),
  attempts smallint not null default 0,
  next_attempt_at timestamptz not null,
  answer text,
  primary key (sale_no, order_id, refund_no)
);
create index refund_call_due on refund_call (next_attempt_at) where state in ('due', 'calling');
-- What was cancelled since somebody looked last.
create index purchase_order_cancelled on purchase_order (sale_no, settled_at) where state = 'cancelled';
create index purchase_order_refund on purchase_order (sale_no, order_id) where refund_due;
