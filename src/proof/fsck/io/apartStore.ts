/*
 * All SQL that compares pairs of people found apart with what says so: an objection that a person
 * decided, or a family or office in a case's history. Each pair lifts the wait of orders, and keeps
 * accounts out of a case. Reads only.
 */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Accounts that were found to be other people than those with them: who said so, and when. */
const found = (sql: Query) => sql`
  objected as (
    select account_key, decided_by as who, decided_at as at from turn_objection
      where verdict = 'apart'
    union all
    select account_key, decided_by, decided_at from order_objection where verdict = 'apart'),
  declared as (
    select distinct o.account_key, e.actor as who, e.happened_at as at, e.sale_no, e.case_no
    from case_event e join case_order o using (sale_no, case_no)
    where e.kind in ('family', 'office')
      and e.detail->'accounts' @> to_jsonb(left(o.account_key::text, 8)))`;

/** Pairs that nobody found, and pairs of a family that are not kept. */
export async function findOddApart(sql: Query): Promise<Fault[]> {
  return await sql<Fault[]>`
    with ${found(sql)},
    pairs as (
      select a.account_key as a, b.account_key as b, a.case_no
      from declared a join declared b using (sale_no, case_no, who, at)
      where a.account_key < b.account_key)
    select 'verified_apart' as "table",
      format('accounts %s and %s', left(v.account_a::text, 8), left(v.account_b::text, 8)) as key,
      'declared_by' as "column", 'no objection and no case says that they are two people' as says
    from verified_apart v
    where not exists (select 1 from objected o where o.who = v.declared_by and o.at = v.declared_at
        and o.account_key in (v.account_a, v.account_b))
      and (select count(*) from (select distinct d.account_key from declared d
        where d.who = v.declared_by and d.at = v.declared_at
          and d.account_key in (v.account_a, v.account_b)) one) < 2
    union all
    select distinct 'verified_apart', format('accounts %s and %s', left(a::text, 8), left(b::text, 8)),
      'account_a', format('the history of case %s says that they are two people', case_no)
    from pairs where not exists (select 1 from verified_apart v
      where v.account_a = pairs.a and v.account_b = pairs.b)
    order by key`;
}
