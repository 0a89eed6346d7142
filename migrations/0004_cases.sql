-- Being wrong about a person: policy, evidence, cases, decisions, batches, appeals, remedies.

create table policy (
  policy_digest text primary key,
  name text not null,
  version integer not null check (version > 0),
  document jsonb not null,
  published_at timestamptz not null,
  unique (name, version)
);
-- A published policy never changes: a decision that cites it must mean today what it meant then.
alter table sale add column policy_digest text references policy;
create table sale_policy (
  sale_no integer not null references sale,
  policy_digest text not null references policy,
  from_at timestamptz not null,
  primary key (sale_no, from_at)
);

-- A unit under dispute is nobody else's: it has an account of its own until the dispute ends.
alter table stock add column held integer not null default 0 check (held >= 0);
alter table stock add column make_good integer not null default 0 check (make_good >= 0);
alter table stock drop constraint stock_conserved;
alter table stock add constraint stock_conserved
  check (allotted = free + offered + ordered + sold + held + returned);
alter table purchase_order add column unit_held boolean not null default false;

-- What an order was made with: who is behind it can be asked only of this. Encrypted, and it expires.
create table order_facts (
  sale_no integer not null,
  order_id uuid not null,
  facts_cipher bytea not null,
  instrument_key uuid,
  collected_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (sale_no, order_id)
);
create index order_facts_expiry on order_facts (expires_at);

create table sale_audit (
  sale_no integer primary key references sale,
  audited_at timestamptz not null,
  policy_digest text not null references policy,
  order_count integer not null,
  case_count integer not null,
  fault text
);

create table suspicion_case (
  sale_no integer not null references sale,
  case_no integer not null,
  state text not null check (state in ('open', 'decided', 'closed')),
  version integer not null default 1,
  policy_digest text not null references policy,
  top_bits double precision not null,
  order_count integer not null,
  account_count integer not null,
  -- Masked: what a reviewer may see without asking for more.
  document jsonb not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  claimed_by text,
  claimed_until timestamptz,
  decided_by text,
  decided_at timestamptz,
  primary key (sale_no, case_no)
);
create index suspicion_case_queue on suspicion_case (state, due_at);

create table case_order (
  sale_no integer not null,
  order_id uuid not null,
  case_no integer not null,
  account_key uuid not null,
  person_no integer not null,
  bits double precision not null,
  -- Codes of rules that speak against the order, strongest first, and their texts.
  reasons jsonb not null,
  -- What would have let it stand, in words.
  counterfactual jsonb not null,
  -- Where it goes, as far as a preview groups by it.
  region text not null,
  -- The reviewer's word: null until there is one.
  verdict text check (verdict in ('cancel', 'release')),
  primary key (sale_no, order_id),
  foreign key (sale_no, case_no) references suspicion_case
);
create index case_order_case on case_order (sale_no, case_no);

create table case_event (
  event_no bigint generated always as identity primary key,
  sale_no integer not null,
  case_no integer not null,
  kind text not null,
  actor text not null,
  detail jsonb not null default '{}',
  happened_at timestamptz not null
);
create index case_event_case on case_event (sale_no, case_no, event_no);

-- "These two are a family": feeds every later look at the same accounts.
create table verified_apart (
  account_a uuid not null,
  account_b uuid not null,
  declared_by text not null,
  declared_at timestamptz not null,
  primary key (account_a, account_b),
  check (account_a < account_b)
);

create table batch (
  batch_id uuid primary key,
  sale_no integer not null references sale,
  state text not null
    check (state in ('sampling', 'approving', 'grace', 'running', 'stopped', 'done')),
  selection_digest text not null,
  policy_digest text not null references policy,
  sample_seed text not null,
  preview jsonb not null,
  created_by text not null,
  created_at timestamptz not null,
  runs_at timestamptz,
  ended_at timestamptz,
  stopped_by text,
  announced_at timestamptz
);
create table batch_case (
  batch_id uuid not null references batch,
  sale_no integer not null,
  case_no integer not null,
  -- No person had decided it when the selection was frozen.
  undecided boolean not null,
  -- Drawn to be decided by a person before anything is cancelled.
  sampled boolean not null,
  primary key (batch_id, case_no)
);
create table batch_order (
  batch_id uuid not null references batch,
  sale_no integer not null,
  order_id uuid not null,
  case_no integer not null,
  done_at timestamptz,
  outcome text check (outcome in ('cancelled', 'left_alone')),
  primary key (batch_id, order_id)
);
create index batch_order_undone on batch_order (batch_id, order_id) where done_at is null;
create table batch_approval (
  batch_id uuid not null references batch,
  operator_name text not null,
  approved_at timestamptz not null,
  primary key (batch_id, operator_name)
);

create table decision (
  decision_id uuid primary key,
  sale_no integer not null,
  order_id uuid not null,
  account_key uuid not null,
  case_no integer,
  batch_id uuid references batch,
  state text not null check (state in ('in_force', 'overturned', 'final')),
  record jsonb not null,
  record_digest text not null,
  -- The order as it was before, so that it can be as it was again.
  order_state_before text not null,
  decided_by text[] not null,
  decided_at timestamptz not null,
  appeal_until timestamptz not null,
  -- The link of the notice, as a keyed hash: proof that it is hers.
  link_key uuid not null unique,
  ended_at timestamptz
);
-- One decision in force for an order, whatever happens to the process that writes it.
create unique index decision_in_force on decision (sale_no, order_id) where state = 'in_force';
create index decision_open on decision (appeal_until) where state = 'in_force';
create index decision_account on decision (account_key);

create table notice (
  decision_id uuid not null references decision,
  kind text not null,
  message_id bigint not null references outbox,
  state text not null check (state in ('pending', 'delivered', 'bounced', 'timed_out')),
  written_at timestamptz not null,
  ended_at timestamptz,
  primary key (decision_id, kind)
);
create index notice_pending on notice (written_at) where state = 'pending';
create index notice_message on notice (message_id);

create table channel_call (
  sale_no integer not null,
  order_id uuid not null,
  kind text not null,
  channel_no smallint not null,
  state text not null check (state in ('due', 'calling', 'done', 'refused')),
  attempts smallint not null default 0,
  next_attempt_at timestamptz not null,
  answer text,
  primary key (sale_no, order_id, kind)
);
create index channel_call_due on channel_call (next_attempt_at) where state in ('due', 'calling');

create table appeal (
  appeal_id uuid primary key,
  decision_id uuid not null unique references decision,
  state text not null check (state in ('pending', 'upheld', 'rejected')),
  statement_cipher bytea not null,
  wants_human boolean not null,
  is_family boolean not null,
  filed_at timestamptz not null,
  due_at timestamptz not null,
  reminded_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  by_default boolean not null default false,
  answer jsonb
);
create index appeal_due on appeal (due_at) where state = 'pending';
create table appeal_file (
  appeal_id uuid not null references appeal,
  file_no smallint not null,
  media_type text not null,
  byte_count integer not null,
  name_cipher bytea not null,
  content_cipher bytea not null,
  primary key (appeal_id, file_no)
);

create table entitlement (
  entitlement_id uuid primary key,
  decision_id uuid not null unique references decision,
  account_key uuid not null,
  sku text not null,
  price_minor_units bigint not null,
  currency text not null,
  state text not null check (state in ('standing', 'reserved', 'served', 'expired', 'waived')),
  granted_at timestamptz not null,
  expires_at timestamptz not null,
  -- Where it is being served: the entry that stands first in that round's line.
  sale_no integer,
  round_no smallint,
  entry_id uuid,
  served_order_id uuid,
  ended_at timestamptz
);
create index entitlement_standing on entitlement (granted_at) where state = 'standing';
create unique index entitlement_entry on entitlement (sale_no, round_no, entry_id)
  where entry_id is not null;
create table carve_out (
  sale_no integer not null,
  round_no smallint not null,
  carved_at timestamptz not null,
  unit_count integer not null,
  left_standing_count integer not null,
  operator_name text not null,
  primary key (sale_no, round_no)
);

-- The system's own error: refused and accepted orders, drawn by stratum and judged again by a person.
create table error_sample (
  sale_no integer not null,
  order_id uuid not null,
  stratum text not null check (stratum in ('refused', 'accepted')),
  rules text[] not null,
  channel_no smallint not null,
  payment_method text not null,
  drawn_at timestamptz not null,
  found text check (found in ('genuine', 'not_genuine')),
  found_by text,
  found_at timestamptz,
  primary key (sale_no, order_id)
);
create table rule_brake (
  policy_name text not null,
  rule_id text not null,
  since timestamptz not null,
  wrong_count integer not null,
  audited_count integer not null,
  ceiling double precision not null,
  primary key (policy_name, rule_id)
);

create table sale_report (
  sale_no integer not null references sale,
  edition_no integer not null,
  document jsonb not null,
  document_digest text not null,
  published_at timestamptz not null,
  correction text,
  primary key (sale_no, edition_no)
);

create table erasure_request (
  account_key uuid primary key,
  asked_at timestamptz not null,
  done_at timestamptz
);

-- What a channel or a courier says about an order; what contradicts the decision is not taken in.
create table order_status (
  status_no bigint generated always as identity primary key,
  sale_no integer not null,
  order_id uuid not null,
  status text not null,
  handover_reference text,
  said_by text not null,
  said_at timestamptz not null
);
create index order_status_order on order_status (sale_no, order_id, status_no);

-- Entries that stand first in a round's line, because somebody was wronged, and the price they were promised.
create table make_good (
  sale_no integer not null,
  round_no smallint not null,
  entry_id uuid not null,
  channel_no smallint not null,
  variant_no smallint not null,
  price_minor_units bigint not null,
  primary key (sale_no, round_no, entry_id)
);

alter table outbox add column sent_by text check (sent_by in ('mail', 'gateway'));
