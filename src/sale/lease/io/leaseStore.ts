/*
 * The lease of a sale: one worker at a time may advance it. States: free, held (renewed by beats),
 * expired. The lease carries a growing fence, so a late holder can never write.
 *
 * Three parties use the lease's row, and none may wait long for another:
 * - A transaction of the holder locks the row FOR KEY SHARE until its commit, for minutes at times.
 * - The holder's beat extends the lease. An update that leaves the key alone is compatible with KEY
 * SHARE; FOR SHARE blocked the beat until the commit, and then the lease had expired.
 * - Another worker locks the row FOR UPDATE SKIP LOCKED, which KEY SHARE excludes.
 */

import type { Sql, Transaction } from "../../../db/connect.ts";

export interface Lease {
  readonly saleNo: number;
  readonly holder: string;
  readonly fence: number;
  /** Without a beat the lease expires after this time. */
  readonly lengthMs: number;
}

/** Another worker took over: nothing more may be written. */
export class LeaseLostError extends Error {
  override name = "LeaseLostError";
}

/**
 * Long enough that a stalled disk does not lose the lease, short enough that a killed worker's line
 * stands still for seconds only. Too short is harmless but noisy: the fence refuses the slow
 * worker.
 */
export const LEASE_MS = 6_000;

/** A lease survives two failed beats. */
export const BEAT_MS = LEASE_MS / 3;

const endOf = (sql: Sql, lengthMs: number) =>
  sql`clock_timestamp() + ${lengthMs} * interval '1 millisecond'`;

/**
 * Takes or renews the lease by the database's clock alone; null while another worker holds it or is
 * inside a transaction. Never waits.
 */
export async function takeLease(
  sql: Sql,
  saleNo: number,
  holder: string,
  lengthMs = LEASE_MS,
): Promise<Lease | null> {
  const [own] = await sql<{ fence: number }[]>`
    update sale_lease set expires_at = ${endOf(sql, lengthMs)}
    where sale_no = ${saleNo} and holder = ${holder}
    returning fence`;
  if (own) return { saleNo, holder, fence: own.fence, lengthMs };
  const [taken] = await sql<{ fence: number }[]>`
    with free as (
      select sale_no from sale_lease
      where sale_no = ${saleNo} and expires_at < clock_timestamp()
      for update skip locked)
    update sale_lease l set holder = ${holder}, fence = l.fence + 1,
      expires_at = ${endOf(sql, lengthMs)}
    from free where l.sale_no = free.sale_no
    returning l.fence`;
  return taken ? { saleNo, holder, fence: taken.fence, lengthMs } : null;
}

/** One beat: extends the lease to its full length from now. False if another worker has it. */
export async function renewLease(sql: Sql, lease: Lease): Promise<boolean> {
  const { count } = await sql`
    update sale_lease set expires_at = ${endOf(sql, lease.lengthMs)}
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}`;
  return count === 1;
}

/**
 * Runs `work` under the lease, renewed every `beatMs` on `beatSql`: a pool of its own, as the
 * others may be full. The signal aborts with a `LeaseLostError` when another worker has taken the
 * lease. A suspended process does not beat, and loses it.
 */
export async function whileHeld<Result>(
  beatSql: Sql,
  lease: Lease,
  beatMs: number,
  work: (lost: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  /** Beats in flight; none overtakes another. */
  const beating = new Set<Promise<void>>();
  const beat = async () => {
    try {
      const held = await renewLease(beatSql, lease);
      if (!held) lost.abort(new LeaseLostError(`sale ${lease.saleNo}`));
    } catch {
      // The database is away, briefly or for good: the next beat retries, and the work finds out by
      // itself.
    }
    beating.clear();
  };
  const timer = setInterval(() => {
    if (beating.size === 0) beating.add(beat());
  }, beatMs);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(timer);
    await Promise.all(beating);
  }
}

/** Releases the lease, so that the next worker need not wait. */
export async function dropLease(sql: Sql, lease: Lease): Promise<void> {
  await sql`
    update sale_lease set expires_at = ${new Date(0)}
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}`;
}

/**
 * First statement of every worker transaction: holds the lease until the commit, or throws. A
 * worker that is suspended inside it is cut off after the lease's length: nobody could take the
 * lease before.
 */
export async function holdLease(tx: Transaction, lease: Lease): Promise<void> {
  const rows = await tx`
    select set_config('idle_in_transaction_session_timeout', ${String(lease.lengthMs)}, true)
    from sale_lease
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}
    for key share`;
  if (rows.length === 0) throw new LeaseLostError(`sale ${lease.saleNo}`);
}
