/* All SQL about API keys of programs. Only keyed hashes of the keys are stored. */

import type { Query } from "../../db/connect.ts";

export interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  /** The sales that the key is for; null: all. */
  readonly sales: readonly string[] | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

interface ApiKeyRow extends Omit<
  ApiKey,
  "createdAtMs" | "expiresAtMs" | "lastUsedAtMs" | "revokedAtMs"
> {
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

function asKey({ createdAt, expiresAt, lastUsedAt, revokedAt, ...key }: ApiKeyRow): ApiKey {
  return {
    ...key,
    createdAtMs: createdAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
    lastUsedAtMs: lastUsedAt?.getTime() ?? null,
    revokedAtMs: revokedAt?.getTime() ?? null,
  };
}

/** Keys without the hash of their token, which leaves the database for nobody. */
const keys = (sql: Query) => sql`
  select key_id, name, capabilities, sales, created_by, created_at, expires_at, last_used_at, revoked_at
  from api_key`;

export async function listApiKeys(sql: Query): Promise<ApiKey[]> {
  const rows = await sql<ApiKeyRow[]>`
    ${keys(sql)} order by revoked_at nulls first, created_at desc limit 500`;
  return rows.map(asKey);
}

export async function insertApiKey(
  tx: Query,
  key: Omit<ApiKey, "lastUsedAtMs" | "revokedAtMs"> & {
    readonly tokenKey: string;
    /** The operator whose leaving ends the key. */
    readonly madeBy: string;
  },
): Promise<void> {
  await tx`
    insert into api_key (key_id, token_key, name, capabilities, sales, made_by, created_by,
      created_at, expires_at)
    values (${key.keyId}, ${key.tokenKey}, ${key.name}, ${[...key.capabilities]}::text[],
      ${key.sales && [...key.sales]}::text[], ${key.madeBy}, ${key.createdBy},
      ${new Date(key.createdAtMs)}, ${new Date(key.expiresAtMs)})`;
}

/** Names of keys that still work. */
export async function workingKeyNames(sql: Query, nowMs: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select name from api_key where revoked_at is null and expires_at > ${new Date(nowMs)}`;
  return rows.map((row) => row.name);
}

export async function revokeApiKey(tx: Query, keyId: string, nowMs: number): Promise<boolean> {
  const { count } = await tx`
    update api_key set revoked_at = coalesce(revoked_at, ${new Date(nowMs)})
    where key_id = ${keyId}`;
  return count === 1;
}

/**
 * Finds a key and notes its use, once a minute at most: a row written by every request would
 * serialize all requests of that key.
 */
export async function findApiKey(
  sql: Query,
  tokenKey: string,
  nowMs: number,
): Promise<ApiKey | null> {
  const [row] = await sql<ApiKeyRow[]>`
    ${keys(sql)} where token_key = ${tokenKey} and revoked_at is null`;
  if (!row) return null;
  if (nowMs - (row.lastUsedAt?.getTime() ?? 0) > 60_000) {
    await sql`update api_key set last_used_at = ${new Date(nowMs)} where key_id = ${row.keyId}`;
  }
  return asKey(row);
}
