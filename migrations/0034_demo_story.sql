-- One row: the made-up sale of last week that a demonstration plays into an empty database. One that was stopped midway
-- has no end, and is played again.
create table demo_story (
  only_row boolean primary key default true check (only_row),
  started_at timestamptz not null,
  finished_at timestamptz,
  -- The stops of its tour, encrypted: some are links that open a decision.
  tour bytea,
  constraint demo_story_tour check ((finished_at is null) = (tour is null))
);
