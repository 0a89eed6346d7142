import type { Query } from "../../db/connect.ts";
import type { Role } from "../role.ts";

/** All SQL about programs' keys and people's passkeys. Keys are stored as keyed hashes only. */

export interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

interface ApiKeyRow {
  readonly key_id: string;
  readonly name: string;
  readonly capabilities: string[];
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

function asKey(row: ApiKeyRow): ApiKey {
  return {
    keyId: row.key_id,
    name: row.name,
    capabilities: row.capabilities,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
    revokedAtMs: row.revoked_at?.getTime() ?? null,
  };
}

export async function listApiKeys(sql: Query): Promise<ApiKey[]> {
  const rows = await sql<ApiKeyRow[]>`
    select * from api_key order by revoked_at nulls first, created_at desc limit 500`;
  return rows.map(asKey);
}

export async function insertApiKey(
  tx: Query,
  key: Omit<ApiKey, "lastUsedAtMs" | "revokedAtMs"> & { readonly tokenKey: string },
): Promise<void> {
  await tx`
    insert into api_key (key_id, token_key, name, capabilities, created_by, created_at, expires_at)
    values (${key.keyId}, ${key.tokenKey}, ${key.name}, ${[...key.capabilities]}::text[],
      ${key.createdBy}, ${new Date(key.createdAtMs)}, ${new Date(key.expiresAtMs)})`;
}

export async function revokeApiKey(tx: Query, keyId: string, nowMs: number): Promise<boolean> {
  const { count } = await tx`
    update api_key set revoked_at = coalesce(revoked_at, ${new Date(nowMs)})
    where key_id = ${keyId}`;
  return count === 1;
}

/** Its use is noted to the minute: a row that is written at every request would be a lock on all of them. */
export async function findApiKey(
  sql: Query,
  tokenKey: string,
  nowMs: number,
): Promise<ApiKey | null> {
  const [row] = await sql<ApiKeyRow[]>`
    select * from api_key where token_key = ${tokenKey} and revoked_at is null`;
  if (!row) return null;
  if (nowMs - (row.last_used_at?.getTime() ?? 0) > 60_000) {
    await sql`update api_key set last_used_at = ${new Date(nowMs)} where key_id = ${row.key_id}`;
  }
  return asKey(row);
}

export interface Passkey {
  readonly credentialId: string;
  readonly operatorId: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly signCount: number;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

interface PasskeyRow {
  readonly credential_id: string;
  readonly operator_id: string;
  readonly name: string;
  readonly public_key: Buffer;
  readonly sign_count: number;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

function asPasskey(row: PasskeyRow): Passkey {
  return {
    credentialId: row.credential_id,
    operatorId: row.operator_id,
    name: row.name,
    publicKey: new Uint8Array(row.public_key),
    signCount: Number(row.sign_count),
    createdAtMs: row.created_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
  };
}

export async function listPasskeys(sql: Query, operatorId: string): Promise<Passkey[]> {
  const rows = await sql<PasskeyRow[]>`
    select * from passkey where operator_id = ${operatorId} order by created_at limit 100`;
  return rows.map(asPasskey);
}

/** A passkey and whose it is; null when there is none, or she has left. */
export async function findPasskey(
  tx: Query,
  credentialId: string,
): Promise<{ passkey: Passkey; operatorName: string; role: Role } | null> {
  const [row] = await tx<(PasskeyRow & { operator_name: string; role: Role })[]>`
    select p.*, o.name as operator_name, o.role
    from passkey p join operator o using (operator_id)
    where p.credential_id = ${credentialId} and o.left_at is null for update of p`;
  return row ? { passkey: asPasskey(row), operatorName: row.operator_name, role: row.role } : null;
}

export async function insertPasskey(
  tx: Query,
  passkey: Omit<Passkey, "lastUsedAtMs">,
): Promise<boolean> {
  const { count } = await tx`
    insert into passkey (credential_id, operator_id, name, public_key, sign_count, created_at)
    values (${passkey.credentialId}, ${passkey.operatorId}, ${passkey.name},
      ${Buffer.from(passkey.publicKey)}, ${passkey.signCount}, ${new Date(passkey.createdAtMs)})
    on conflict do nothing`;
  return count === 1;
}

export async function notePasskeyUse(
  tx: Query,
  credentialId: string,
  signCount: number,
  nowMs: number,
): Promise<void> {
  await tx`
    update passkey set sign_count = ${signCount}, last_used_at = ${new Date(nowMs)}
    where credential_id = ${credentialId}`;
}

export async function deletePasskey(
  tx: Query,
  operatorId: string,
  credentialId: string,
): Promise<boolean> {
  const { count } = await tx`
    delete from passkey where credential_id = ${credentialId} and operator_id = ${operatorId}`;
  return count === 1;
}

export async function insertChallenge(
  tx: Query,
  challenge: {
    readonly challengeKey: string;
    readonly operatorId: string | null;
    readonly expiresAtMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`delete from passkey_challenge where expires_at < ${new Date(challenge.nowMs)}`;
  await tx`
    insert into passkey_challenge (challenge_key, operator_id, expires_at)
    values (${challenge.challengeKey}, ${challenge.operatorId}, ${new Date(challenge.expiresAtMs)})`;
}

/** Takes a question away, so that it is answered once; false when it is not there, late or another's. */
export async function takeChallenge(
  tx: Query,
  challenge: { readonly challengeKey: string; readonly operatorId: string | null },
  nowMs: number,
): Promise<boolean> {
  const { count } = await tx`
    delete from passkey_challenge
    where challenge_key = ${challenge.challengeKey} and expires_at > ${new Date(nowMs)}
      and operator_id is not distinct from ${challenge.operatorId}::uuid`;
  return count === 1;
}
