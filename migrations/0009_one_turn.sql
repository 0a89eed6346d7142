-- One person, one turn, whatever the number of accounts. Found before chance is drawn, and committed to
-- with the entrants: who belongs together cannot be chosen afterwards.

-- What the brand's login says of a customer, encrypted: name and address, to tell whether two accounts are
-- one person's.
alter table account add column profile_cipher bytea;
alter table account add column profile_expires_at timestamptz;
create index account_profile on account (account_key) where profile_cipher is not null;
create index account_profile_expiry on account (profile_expires_at) where profile_cipher is not null;

create table shared_turn (
  sale_no integer not null,
  round_no smallint not null,
  -- The later entry; the turn is named by the person's first one.
  entry_id uuid not null,
  turn_id uuid not null,
  account_key uuid not null,
  window_no integer not null,
  bits double precision not null,
  likeness text not null check (likeness in ('same', 'alike')),
  found_at timestamptz not null,
  primary key (sale_no, round_no, entry_id)
);
create index shared_turn_turn on shared_turn (sale_no, round_no, turn_id);
create index shared_turn_account on shared_turn (account_key);

-- "We are two people", said by one of those who share a turn, and what a person found.
create table turn_objection (
  sale_no integer not null,
  round_no smallint not null,
  entry_id uuid not null,
  turn_id uuid not null,
  account_key uuid not null,
  statement_cipher bytea not null,
  objected_at timestamptz not null,
  verdict text check (verdict in ('apart', 'same')),
  reason text,
  decided_by text,
  decided_at timestamptz,
  -- From this movement on the entry has a turn of its own.
  after_movement_no bigint,
  primary key (sale_no, round_no, entry_id)
);
create index turn_objection_open on turn_objection (objected_at) where verdict is null;
create index turn_objection_account on turn_objection (account_key);

-- Null: the entry has its turn to itself, or was found to be somebody else's.
alter table line_place add column turn_id uuid;
create index line_place_turn on line_place (sale_no, round_no, turn_id) where turn_id is not null;
alter table line_place drop constraint line_place_state_check;
alter table line_place add constraint line_place_state_check
  check (state in ('waiting', 'offered', 'over_limit', 'shared_turn'));

-- Why nobody could be found to share a turn in this window, where looking failed; then each has one.
alter table sale_window add column turn_fault text;
