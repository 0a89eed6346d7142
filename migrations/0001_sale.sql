-- A sale and everything that one sale decides. Every key begins with sale_no, so that sales can live
-- on different servers. All identifiers of people are keyed hashes (uuid: 16 bytes of HMAC-SHA-256).

create table sale (
  sale_no integer generated always as identity primary key,
  slug text not null unique,
  state text not null check (state in ('draft', 'live', 'paused', 'closed')),
  definition jsonb not null,
  definition_digest text not null,
  created_at timestamptz not null,
  opened_at timestamptz,
  paused_at timestamptz,
  closed_at timestamptz
);

create table sale_round (
  sale_no integer not null references sale,
  round_no smallint not null,
  accepting boolean not null default true,
  chain_anchor bytea not null,
  chain_length integer not null,
  -- The last secret of the chain, encrypted: who reads the database alone cannot foresee a seed.
  chain_end_cipher bytea not null,
  sealed_through integer not null default -1,
  next_place_no integer not null default 1,
  primary key (sale_no, round_no)
);

-- The gate. A batch of entries holds its window's row FOR SHARE until it commits; the seal takes the
-- row FOR UPDATE. So every entry of a window is committed before the window is closed.
create table sale_window (
  sale_no integer not null,
  round_no smallint not null,
  window_no integer not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'closed', 'sealed')),
  entry_count integer,
  root bytea,
  secret bytea,
  beacon bytea,
  seed bytea,
  sealed_at timestamptz,
  -- Movements up to this one happened before the window joined the line.
  after_movement_no bigint,
  primary key (sale_no, round_no, window_no),
  foreign key (sale_no, round_no) references sale_round
);
create index sale_window_open on sale_window (sale_no, round_no, closes_at) where state = 'open';
create index sale_window_unsealed on sale_window (sale_no, round_no, window_no)
  where state <> 'sealed';

-- The wide table: one insert a person, at the rate at which people arrive.
create table entry (
  sale_no integer not null,
  round_no smallint not null,
  account_key uuid not null,
  phone_key uuid,
  email_key uuid,
  entry_id uuid not null,
  window_no integer not null,
  arrival_no bigint not null,
  tier smallint not null default 1,
  channel_no smallint not null,
  preferences text not null,
  request_key uuid not null,
  request_fingerprint uuid not null,
  work_key uuid not null,
  entered_at timestamptz not null,
  primary key (sale_no, round_no, account_key)
);
create unique index entry_phone on entry (sale_no, round_no, phone_key) where phone_key is not null;
create unique index entry_email on entry (sale_no, round_no, email_key) where email_key is not null;
create index entry_window on entry (sale_no, round_no, window_no);
create sequence entry_batch_no;

create table entry_withdrawn (
  sale_no integer not null,
  round_no smallint not null,
  work_key uuid not null,
  entry_id uuid not null,
  account_key uuid not null,
  withdrawn_at timestamptz not null,
  primary key (sale_no, round_no, work_key)
);

-- The line: sealed entries in their order (tier, place_no); place_no follows (window, rank).
create table line_place (
  sale_no integer not null,
  round_no smallint not null,
  entry_id uuid not null,
  account_key uuid not null,
  phone_key uuid,
  email_key uuid,
  window_no integer not null,
  tier smallint not null,
  rank bytea not null,
  place_no integer not null,
  channel_no smallint not null,
  preferences smallint[] not null,
  state text not null check (state in ('waiting', 'offered', 'over_limit')),
  primary key (sale_no, round_no, entry_id)
);
create index line_place_waiting on line_place (sale_no, round_no, channel_no, tier, place_no)
  where state = 'waiting';

create table stock (
  sale_no integer not null,
  round_no smallint not null,
  channel_no smallint not null,
  variant_no smallint not null,
  allotted integer not null,
  free integer not null check (free >= 0),
  offered integer not null default 0 check (offered >= 0),
  ordered integer not null default 0 check (ordered >= 0),
  sold integer not null default 0 check (sold >= 0),
  returned integer not null default 0 check (returned >= 0),
  -- The furthest place that was offered this variant: everybody before it who listed it had a turn.
  reached_place_no integer not null default 0,
  -- How often a unit came back from an offer or an order: what the odds on the wait-list rest on.
  given_back integer not null default 0,
  primary key (sale_no, round_no, channel_no, variant_no),
  -- Conservation, the last guard against selling what is not there.
  constraint stock_conserved check (allotted = free + offered + ordered + sold + returned)
);

create table stock_movement (
  sale_no integer not null,
  movement_no bigint generated always as identity,
  round_no smallint not null,
  channel_no smallint not null,
  variant_no smallint not null,
  from_account text not null,
  to_account text not null,
  units integer not null check (units > 0),
  reason text not null,
  entry_id uuid,
  moved_at timestamptz not null,
  primary key (sale_no, movement_no)
);

create table offer (
  sale_no integer not null,
  offer_id uuid not null,
  round_no smallint not null,
  entry_id uuid not null,
  account_key uuid not null,
  channel_no smallint not null,
  variant_no smallint not null,
  state text not null check (state in ('open', 'ordered', 'declined', 'expired')),
  made_at timestamptz not null,
  expires_at timestamptz not null,
  extended boolean not null default false,
  ended_at timestamptz,
  primary key (sale_no, offer_id),
  -- One turn for each entry, whatever happens to the process that hands them out.
  unique (sale_no, round_no, entry_id)
);
create index offer_expiry on offer (sale_no, expires_at) where state = 'open';
create index offer_account on offer (sale_no, account_key);

-- The limit per person, over all channels and rounds: one row for each unit that a person holds and
-- each key that the person is known by. The primary key decides, not a count.
create table person_unit (
  sale_no integer not null,
  identity_key uuid not null,
  unit_no smallint not null,
  offer_id uuid not null,
  primary key (sale_no, identity_key, unit_no)
);
create index person_unit_offer on person_unit (sale_no, offer_id);

create table purchase_order (
  sale_no integer not null,
  order_id uuid not null,
  offer_id uuid not null,
  round_no smallint not null,
  entry_id uuid not null,
  account_key uuid not null,
  channel_no smallint not null,
  variant_no smallint not null,
  state text not null
    check (state in ('awaiting_confirmation', 'awaiting_payment', 'paid', 'cod_confirmed', 'cancelled')),
  cancel_reason text,
  payment_method text not null,
  price_minor_units bigint not null,
  currency text not null,
  refund_due boolean not null default false,
  placed_at timestamptz not null,
  due_at timestamptz not null,
  settled_at timestamptz,
  primary key (sale_no, order_id),
  unique (sale_no, offer_id)
);
create index purchase_order_due on purchase_order (sale_no, due_at)
  where state in ('awaiting_confirmation', 'awaiting_payment');
create index purchase_order_account on purchase_order (sale_no, account_key);

create table cod_quota (
  sale_no integer not null,
  round_no smallint not null,
  channel_no smallint not null,
  quota integer not null,
  used integer not null default 0 check (used >= 0),
  primary key (sale_no, round_no, channel_no),
  constraint cod_quota_kept check (used <= quota)
);

create table payment_event (
  provider text not null,
  event_id text not null,
  sale_no integer not null,
  order_id uuid not null,
  kind text not null,
  outcome text not null,
  received_at timestamptz not null,
  primary key (provider, event_id)
);
create index payment_event_order on payment_event (sale_no, order_id);

-- Who may advance a sale's line. `fence` grows with each change of hands; a write that carries an
-- old fence is refused, so a worker that was away too long can do no harm.
create table sale_lease (
  sale_no integer primary key references sale,
  holder uuid,
  fence bigint not null default 0,
  expires_at timestamptz not null
);
