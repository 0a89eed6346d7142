-- Factors of an operator are counted with each request of hers.
create index passkey_operator on passkey (operator_id) where operator_id is not null;

-- When all guesses at an app's codes are free again: a restart must not give a thief of the password new ones.
alter table operator_totp add column guesses_full_at timestamptz not null default '1970-01-01Z';
