-- When a sale stood still: by how much each of its deadlines was moved.
create table sale_pause (
  sale_no integer not null references sale,
  from_at timestamptz not null,
  to_at timestamptz not null,
  primary key (sale_no, to_at, from_at)
);
-- What the operator log says of pauses that ended before this table was.
insert into sale_pause (sale_no, from_at, to_at)
select sale_no, from_at, to_at from (
  select s.sale_no, l.action, lag(l.logged_at) over each as from_at, l.logged_at as to_at,
    lag(l.action) over each as before
  from operator_log l join sale s on s.slug = l.subject
  where l.action in ('pause', 'resume', 'close')
  window each as (partition by s.sale_no order by l.log_no)) said
where action <> 'pause' and before = 'pause'
on conflict do nothing;
