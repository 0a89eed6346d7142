-- The wide table, narrower: each column costs every one of a million inserts.
-- An entry is known by the challenge that its work solved, so its id is the key of the work, too. And its
-- row holds all that a join says (channel, preferences, work), so a repeated key with another payload is
-- told by comparing them; the digest beside them was dead weight.
alter table entry drop column request_fingerprint, drop column work_key;
alter table entry_withdrawn drop constraint entry_withdrawn_pkey, drop column work_key,
  add primary key (sale_no, round_no, entry_id);
