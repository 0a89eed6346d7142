-- A window's seed may take in a round of a public beacon (drand) that is still to come when its root is fixed.

alter table sale_window add column root_fixed_at timestamptz;
-- The round that the root waits for; null where no beacon is used.
alter table sale_window add column beacon_round_no bigint;

-- Rounds that came, fetched or handed in by hand. Each signature was checked against the chain's public key
-- before it was written here.
create table beacon_round (
  chain_hash text not null,
  beacon_round_no bigint not null,
  signature bytea not null,
  received_at timestamptz not null,
  primary key (chain_hash, beacon_round_no)
);
