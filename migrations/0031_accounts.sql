-- People who leave take along what they made; buyers end their sessions.

-- Who made an invitation or a program's key. Null: the first start, the command line, or an unknown maker of old.
alter table operator_invitation add column invited_by uuid references operator;
alter table api_key add column made_by uuid references operator;
update api_key k set made_by = o.operator_id from operator o where o.name = k.created_by;
-- Keys of people who had left already end now; an invitation of old has no known maker and lives two days at most.
update api_key k set revoked_at = coalesce(k.revoked_at, now())
  from operator o where o.operator_id = k.made_by and o.left_at is not null;
-- The sales that a key is for; null: all.
alter table api_key add column sales text[];

-- Sessions and brand tokens that were issued earlier are over: the buyer signed out everywhere.
alter table account add column sessions_from timestamptz;
create index account_sessions_from on account (sessions_from) where sessions_from is not null;
-- Single sessions that were signed out before their end.
create table session_end (
  session_key uuid primary key,
  ended_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_end_ended on session_end (ended_at);
