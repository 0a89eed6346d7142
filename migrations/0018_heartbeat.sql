-- One row that readiness writes: whether the database takes writes just now is known by writing.
create table heartbeat (
  only_one boolean primary key default true check (only_one),
  beat_at timestamptz not null,
  row_count integer not null
);
insert into heartbeat (beat_at, row_count) values (now(), 0);
