/* All SQL about pairs of accounts that a person found to be two people. */

import type { Query, Transaction } from "../../../db/connect.ts";

/** Declares accounts to be different people, whatever they share: stores every pair of them. */
export async function declareApart(
  tx: Transaction,
  accounts: readonly string[],
  who: string,
  nowMs: number,
): Promise<void> {
  const keys = [...accounts];
  await tx`
    insert into verified_apart (account_a, account_b, declared_by, declared_at)
    select a, b, ${who}, ${new Date(nowMs)}
    from unnest(${keys}::uuid[]) a, unnest(${keys}::uuid[]) b where a < b
    on conflict do nothing`;
}

/** Two accounts of different people, the smaller key first. */
export interface ApartPair {
  readonly a: string;
  readonly b: string;
}

/** Every declared pair. */
export async function listApart(sql: Query): Promise<ApartPair[]> {
  return await sql<ApartPair[]>`
    select account_a as a, account_b as b from verified_apart`;
}

/** Declared pairs among the given accounts. */
export async function listApartAmong(
  sql: Query,
  accountKeys: readonly string[],
): Promise<ApartPair[]> {
  return await sql<ApartPair[]>`
    select account_a as a, account_b as b from verified_apart
    where account_a = any(${accountKeys}::uuid[]) and account_b = any(${accountKeys}::uuid[])`;
}
