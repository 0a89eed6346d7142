-- Keys of chance come first: they tell two rows apart by one comparison, where the sale and the round are the
-- same for all that are being compared.
alter table entry drop constraint entry_pkey, add primary key (account_key, sale_no, round_no);
drop index entry_phone, entry_email;
create unique index entry_phone on entry (phone_key, sale_no, round_no) where phone_key is not null;
create unique index entry_email on entry (email_key, sale_no, round_no) where email_key is not null;
