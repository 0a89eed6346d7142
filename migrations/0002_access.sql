-- Who comes in: buyers (by keyed hash), operators, and what makes a request safe to repeat.

create table account (
  account_key uuid primary key,
  -- Contact for notices, AES-256-GCM; null when the brand's token carried none.
  contact_cipher bytea,
  language text not null default 'id' check (language in ('id', 'en')),
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);

create table sign_in_code (
  code_no bigint generated always as identity primary key,
  contact_key uuid not null,
  purpose text not null,
  code_key uuid not null,
  attempts_left smallint not null check (attempts_left >= 0),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_code_contact on sign_in_code (contact_key, purpose, code_no);

-- First answers, so that a repeated request finds its own. Bodies are encrypted: some hold tokens.
create table idempotency (
  scope uuid not null,
  request_key uuid not null,
  request_fingerprint uuid not null,
  status smallint,
  body_cipher bytea,
  created_at timestamptz not null,
  primary key (scope, request_key)
);
create index idempotency_age on idempotency (created_at);

create table outbox (
  message_id bigint generated always as identity primary key,
  kind text not null,
  account_key uuid,
  recipient_cipher bytea,
  payload_cipher bytea,
  created_at timestamptz not null,
  next_attempt_at timestamptz not null,
  attempts smallint not null default 0,
  sent_at timestamptz,
  last_error text
);
create index outbox_due on outbox (next_attempt_at) where sent_at is null;

create table operator (
  operator_id uuid primary key,
  name text not null unique,
  password_hash text,
  role text not null check (role in ('owner', 'operator', 'reviewer', 'approver', 'auditor')),
  created_at timestamptz not null
);

create table operator_invitation (
  token_key uuid primary key,
  operator_id uuid references operator,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table operator_session (
  token_key uuid primary key,
  operator_id uuid not null references operator,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table operator_log (
  log_no bigint generated always as identity primary key,
  operator_name text not null,
  action text not null,
  subject text not null,
  logged_at timestamptz not null
);

-- One row: which secret this database was set up with (a fingerprint, not the secret). A server that
-- was given another one must not start: its tickets and sessions would be worthless.
create table installation (
  only_row boolean primary key default true check (only_row),
  secret_fingerprint text not null,
  created_at timestamptz not null
);
