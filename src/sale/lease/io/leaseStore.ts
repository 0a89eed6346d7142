import type { Sql, Transaction } from "../../../db/connect.ts";

/*
 * Who may advance a sale: one worker at a time, by a lease that carries a growing fence.
 *
 * Three things meet on the lease's row, and none may wait long for another:
 * - A transaction of the holder's has the row FOR KEY SHARE until its commit: it may take minutes.
 * - The holder's beat moves the row's end. An update that leaves the key alone goes together with KEY SHARE;
 *   FOR SHARE would have held the beat up until the commit, and the lease was over then.
 * - Another worker takes the row FOR UPDATE, which KEY SHARE excludes, and skips it where it is locked.
 */

export interface Lease {
  readonly saleNo: number;
  readonly holder: string;
  readonly fence: number;
  /** Without a beat it is anybody's after so long. */
  readonly lengthMs: number;
}

/** Another worker took over: what was about to be written must not be. */
export class LeaseLostError extends Error {
  override name = "LeaseLostError";
}

/**
 * Long enough that a stalled disk does not change hands, short enough that a killed worker's line
 * stands still for seconds only. Too short is harmless but noisy: the fence refuses the slow one.
 */
export const LEASE_MS = 6_000;

/** A lease survives two beats that fail. */
export const BEAT_MS = LEASE_MS / 3;

const endOf = (sql: Sql, lengthMs: number) =>
  sql`clock_timestamp() + ${lengthMs} * interval '1 millisecond'`;

/**
 * Takes or renews the lease; null while another worker holds it, or is at work in a transaction. By the database's
 * clock alone. Waits for nobody.
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

/** One beat: the lease lasts its length from now on. False when another worker has it. */
export async function renewLease(sql: Sql, lease: Lease): Promise<boolean> {
  const { count } = await sql`
    update sale_lease set expires_at = ${endOf(sql, lease.lengthMs)}
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}`;
  return count === 1;
}

/**
 * Does `work` under the lease, which is renewed every `beatMs`, on `beatSql`: a pool of its own, as the others may
 * be full. The signal is aborted with a `LeaseLostError` once the lease is another worker's. A process that stands
 * still does not beat, and loses it.
 */
export async function whileHeld<Result>(
  beatSql: Sql,
  lease: Lease,
  beatMs: number,
  work: (lost: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  /** The beat that is on its way: none overtakes it. */
  const beating = new Set<Promise<void>>();
  const beat = async () => {
    try {
      const held = await renewLease(beatSql, lease);
      if (!held) lost.abort(new LeaseLostError(`sale ${lease.saleNo}`));
    } catch {
      // The database is away for a moment, or for good: the next beat tries again, and the work finds out by itself.
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

/** Gives it back, so that the next worker need not wait. */
export async function dropLease(sql: Sql, lease: Lease): Promise<void> {
  await sql`
    update sale_lease set expires_at = ${new Date(0)}
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}`;
}

/**
 * First statement of every transaction of a worker: holds the lease until the commit, or throws. A worker that
 * stands still in the middle of it is cut off after the lease's length: nobody could take the lease before.
 */
export async function holdLease(tx: Transaction, lease: Lease): Promise<void> {
  const rows = await tx`
    select set_config('idle_in_transaction_session_timeout', ${String(lease.lengthMs)}, true)
    from sale_lease
    where sale_no = ${lease.saleNo} and holder = ${lease.holder} and fence = ${lease.fence}
    for key share`;
  if (rows.length === 0) throw new LeaseLostError(`sale ${lease.saleNo}`);
}
