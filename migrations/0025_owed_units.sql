-- A unit owed is a unit of a product, and a substitute needs the buyer's yes beforehand.
-- The family: the variant's own in the sale's definition, else the sale itself.
alter table entitlement add column family text;
update entitlement e set family = s.slug from decision d join sale s using (sale_no)
  where d.decision_id = e.decision_id;
update entitlement e set family = s.slug from entry n join sale s using (sale_no)
  where e.family is null and n.account_key = e.account_key and n.entry_id = e.credit_entry_id;
-- A family that no sale has: it stands until a person looks.
update entitlement set family = '–' where family is null;
alter table entitlement alter column family set not null;
-- The sales over which the limit counts that the unit restores. Null: its own sale.
alter table entitlement add column limit_scope uuid;

create table entitlement_substitute (
  entitlement_id uuid not null references entitlement,
  family text not null,
  sku text not null,
  agreed_at timestamptz not null,
  primary key (entitlement_id, family, sku)
);

-- Places count the tier: units owed stand first in the line's numbers, too. Rounds that were numbered
-- without it are numbered again.
create temporary table renumbered on commit drop as
  select l.sale_no, l.round_no, l.entry_id, row_number() over (
      partition by l.sale_no, l.round_no order by l.tier, l.place_no) as place_no
  from line_place l
  where l.window_no = 0 and exists (select 1 from make_good m
    where m.sale_no = l.sale_no and m.round_no = l.round_no);
update line_place l set place_no = r.place_no from renumbered r
  where r.sale_no = l.sale_no and r.round_no = l.round_no and r.entry_id = l.entry_id;
update stock s set reached_place_no = coalesce((
    select max(l.place_no) from offer o join line_place l using (sale_no, round_no, entry_id)
    where o.sale_no = s.sale_no and o.round_no = s.round_no and o.channel_no = s.channel_no
      and o.variant_no = s.variant_no), 0)
  where exists (select 1 from renumbered r
    where r.sale_no = s.sale_no and r.round_no = s.round_no);
