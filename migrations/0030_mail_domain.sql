-- Mailboxes of one domain that no provider is known for may be one person's: an order of such an account is asked a
-- question first. The keyed hash of the domain; null for mailboxes of providers, and where a phone is verified.
alter table account add column domain_key uuid;
create index account_domain on account (domain_key) where domain_key is not null;
