-- Servers that run on this database, a row a process. Each says once a second that it lives, and what it has answered lately.
create table server (
  server_id uuid primary key,
  host text not null,
  pid integer not null,
  -- The number under `serve --processes`; null for a server of its own.
  child_no smallint,
  version text not null,
  -- Of its source files: servers of one version may still differ.
  code_digest text not null,
  runs_worker boolean not null,
  started_at timestamptz not null,
  beat_at timestamptz not null,
  figures jsonb not null
) with (fillfactor = 50);

-- Who has a case open on her screen; a hint for colleagues, gone within seconds.
create table case_viewer (
  sale_no integer not null references sale,
  case_no integer not null,
  viewer_name text not null,
  seen_at timestamptz not null,
  primary key (sale_no, case_no, viewer_name)
);

-- The server that is analysing a sale just now; another takes over once the claim has lapsed.
create table audit_claim (
  sale_no integer primary key references sale,
  holder uuid not null,
  expires_at timestamptz not null
);
