-- Second factors and the company's own login for people who work here; looks at a buyer's data.

-- Roles that must sign in with a second factor.
create table second_factor_rule (
  role text primary key check (role in ('owner', 'operator', 'reviewer', 'approver', 'auditor')),
  demanded_by text not null,
  demanded_at timestamptz not null
);
-- One authenticator app each. Not confirmed: only asked for.
create table operator_totp (
  operator_id uuid primary key references operator,
  secret_cipher bytea not null,
  asked_at timestamptz not null,
  confirmed_at timestamptz,
  -- The newest time step whose code was used; none is taken twice.
  last_step bigint not null default 0
);
create table recovery_code (
  code_key uuid primary key,
  operator_id uuid not null references operator,
  made_at timestamptz not null,
  used_at timestamptz
);
create index recovery_code_operator on recovery_code (operator_id);
-- The second factor that a session was opened with; null: none yet.
alter table operator_session add column factor text
  check (factor in ('totp', 'recovery', 'passkey', 'login'));

-- An account at the company's login service, and whose it is here.
create table operator_login (
  issuer text not null,
  subject text not null,
  operator_id uuid not null unique references operator,
  linked_at timestamptz not null,
  primary key (issuer, subject)
);
-- A login that was begun: what its end is checked against, encrypted.
create table login_attempt (
  attempt_key uuid primary key,
  attempt_cipher bytea not null,
  expires_at timestamptz not null
);

-- Who saw a buyer's data in the clear, what, and why; she is shown it.
create table data_look (
  look_no bigint generated always as identity primary key,
  account_key uuid not null,
  operator_name text not null,
  role text,
  what text not null check (what in ('order_facts', 'appeal', 'appeal_file', 'objection')),
  subject text not null,
  purpose text,
  looked_at timestamptz not null
);
create index data_look_account on data_look (account_key, looked_at);
insert into data_look (account_key, operator_name, what, subject, purpose, looked_at)
select p.account_key, e.actor, 'order_facts', e.detail->>'orderId', e.detail->>'purpose', e.happened_at
from case_event e join purchase_order p
  on p.sale_no = e.sale_no and p.order_id = (e.detail->>'orderId')::uuid
where e.kind = 'unmasked' order by e.event_no;
