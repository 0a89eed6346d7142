-- Buyers may have passkeys, too: one is a way to answer the question before a doubtful order.

-- An operator's or a buyer's, never both: neither's passkey is of use in the other's place.
alter table passkey alter column operator_id drop not null;
alter table passkey add column account_key uuid;
alter table passkey add constraint passkey_one_owner
  check ((operator_id is null) <> (account_key is null));
create index passkey_account on passkey (account_key) where account_key is not null;

-- Whom a question was put to: an operator's id or a buyer's account key; null for whoever signs in.
alter table passkey_challenge drop constraint passkey_challenge_operator_id_fkey;
alter table passkey_challenge rename column operator_id to asked_id;

alter table step_up drop constraint step_up_passed_by_check;
alter table step_up add constraint step_up_passed_by_check
  check (passed_by in ('code', 'passkey', 'address'));
