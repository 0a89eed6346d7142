import type { Sql, Transaction } from "../../db/connect.ts";

/** Who may advance a sale: one worker at a time, by a lease that carries a growing fence. */

export interface Lease {
  readonly saleNo: number;
  readonly holder: string;
  readonly fence: number;
}

/** Another worker took over: what was about to be written must not be. */
export class LeaseLostError extends Error {
  override name = "LeaseLostError";
}

/**
 * Long enough that a stalled disk does not change hands, short enough that a killed worker's line
 * stands still for seconds only. Too short is harmless but noisy: the fence refuses the slow one.
 */
export const LEASE_SECONDS = 6;

/** Takes or renews the lease; null while another worker holds it. By the database's clock alone. */
export async function takeLease(sql: Sql, saleNo: number, holder: string): Promise<Lease | null> {
  const [row] = await sql<{ fence: number }[]>`
    update sale_lease set holder = ${holder},
      fence = case when holder = ${holder} then fence else fence + 1 end,
      expires_at = clock_timestamp() + ${LEASE_SECONDS} * interval '1 second'
    where sale_no = ${saleNo} and (holder = ${holder} or expires_at < clock_timestamp())
    returning fence`;
  return row ? { saleNo, holder, fence: row.fence } : null;
}

/** Gives it back, so that the next worker need not wait. */
export async function dropLease(sql: Sql, lease: Lease): Promise<void> {
  await sql`
    update sale_lease set expires_at = ${new Date(0)}
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}`;
}

/** First statement of every transaction of a worker: holds the lease until the commit, or throws. */
export async function holdLease(tx: Transaction, lease: Lease): Promise<void> {
  const rows = await tx`
    select 1 from sale_lease
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}
    for share`;
  if (rows.length === 0) throw new LeaseLostError(`sale ${lease.saleNo}`);
}
