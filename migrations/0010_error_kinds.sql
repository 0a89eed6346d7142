-- Orders that stand are drawn by what was thought of them, and weighed by how many of each kind there are.
alter table error_sample add column accepted_as text
  check (accepted_as in ('released', 'asked', 'undoubted'));
