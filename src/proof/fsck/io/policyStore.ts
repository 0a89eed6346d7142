/* All SQL about policies as fsck reads them, and which was in force when. Reads only. */

import type { Policy } from "../../../cases/policy/policy.ts";
import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

export interface PublishedPolicy {
  readonly digest: string;
  readonly name: string;
  readonly version: number;
  readonly policy: Policy;
}

/** Every published policy. */
export async function readPolicies(sql: Query): Promise<PublishedPolicy[]> {
  return await sql<PublishedPolicy[]>`
    select policy_digest as digest, name, version, document as policy from policy order by 1`;
}

/**
 * Where the sale's policy, or that of its analysis, cases and batches, is not the one that its
 * history says was in force then.
 */
export async function findOddPolicies(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with history as (select policy_digest, from_at from sale_policy where sale_no = ${saleNo}),
    uses as (
      select 'sale' as "table", slug as key, policy_digest, null::timestamptz as at from sale
        where sale_no = ${saleNo} and policy_digest is not null
      union all
      select 'sale', slug, null, opened_at from sale where sale_no = ${saleNo} and opened_at is not null
      union all
      select 'sale_audit', 'the sale', policy_digest, audited_at from sale_audit
        where sale_no = ${saleNo}
      union all
      select 'suspicion_case', format('case %s', case_no), policy_digest, opened_at
        from suspicion_case where sale_no = ${saleNo}
      union all
      select 'batch', format('batch %s', batch_id), policy_digest, created_at from batch
        where sale_no = ${saleNo}),
    -- Of two set at one instant, each may have been in force.
    odd as (
      select * from uses u where not exists (select 1 from history h
        where (u.policy_digest is null or h.policy_digest = u.policy_digest)
          and (u.at is null or h.from_at <= u.at)
          and not exists (select 1 from history x
            where x.from_at > h.from_at and (u.at is null or x.from_at < u.at))))
    select named."table", named.key, named."column", named.says
    from odd, lateral (values
      (odd."table", odd.key, 'policy_digest', 'the history says another policy'),
      ('sale_policy', format('%s, %s', odd."table", odd.key), 'policy_digest',
        'the policy in force then is missing or another'))
      as named ("table", key, "column", says)
    union all
    select 'sale_policy', format('from %s', h.from_at), 'from_at', 'nobody set a policy then'
    from history h, sale s where s.sale_no = ${saleNo} and h.from_at <> s.created_at
      and not exists (select 1 from operator_log l where l.subject = s.slug
        and l.logged_at = h.from_at and (l.action = 'create' or l.action like 'set policy %'))
    union all
    select 'sale_policy', format('from %s', l.logged_at), 'from_at', format('the row is missing: %s', l.action)
    from operator_log l join sale s on s.slug = l.subject
    where s.sale_no = ${saleNo} and l.action like 'set policy %' and not exists (select 1
      from history h where h.from_at = l.logged_at)`;
}

/** Rules out of action without a finding of that instant, and brakes that the figures do not bear. */
export async function findOddBrakes(sql: Query): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'rule_brake' as "table", format('%s, rule %s', b.policy_name, b.rule_id) as key,
      differs."column", differs.says
    from rule_brake b, lateral (values
      ('policy_name', not exists (select 1 from policy p where p.name = b.policy_name),
        'there is no such policy'),
      ('since', not exists (select 1 from operator_log l where l.action = 'judge error sample'
        and l.logged_at = b.since), 'nobody judged an order then'),
      ('wrong_count', b.audited_count = 0 or b.wrong_count::float8 / b.audited_count <= b.ceiling,
        'not above the ceiling'))
      as differs ("column", is_so, says)
    where differs.is_so`;
}
