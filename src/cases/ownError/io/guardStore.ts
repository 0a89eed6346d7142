/* SQL for the running guard: the judged cases of all sales under one version of a policy. */

import type { Query } from "../../../db/connect.ts";
import { runningGuard, type Guard } from "../ownError.ts";
import type { StoredPolicy } from "../../policy/io/policyStore.ts";

/**
 * How the policy's promise has held so far. A case counts once, and is wrong if one of its judged
 * orders was genuine.
 */
export async function readGuard(sql: Query, { digest, policy }: StoredPolicy): Promise<Guard> {
  const rows = await sql<{ wrong: boolean }[]>`
    select bool_or(e.found = 'genuine') as wrong
    from error_sample e join decision d using (sale_no, order_id) join batch b using (batch_id)
    where e.stratum = 'refused' and e.found is not null and b.policy_digest = ${digest}
    group by d.sale_no, d.case_no order by min(e.found_at), d.sale_no, d.case_no`;
  return runningGuard(
    rows.map((row) => row.wrong),
    policy.batch,
  );
}
