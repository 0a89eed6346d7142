-- Who invited whom: two approvals by one path of invitations are one person's word, perhaps.

-- Null: the first owner, invited on the command line, and everybody from before this column was.
alter table operator add column invited_by uuid references operator;
-- The names on the way from the approver's inviter up to the first owner, as they were then.
alter table batch_approval add column invited_path text[] not null default '{}';

-- Failures of the server in a person's turn, from its own error path: once for each person and round.
create table server_failure (
  sale_no integer not null references sale,
  round_no smallint not null,
  account_key uuid not null,
  -- A held unit ran out while the server failed, or a place in the line was never given.
  kind text not null check (kind in ('unit', 'place')),
  -- The offer whose time it took; null for a place.
  offer_id uuid,
  channel_no smallint not null,
  variant_no smallint not null,
  phone_key uuid,
  email_key uuid,
  -- The first and the last request that the server could not answer.
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (sale_no, round_no, account_key),
  check ((kind = 'unit') = (offer_id is not null))
);
create index server_failure_account on server_failure (account_key);

-- Lists of people who are to be owed a unit for a failure; nothing is owed before a second person approves.
create table credit_list (
  list_id uuid primary key,
  sale_no integer not null references sale,
  source text not null check (source in ('recorded', 'uploaded')),
  state text not null check (state in ('waiting', 'approved', 'rejected')),
  digest text not null,
  reason text not null,
  reason_en text not null,
  created_by text not null,
  created_path text[] not null,
  created_at timestamptz not null,
  ended_by text,
  ended_path text[],
  ended_at timestamptz,
  check ((state = 'waiting') = (ended_by is null))
);
create table credit_line (
  list_id uuid not null references credit_list,
  round_no smallint not null,
  account_key uuid not null,
  variant_no smallint not null,
  phone_key uuid,
  email_key uuid,
  primary key (list_id, round_no, account_key)
);

alter table entitlement drop constraint entitlement_cause,
  add column credit_list_id uuid references credit_list,
  add column credit_sale_no integer,
  add column credit_round_no smallint,
  add constraint entitlement_cause
    check ((decision_id is null) <> (credit_entry_id is null and credit_list_id is null));
-- Once for each person and round, whatever the number of lists.
create unique index entitlement_credit on entitlement (credit_sale_no, credit_round_no, account_key)
  where credit_list_id is not null;
