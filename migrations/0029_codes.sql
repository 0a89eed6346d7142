-- Codes that no stranger can use up: a wrong guess counts against its asker, and codes of a contact grow longer
-- with the wrong guesses at it.

alter table sign_in_code
  -- Who asked for it: the work that paid for it, or a number of chance where it was free. One code for one work.
  add column asker_key uuid,
  add column digits smallint not null default 6 check (digits between 6 and 16);
create unique index sign_in_code_asker on sign_in_code (asker_key) where asker_key is not null;

-- Wrong guesses of an asker since the first of them.
create table code_asker (
  asker_key uuid primary key,
  wrong_count smallint not null,
  since timestamptz not null
);
create index code_asker_age on code_asker (since);

-- Wrong guesses at a contact, hour by hour; the row of the present hour is what requests about a contact lock.
create table code_guess (
  contact_key uuid not null,
  hour timestamptz not null,
  wrong_count integer not null,
  primary key (contact_key, hour)
);
create index code_guess_age on code_guess (hour);

-- Texts with sign-in codes, hour by hour. Several rows an hour, so that requests do not wait for each other.
create table text_budget (
  hour timestamptz not null,
  shard smallint not null,
  text_count integer not null,
  primary key (hour, shard)
);
-- What was said already about an hour's budget.
create table text_alarm (
  hour timestamptz not null,
  percent smallint not null,
  raised_at timestamptz not null,
  primary key (hour, percent)
);
