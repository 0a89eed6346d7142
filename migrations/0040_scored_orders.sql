-- The orders of each sale in the order in which every server scores them. One short transaction under the sale's row
-- numbers them, so they become visible in the order of their numbers, and none is ever inserted between two others.
create table scoring (
  sale_no integer primary key,
  last_no integer not null default 0,
  -- No order counts as earlier than those numbered before it, whatever the clocks of two servers say.
  last_at timestamptz not null default '2000-01-01Z',
  -- Orders that were cancelled before this are noted.
  looked_at timestamptz not null default '2000-01-01Z'
);

create table scored_order (
  sale_no integer not null,
  score_no integer not null,
  offer_id uuid not null,
  account_key uuid not null,
  channel_no smallint not null,
  variant_no smallint not null,
  scored_at timestamptz not null,
  -- A keyed hash of the facts: a repeated request gets no second row.
  facts_key uuid,
  facts_cipher bytea,
  -- What the numbers up to the last one say of it: its transaction is under way, the question before it is being
  -- answered, it counts, it does not count any more.
  state text not null check (state in ('coming', 'answering', 'counted', 'left')),
  coming_at timestamptz not null,
  primary key (sale_no, score_no)
);
create unique index scored_order_facts on scored_order (sale_no, offer_id, facts_key);
create index scored_order_coming on scored_order (sale_no, score_no) where state in ('coming', 'answering');
create index scored_order_account on scored_order (account_key);

-- How many units an order takes of its person's limit from this number on; its own row says one.
create table scored_change (
  sale_no integer not null,
  score_no integer not null,
  -- The number of the order.
  order_no integer not null,
  units smallint not null,
  primary key (sale_no, score_no)
);
