-- What servers have seen of a proxy in front of them that their settings do not fit: `giliran doctor` says it.
-- One row of a kind; it holds addresses of this installation, none of a visitor.
create table proxy_finding (
  kind text primary key check (kind in ('origin', 'forwarded')),
  finding jsonb not null,
  seen_at timestamptz not null
);
