/* All SQL about the company's own login: who is who, and attempts under way. */

import type { Query, Transaction } from "../../db/connect.ts";
import type { Role } from "../../access/role.ts";

/**
 * The operator of an account at the login service, locked against leaving and against losing the
 * account; null if unknown, or if she has left.
 */
export async function lockOperatorByLogin(
  tx: Transaction,
  login: { readonly issuer: string; readonly subject: string },
): Promise<{ operatorId: string; name: string; role: Role } | null> {
  const [row] = await tx<{ operatorId: string; name: string; role: Role }[]>`
    select o.operator_id, o.name, o.role from operator o join operator_login l using (operator_id)
    where l.issuer = ${login.issuer} and l.subject = ${login.subject} and o.left_at is null
    for share of o, l`;
  return row ?? null;
}

/** Whether an operator is tied to an account at the login service. */
export async function hasLogin(sql: Query, operatorId: string): Promise<boolean> {
  const rows = await sql`select 1 from operator_login where operator_id = ${operatorId}`;
  return rows.length > 0;
}

/** Ties an operator to an account; false if that account is somebody else's, or she has another. */
export async function insertLogin(
  tx: Query,
  login: {
    readonly issuer: string;
    readonly subject: string;
    readonly operatorId: string;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { count } = await tx`
    insert into operator_login (issuer, subject, operator_id, linked_at)
    select ${login.issuer}, ${login.subject}, operator_id, ${new Date(login.nowMs)}
    from operator where operator_id = ${login.operatorId} and left_at is null
    on conflict do nothing`;
  return count === 1;
}

/** Keeps an attempt, and forgets those that are over. */
export async function insertAttempt(
  tx: Query,
  attempt: {
    readonly attemptKey: string;
    readonly attemptCipher: Buffer;
    readonly expiresAtMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`delete from login_attempt where expires_at < ${new Date(attempt.nowMs)}`;
  await tx`
    insert into login_attempt (attempt_key, attempt_cipher, expires_at)
    values (${attempt.attemptKey}, ${attempt.attemptCipher}, ${new Date(attempt.expiresAtMs)})`;
}

export async function findAttempt(
  sql: Query,
  attemptKey: string,
  nowMs: number,
): Promise<Buffer | null> {
  const [row] = await sql<{ attemptCipher: Buffer }[]>`
    select attempt_cipher from login_attempt
    where attempt_key = ${attemptKey} and expires_at > ${new Date(nowMs)}`;
  return row?.attemptCipher ?? null;
}

/** Uses an attempt up; false if it was used already. */
export async function takeAttempt(tx: Query, attemptKey: string): Promise<boolean> {
  const { count } = await tx`delete from login_attempt where attempt_key = ${attemptKey}`;
  return count === 1;
}
