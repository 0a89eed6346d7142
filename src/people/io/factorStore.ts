/* All SQL about second factors: authenticator apps, recovery codes, and roles that demand one. */

import type { Query, Transaction } from "../../db/connect.ts";
import type { Role } from "../../access/role.ts";
import type { Factor } from "../../access/factor/secondFactor.ts";

/** Roles that must sign in with a second factor. */
export async function demandingRoles(sql: Query): Promise<Role[]> {
  const rows = await sql<{ role: Role }[]>`select role from second_factor_rule order by role`;
  return rows.map((row) => row.role);
}

/** Demands a second factor of a role, or no longer. */
export async function writeDemand(
  tx: Query,
  rule: { readonly role: Role; readonly demanded: boolean; readonly by: string; nowMs: number },
): Promise<void> {
  const { role, demanded, by, nowMs } = rule;
  if (demanded) {
    await tx`
      insert into second_factor_rule (role, demanded_by, demanded_at)
      values (${role}, ${by}, ${new Date(nowMs)}) on conflict do nothing`;
  } else await tx`delete from second_factor_rule where role = ${role}`;
}

/** A person's factors. */
export interface Factors {
  readonly hasTotp: boolean;
  readonly passkeyCount: number;
  readonly recoveryCodesLeft: number;
  /** Whether the person's role demands a factor. */
  readonly demanded: boolean;
}

export async function readFactors(sql: Query, operatorId: string): Promise<Factors> {
  const [row] = await sql<Factors[]>`
    select exists (select 1 from operator_totp t
        where t.operator_id = o.operator_id and t.confirmed_at is not null) as has_totp,
      (select count(*)::int from passkey p where p.operator_id = o.operator_id) as passkey_count,
      (select count(*)::int from recovery_code c
        where c.operator_id = o.operator_id and c.used_at is null) as recovery_codes_left,
      exists (select 1 from second_factor_rule r where r.role = o.role) as demanded
    from operator o where o.operator_id = ${operatorId}`;
  return row ?? { hasTotp: false, passkeyCount: 0, recoveryCodesLeft: 0, demanded: false };
}

export interface StoredTotp {
  readonly secretCipher: Buffer;
  readonly confirmedAt: Date | null;
  readonly lastStep: number;
  /** When all guesses are free again. */
  readonly guessesFullAt: Date;
}

/** A person's authenticator app, locked: two guesses at once must not use one code twice. */
export async function lockTotp(tx: Transaction, operatorId: string): Promise<StoredTotp | null> {
  const [row] = await tx<StoredTotp[]>`
    select secret_cipher, confirmed_at, last_step::int, guesses_full_at from operator_totp
    where operator_id = ${operatorId} for update`;
  return row ?? null;
}

/** Keeps the secret of an app that is to be confirmed; false if one is confirmed already. */
export async function askTotp(
  tx: Query,
  asked: { readonly operatorId: string; readonly secretCipher: Buffer; readonly nowMs: number },
): Promise<boolean> {
  const { count } = await tx`
    insert into operator_totp (operator_id, secret_cipher, asked_at)
    values (${asked.operatorId}, ${asked.secretCipher}, ${new Date(asked.nowMs)})
    on conflict (operator_id) do update
      set secret_cipher = excluded.secret_cipher, asked_at = excluded.asked_at
      where operator_totp.confirmed_at is null`;
  return count === 1;
}

/** Notes the step of a code that was used; the first one confirms the app. */
export async function noteTotpStep(
  tx: Query,
  used: { readonly operatorId: string; readonly step: number; readonly nowMs: number },
): Promise<void> {
  await tx`
    update operator_totp set last_step = ${used.step},
      confirmed_at = coalesce(confirmed_at, ${new Date(used.nowMs)})
    where operator_id = ${used.operatorId}`;
}

/** Counts a wrong code. */
export async function noteTotpGuess(
  tx: Query,
  operatorId: string,
  guessesFullAtMs: number,
): Promise<void> {
  await tx`
    update operator_totp set guesses_full_at = ${new Date(guessesFullAtMs)}
    where operator_id = ${operatorId}`;
}

export async function deleteTotp(tx: Query, operatorId: string): Promise<void> {
  await tx`delete from operator_totp where operator_id = ${operatorId}`;
}

/** Replaces a person's recovery codes. */
export async function replaceRecoveryCodes(
  tx: Query,
  made: { readonly operatorId: string; readonly codeKeys: readonly string[]; nowMs: number },
): Promise<void> {
  await tx`delete from recovery_code where operator_id = ${made.operatorId}`;
  await tx`
    insert into recovery_code (code_key, operator_id, made_at)
    select key, ${made.operatorId}::uuid, ${new Date(made.nowMs)}::timestamptz
    from unnest(${[...made.codeKeys]}::uuid[]) as made (key)`;
}

/** Uses a recovery code up; false if it is none of the person's, or was used. */
export async function useRecoveryCode(
  tx: Query,
  used: { readonly operatorId: string; readonly codeKey: string; readonly nowMs: number },
): Promise<boolean> {
  const { count } = await tx`
    update recovery_code set used_at = ${new Date(used.nowMs)}
    where code_key = ${used.codeKey} and operator_id = ${used.operatorId} and used_at is null`;
  return count === 1;
}

/** Notes with which factor a session was secured. */
export async function writeSessionFactor(
  tx: Query,
  tokenKey: string,
  factor: Factor,
): Promise<void> {
  await tx`update operator_session set factor = ${factor} where token_key = ${tokenKey}`;
}
