-- A unit can be owed for our own failure, too: a server error in somebody's turn, without any decision
-- about the person. What the line must know of her is kept with the debt.
alter table entitlement alter column decision_id drop not null,
  add column credit_entry_id uuid unique,
  add column phone_key uuid,
  add column email_key uuid,
  add column reason text,
  add column granted_by text,
  add constraint entitlement_cause check ((decision_id is null) <> (credit_entry_id is null));
