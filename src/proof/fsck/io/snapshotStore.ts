/* The state of the database that all checks of a sale look at. */

import type { Sql, Transaction } from "../../../db/connect.ts";

/**
 * Runs checks on one snapshot, so that a sale which goes on meanwhile contradicts itself nowhere.
 * The checks compare whole tables: nested loops, chosen where statistics are missing, would take
 * the square of their rows.
 */
export async function onSnapshot<T>(sql: Sql, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return await sql.begin("isolation level repeatable read read only", async (tx) => {
    await tx.allow("bulk");
    await tx`select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`;
    return await work(tx);
  });
}
