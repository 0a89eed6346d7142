-- Messages, codes and kept answers are forgotten by a clock, never before the last deadline of their sale; and an
-- erasure reaches the messages to a contact that has no account yet.

-- Which sale: null for none, 0 for one that is not named. 0 is what everything written before counts as.
alter table outbox add column sale_no integer default 0;
alter table outbox alter column sale_no drop default;
alter table idempotency add column sale_no integer default 0;
alter table idempotency alter column sale_no drop default;
alter table sign_in_code add column sale_no integer;

-- The keyed hash of the contact that a message names itself, which is how an erasure finds it.
alter table outbox add column contact_key uuid;
create index outbox_contact on outbox (contact_key) where contact_key is not null;
create index outbox_account on outbox (account_key) where account_key is not null;
-- Written before this column was; empty once those were gone through.
create index outbox_unnamed on outbox (message_id)
  where recipient_cipher is not null and contact_key is null;

create index outbox_age on outbox (created_at);
create index sign_in_code_expiry on sign_in_code (expires_at);
