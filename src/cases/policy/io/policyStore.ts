/*
 * SQL about policies and which sale is under which. A published policy is never changed or deleted.
 */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { Policy } from "../policy.ts";

export interface StoredPolicy {
  readonly digest: string;
  readonly policy: Policy;
  readonly publishedAtMs: number;
  readonly reviewOnlyRules: readonly string[];
}

interface PolicyRow extends Omit<StoredPolicy, "publishedAtMs"> {
  readonly publishedAt: Date;
}

function asPolicy({ publishedAt, ...policy }: PolicyRow): StoredPolicy {
  return { ...policy, publishedAtMs: publishedAt.getTime() };
}

/** Policies, each with the rules that are out of action. */
const policies = (sql: Query) => sql`
  select policy_digest as digest, document as policy, published_at, array(select rule_id
    from rule_brake b where b.policy_name = p.name order by 1) as review_only_rules
  from policy p`;

/**
 * Publishes a policy; publishing it again changes nothing. False if another document has its name
 * and version.
 */
export async function publishPolicy(
  tx: Transaction,
  policy: Policy,
  digest: string,
  nowMs: number,
): Promise<boolean> {
  // Two keys may conflict: the digest (the same policy) or the version (another one). Naming one of
  // them would let two equal concurrent inserts fail on the other.
  await tx`
    insert into policy (policy_digest, name, version, document, published_at)
    values (${digest}, ${policy.name}, ${policy.version}, ${tx.json(policy)}, ${new Date(nowMs)})
    on conflict do nothing`;
  const [row] = await tx`select 1 from policy where policy_digest = ${digest}`;
  return row !== undefined;
}

/** A published policy, with the rules that are stopped at present. */
export async function findPolicy(sql: Query, digest: string): Promise<StoredPolicy | null> {
  const [row] = await sql<PolicyRow[]>`
    ${policies(sql)} where policy_digest = ${digest}`;
  return row ? asPolicy(row) : null;
}

/** All published policies, newest first. */
export async function listPolicies(sql: Query): Promise<StoredPolicy[]> {
  const rows = await sql<PolicyRow[]>`
    ${policies(sql)} order by published_at desc, name`;
  return rows.map(asPolicy);
}

/** The policy of a sale; null for a draft without one. */
export async function policyOfSale(sql: Query, saleNo: number): Promise<StoredPolicy | null> {
  const [row] = await sql<{ policyDigest: string | null }[]>`
    select policy_digest from sale where sale_no = ${saleNo}`;
  return row?.policyDigest ? await findPolicy(sql, row.policyDigest) : null;
}

/** Puts a sale under a policy and records from when. */
export async function writeSalePolicy(
  tx: Transaction,
  saleNo: number,
  digest: string,
  nowMs: number,
): Promise<void> {
  await tx`update sale set policy_digest = ${digest} where sale_no = ${saleNo}`;
  await tx`
    insert into sale_policy (sale_no, policy_digest, from_at)
    values (${saleNo}, ${digest}, ${new Date(nowMs)})
    on conflict (sale_no, from_at) do update set policy_digest = excluded.policy_digest`;
}
