-- A question that a doubtful order is asked before it is placed. Its unit stays held meanwhile, and the
-- answer places the order.
create table step_up (
  sale_no integer not null,
  offer_id uuid not null,
  account_key uuid not null,
  -- In which ways it may be answered: 'code', 'address'.
  kinds text[] not null,
  -- What speaks for asking, in both languages; nothing about anybody else.
  reasons jsonb not null,
  bits double precision not null,
  -- What was to be ordered, encrypted; gone once it is ordered, or after a day.
  wanted_cipher bytea,
  asked_at timestamptz not null,
  code_sent_at timestamptz,
  passed_at timestamptz,
  passed_by text check (passed_by in ('code', 'address')),
  primary key (sale_no, offer_id)
);
create index step_up_kept on step_up (asked_at) where wanted_cipher is not null;
create index step_up_account on step_up (account_key);
