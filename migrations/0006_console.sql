-- What people who work here need beside the sale itself.

-- A credit's reason in both languages: whoever is owed reads it in her own.
alter table entitlement add column reason_en text;

-- A word to everybody who waits, shown on the sale's page until it is taken back.
alter table sale add column message jsonb, add column message_at timestamptz;

-- How somebody likes to see a list, under a name.
create table saved_view (
  operator_id uuid not null references operator,
  name text not null,
  document jsonb not null,
  saved_at timestamptz not null,
  primary key (operator_id, name)
);

-- People come and go; what they did stays in the log under their name.
alter table operator add column left_at timestamptz;
alter table operator_session
  add column session_id uuid not null default gen_random_uuid() unique,
  add column device text not null default '';

-- A key for a program: it may do what is listed, and never decide about a person.
create table api_key (
  key_id uuid primary key,
  token_key uuid not null unique,
  name text not null,
  capabilities text[] not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table passkey (
  credential_id text primary key,
  operator_id uuid not null references operator,
  name text not null,
  public_key bytea not null,
  sign_count bigint not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
-- A question that a passkey answers once.
create table passkey_challenge (
  challenge_key uuid primary key,
  operator_id uuid references operator,
  expires_at timestamptz not null
);

-- Exports that were handed in, and what was found in them. Everything personal is encrypted, and it expires.
create table order_import (
  import_id uuid primary key,
  name text not null,
  handed_in_by text not null,
  handed_in_at timestamptz not null,
  expires_at timestamptz not null,
  content_key uuid not null unique,
  summary jsonb not null,
  cases jsonb not null,
  decisions_cipher bytea not null
);
