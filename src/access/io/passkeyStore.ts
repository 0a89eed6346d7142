/*
 * All SQL about passkeys of operators and buyers, and about their challenges. A challenge is
 * answered at most once.
 */

import type { Query } from "../../db/connect.ts";
import type { Role } from "../role.ts";

/** The owner of a passkey. */
export type PasskeyOwner = { readonly operatorId: string } | { readonly accountKey: string };

/** The public half of a passkey; the secret half never leaves the owner's device. */
export interface Passkey {
  readonly credentialId: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  /** The authenticator's own use counter; 0 if it has none. */
  readonly signCount: number;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

interface PasskeyRow extends Omit<Passkey, "createdAtMs" | "lastUsedAtMs"> {
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

function asPasskey({ createdAt, lastUsedAt, ...passkey }: PasskeyRow): Passkey {
  return {
    ...passkey,
    // Bytes of their own: those of the row may lie in a buffer that others share.
    publicKey: new Uint8Array(passkey.publicKey),
    createdAtMs: createdAt.getTime(),
    lastUsedAtMs: lastUsedAt?.getTime() ?? null,
  };
}

const columns = (sql: Query) => sql`
  p.credential_id, p.name, p.public_key, p.sign_count, p.created_at, p.last_used_at`;

const operatorOf = (owner: PasskeyOwner) => ("operatorId" in owner ? owner.operatorId : null);
const accountOf = (owner: PasskeyOwner) => ("accountKey" in owner ? owner.accountKey : null);

export async function listPasskeys(sql: Query, owner: PasskeyOwner): Promise<Passkey[]> {
  const rows = await sql<PasskeyRow[]>`
    select ${columns(sql)} from passkey p
    where operator_id = ${operatorOf(owner)}::uuid or account_key = ${accountOf(owner)}::uuid
    order by created_at limit 100`;
  return rows.map(asPasskey);
}

/** An operator's passkey with its owner; null if unknown, or if the operator has left. */
export async function findOperatorPasskey(
  tx: Query,
  credentialId: string,
): Promise<{ passkey: Passkey; operatorId: string; operatorName: string; role: Role } | null> {
  const [row] = await tx<(PasskeyRow & { operatorId: string; operatorName: string; role: Role })[]>`
    select ${columns(tx)}, o.operator_id, o.name as operator_name, o.role
    from passkey p join operator o using (operator_id)
    where p.credential_id = ${credentialId} and o.left_at is null for update of p`;
  if (!row) return null;
  const { operatorId, operatorName, role, ...passkey } = row;
  return { passkey: asPasskey(passkey), operatorId, operatorName, role };
}

/** A passkey of that buyer; null if the buyer has no such passkey. */
export async function findBuyerPasskey(
  tx: Query,
  accountKey: string,
  credentialId: string,
): Promise<Passkey | null> {
  const [row] = await tx<PasskeyRow[]>`
    select ${columns(tx)} from passkey p
    where credential_id = ${credentialId} and account_key = ${accountKey} for update`;
  return row ? asPasskey(row) : null;
}

/** False if the passkey is already known, whoever owns it. */
export async function insertPasskey(
  tx: Query,
  owner: PasskeyOwner,
  passkey: Omit<Passkey, "lastUsedAtMs">,
): Promise<boolean> {
  const { count } = await tx`
    insert into passkey
      (credential_id, operator_id, account_key, name, public_key, sign_count, created_at)
    values (${passkey.credentialId}, ${operatorOf(owner)}, ${accountOf(owner)}, ${passkey.name},
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
  owner: PasskeyOwner,
  credentialId: string,
): Promise<boolean> {
  const { count } = await tx`
    delete from passkey where credential_id = ${credentialId}
      and (operator_id = ${operatorOf(owner)}::uuid or account_key = ${accountOf(owner)}::uuid)`;
  return count === 1;
}

export async function insertChallenge(
  tx: Query,
  challenge: {
    readonly challengeKey: string;
    /** An operator's id or a buyer's account key; null for a sign-in. */
    readonly askedId: string | null;
    readonly expiresAtMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`delete from passkey_challenge where expires_at < ${new Date(challenge.nowMs)}`;
  await tx`
    insert into passkey_challenge (challenge_key, asked_id, expires_at)
    values (${challenge.challengeKey}, ${challenge.askedId}, ${new Date(challenge.expiresAtMs)})`;
}

/**
 * Removes a challenge, so that it is answered once. False if it is missing, expired or somebody
 * else's.
 */
export async function takeChallenge(
  tx: Query,
  challenge: { readonly challengeKey: string; readonly askedId: string | null },
  nowMs: number,
): Promise<boolean> {
  const { count } = await tx`
    delete from passkey_challenge
    where challenge_key = ${challenge.challengeKey} and expires_at > ${new Date(nowMs)}
      and asked_id is not distinct from ${challenge.askedId}::uuid`;
  return count === 1;
}
