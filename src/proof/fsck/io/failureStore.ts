/* All SQL that checks recorded failures, and the lists of people who are owed a unit for one. Reads only. */

import type { Text } from "../../../base/language.ts";
import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** A list with what its digest is about. */
export interface CreditListRow {
  readonly listId: string;
  readonly digest: string;
  readonly reason: Text;
  readonly lines: readonly {
    readonly roundNo: number;
    readonly accountKey: string;
    readonly variantNo: number;
  }[];
}

export async function readCreditLists(sql: Query, saleNo: number): Promise<CreditListRow[]> {
  return await sql<CreditListRow[]>`
    select c.list_id, c.digest, jsonb_build_object('id', c.reason, 'en', c.reason_en) as reason,
      coalesce((select jsonb_agg(jsonb_build_object('roundNo', l.round_no,
          'accountKey', l.account_key, 'variantNo', l.variant_no))
        from credit_line l where l.list_id = c.list_id), '[]') as lines
    from credit_list c where c.sale_no = ${saleNo} order by c.created_at`;
}

/**
 * Lists that one person made and approved, people of a list whose failure or debt is missing, and
 * failures in somebody else's turn. An erasure deletes a person's failures.
 */
export async function findOddCredits(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'credit_list' as "table", format('list %s', list_id) as key, 'ended_by' as "column",
      'the person who made it approved it' as says
    from credit_list where sale_no = ${saleNo} and state = 'approved' and ended_by = created_by
    union all
    select differs."table", format('list %s, round %s, account %s', c.list_id, l.round_no, l.account_key),
      differs."column", differs.says
    from credit_list c join credit_line l using (list_id),
      lateral (values
        ('server_failure', 'account_key', c.source = 'recorded'
          and not exists (select 1 from server_failure f where f.sale_no = c.sale_no
            and f.round_no = l.round_no and f.account_key = l.account_key)
          and not exists (select 1 from erasure_request r where r.account_key = l.account_key
            and r.done_at is not null),
          'the row is missing: the list is made from the server''s record'),
        ('entitlement', 'credit_list_id', c.state = 'approved' and not exists (select 1
          from entitlement e where e.credit_list_id = c.list_id and e.credit_round_no = l.round_no
            and e.account_key = l.account_key), 'the row is missing: its list was approved'))
      as differs ("table", "column", is_so, says)
    where c.sale_no = ${saleNo} and differs.is_so
    union all
    select 'server_failure', format('round %s, account %s', f.round_no, f.account_key),
      differs."column", differs.says
    from server_failure f left join offer o using (sale_no, offer_id),
      lateral (values
        ('offer_id', f.kind = 'unit' and o.offer_id is null, 'there is no such offer'),
        ('account_key', o.account_key <> f.account_key, 'the offer is of another account'),
        ('round_no', o.round_no <> f.round_no, 'the offer is of another round'),
        ('variant_no', o.variant_no <> f.variant_no, 'the offer is of another variant'))
      as differs ("column", is_so, says)
    where f.sale_no = ${saleNo} and differs.is_so`;
}

/** Rounds and variants in which more is owed for failures than any policy of the sale allows. */
export async function findBeyondCeiling(
  sql: Query,
  { saleNo, usualShare }: { readonly saleNo: number; readonly usualShare: number },
): Promise<Fault[]> {
  return await sql<Fault[]>`
    with shares as (
      select max(coalesce((y.document #>> '{remedy,failureCreditShare}')::float8,
        ${usualShare}::float8)) as most
      from sale_policy p join policy y using (policy_digest) where p.sale_no = ${saleNo}),
    owed as (
      select l.round_no, l.variant_no, count(*) as units
      from credit_list c join credit_line l using (list_id)
      where c.sale_no = ${saleNo} and c.state = 'approved' group by 1, 2),
    stocked as (
      select round_no, variant_no, sum(allotted) as units from stock
      where sale_no = ${saleNo} group by 1, 2)
    select 'credit_list' as "table", format('round %s, variant %s', round_no, variant_no) as key,
      'state' as "column", format('%s units are owed, of %s', o.units, s.units) as says
    from owed o left join stocked s using (round_no, variant_no), shares
    where o.units > floor(coalesce(s.units, 0) * most + 1e-9)`;
}
