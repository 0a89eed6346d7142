-- One row a server: a number that only grows, written once a second. A server whose row holds less than what was acknowledged to it
-- works on a database that went back: a lost timeline, or a restored backup.
create table server_fence (
  server_id uuid primary key,
  fence_no bigint not null,
  -- Joins that this server had acknowledged by then.
  entry_count bigint not null,
  written_at timestamptz not null
) with (fillfactor = 50);

-- The database went back. Nothing is sold until an operator says go on.
create table setback (
  setback_no integer generated always as identity primary key,
  server_id uuid not null,
  found_at timestamptz not null,
  -- The latest moment that is known to be in the database; null: none is.
  back_to timestamptz,
  -- Joins acknowledged since; null: not known, as after a restart.
  lost_entry_count bigint,
  went_on_at timestamptz,
  went_on_by text
);
create index setback_open on setback (setback_no) where went_on_at is null;
