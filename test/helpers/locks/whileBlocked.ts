import type { Sql, Transaction } from "../../../src/db/connect.ts";

/**
 * Starts requests while a transaction holds what `change` has written, and commits once all of them
 * wait for its locks. A request that needs no lock is over before; then the commit does not wait.
 */
export async function whileBlocked<T>(
  sql: Sql,
  change: (tx: Transaction) => PromiseLike<unknown>,
  requests: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const changed = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const held = sql.begin(async (tx) => {
    await change(tx);
    changed.resolve();
    await released.promise;
  });
  await changed.promise;
  let settled = 0;
  const started = requests.map((start) => start().finally(() => settled++));
  const waiting = async () =>
    (
      await sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
    )[0]?.count ?? 0;
  while (settled + (await waiting()) < requests.length)
    await new Promise((go) => setTimeout(go, 10));
  released.resolve();
  await held;
  return await Promise.all(started);
}
