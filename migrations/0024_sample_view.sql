-- An order of the error sample is judged by its facts alone. A sampled order has a number of its own, so that
-- nobody finds the first verdict by the order's.
alter table error_sample add column sample_id uuid not null default gen_random_uuid();
alter table error_sample alter column sample_id drop default;
create unique index error_sample_id on error_sample (sample_id);
-- Masked facts and what is shared with other orders, encrypted. Null until somebody looks, and again once the
-- sale's evidence has expired.
alter table error_sample add column view_cipher bytea;
