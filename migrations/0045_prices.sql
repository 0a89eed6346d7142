-- Attempts that strangers make (codes asked for, passwords and codes tried), by keyed hash of what they are counted under.
-- They set prices, and fade: after memory_ms one counts for 1/e. Once for all servers.
create table attempt_count (
  attempt_key uuid primary key,
  attempt_count double precision not null check (attempt_count >= 0),
  memory_ms integer not null check (memory_ms > 0),
  counted_at timestamptz not null
) with (fillfactor = 70);

-- Solutions that paid for an attempt at a password: each pays for one request, on whichever server.
create table paid_work (
  work_key uuid primary key,
  request_key uuid not null,
  expires_at timestamptz not null
);
