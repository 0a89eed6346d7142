-- Windows in which people waited are sealed together with those after them, up to the first in which nobody did.

-- First and last window of the group that it was sealed with; null: not closed yet, or sealed alone by an earlier
-- version. The last one has root, secret, seed and the count of all.
alter table sale_window add column group_from integer;
alter table sale_window add column group_no integer;
-- What servers had said when it was closed.
alter table sale_window add column crowded boolean not null default false;
alter table sale_window add column turned_away_count integer not null default 0;
alter table sale_window add column longest_wait_ms integer not null default 0;

-- One row a server and window in which it let people wait. A mark holds the window's row FOR SHARE, like a batch of
-- entries, so it is there when the seal reads it, or the window is closed already. It has rows of its own, since an
-- update of the window's row would wait for every batch.
create table window_mark (
  sale_no integer not null,
  round_no smallint not null,
  window_no integer not null,
  server_id uuid not null,
  turned_away_count integer not null,
  longest_wait_ms integer not null,
  marked_at timestamptz not null,
  primary key (sale_no, round_no, window_no, server_id)
);
