/*
 * All SQL about operators: accounts, sessions, invitations and the operator log. Tokens are stored
 * as keyed hashes only.
 */

import { must } from "../../base/assert.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import type { Role } from "../role.ts";
import { factorNeed, type Factor, type FactorNeed } from "../factor/secondFactor.ts";
import { endSessionsOf, lockAllPeople, removeFactors } from "./peopleStore.ts";
import { isNameFree, readName } from "../staffName.ts";

export interface OperatorSessionRow {
  readonly operatorId: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAtMs: number;
  /** The need of a second factor; null: none. */
  readonly needs: FactorNeed | null;
}

export async function findOperatorSession(
  sql: Query,
  tokenKey: string,
): Promise<OperatorSessionRow | null> {
  const [row] = await sql<
    (Omit<OperatorSessionRow, "expiresAtMs" | "needs"> & {
      expiresAt: Date;
      factor: Factor | null;
      demanded: boolean;
      hasTotp: boolean;
      passkeyCount: number;
    })[]
  >`
    select o.operator_id, o.name, o.role, s.expires_at, s.factor,
      exists (select 1 from second_factor_rule r where r.role = o.role) as demanded,
      exists (select 1 from operator_totp t
        where t.operator_id = o.operator_id and t.confirmed_at is not null) as has_totp,
      (select count(*)::int from passkey p where p.operator_id = o.operator_id) as passkey_count
    from operator_session s join operator o using (operator_id)
    where s.token_key = ${tokenKey} and o.left_at is null`;
  if (!row) return null;
  const { operatorId, name, role, expiresAt } = row;
  return { operatorId, name, role, expiresAtMs: expiresAt.getTime(), needs: factorNeed(row) };
}

export async function insertOperatorSession(
  tx: Query,
  session: {
    readonly tokenKey: string;
    readonly operatorId: string;
    readonly device: string;
    readonly factor: Factor | null;
    readonly nowMs: number;
    readonly expiresAtMs: number;
  },
): Promise<void> {
  await tx`
    insert into operator_session (token_key, operator_id, device, factor, created_at, expires_at)
    values (${session.tokenKey}, ${session.operatorId}, ${session.device}, ${session.factor},
      ${new Date(session.nowMs)}, ${new Date(session.expiresAtMs)})`;
}

export async function deleteOperatorSession(tx: Query, tokenKey: string): Promise<void> {
  await tx`delete from operator_session where token_key = ${tokenKey}`;
}

/**
 * An operator by her name as kept, or as typed with spaces more. With a lock her password and role
 * stay until the transaction ends: otherwise a session could open by a password that was just
 * replaced.
 */
export async function findOperatorByName(
  sql: Query,
  name: string,
  lock = false,
): Promise<{ operatorId: string; role: Role; passwordHash: string | null } | null> {
  const [row] = await sql<{ operatorId: string; role: Role; passwordHash: string | null }[]>`
    select operator_id, role, case when left_at is null then password_hash end as password_hash
    from operator where name in (${name}, ${readName(name) ?? name})
    order by name = ${name} desc limit 1 ${lock ? sql`for share` : sql``}`;
  return row ?? null;
}

/** Locks an operator against leaving and changes of role; null if she has left. */
export async function lockActive(tx: Query, operatorId: string): Promise<Role | null> {
  const [row] = await tx<{ role: Role }[]>`
    select role from operator where operator_id = ${operatorId} and left_at is null for share`;
  return row?.role ?? null;
}

export async function countOperators(sql: Query): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from operator
    where password_hash is not null and left_at is null`;
  return row?.count ?? 0;
}

/** Inserts an invitation: a role that has no name yet. */
export async function insertInvitation(
  tx: Query,
  invitation: {
    tokenKey: string;
    operatorId: string;
    role: Role;
    /** The owner who invites; null for the first start and the command line. */
    invitedBy: string | null;
    nowMs: number;
    expiresAtMs: number;
  },
): Promise<void> {
  const { tokenKey, operatorId, role, invitedBy, nowMs, expiresAtMs } = invitation;
  await tx`
    insert into operator (operator_id, name, role, invited_by, created_at)
    values (${operatorId}, ${`invited ${operatorId}`}, ${role}, ${invitedBy},
      ${new Date(nowMs)})`;
  await tx`
    insert into operator_invitation (token_key, operator_id, invited_by, created_at, expires_at)
    values (${tokenKey}, ${operatorId}, ${invitedBy}, ${new Date(nowMs)}, ${new Date(expiresAtMs)})`;
}

/** Inserts an invitation of somebody who has an account: it sets a new password. */
export async function insertRecovery(
  tx: Query,
  invitation: { tokenKey: string; operatorId: string; nowMs: number; expiresAtMs: number },
): Promise<void> {
  const { tokenKey, operatorId, nowMs, expiresAtMs } = invitation;
  await tx`
    insert into operator_invitation (token_key, operator_id, created_at, expires_at)
    values (${tokenKey}, ${operatorId}, ${new Date(nowMs)}, ${new Date(expiresAtMs)})`;
}

/** The names on an operator's path of invitations: who invited, who invited that one, and so on. */
export async function readInvitedPath(sql: Query, operatorId: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    with recursive path as (
      select invited_by, 1 as step from operator where operator_id = ${operatorId}
      union all
      select o.invited_by, path.step + 1 from path join operator o on o.operator_id = path.invited_by
      where path.step < 100)
    select o.name from path join operator o on o.operator_id = path.invited_by order by path.step`;
  return rows.map(({ name }) => name);
}

/** An open invitation; null without one. */
export async function findInvitation(
  sql: Query,
  tokenKey: string,
  nowMs: number,
): Promise<{
  /** The name of the account that it lets in again; null: it makes a new one. */
  readonly keptName: string | null;
} | null> {
  const [row] = await sql<{ keptName: string | null }[]>`
    select case when o.password_hash is not null then o.name end as kept_name
    from operator_invitation i join operator o using (operator_id)
    where i.token_key = ${tokenKey} and i.expires_at > ${new Date(nowMs)}`;
  return row ?? null;
}

export type Acceptance =
  | { readonly ok: true; readonly operatorId: string; readonly name: string; readonly role: Role }
  | { readonly ok: false; readonly why: "invitation_invalid" | "name_taken" };

/**
 * Turns an invitation into an account, once. If the name is taken, or looks like another, the
 * invitation stays valid. An account that is let in again keeps its name, whatever was typed: it
 * stands in the log, beside approvals and on the paths of invitations. All operators are locked, so
 * that of two people who want names of one look at the same instant the second sees the first.
 */
export async function acceptInvitation(
  tx: Transaction,
  accepted: {
    readonly tokenKey: string;
    readonly name: string;
    readonly passwordHash: string;
    readonly nowMs: number;
  },
): Promise<Acceptance> {
  const { tokenKey, passwordHash, nowMs } = accepted;
  await lockAllPeople(tx);
  const people = await tx<{ operatorId: string; name: string; role: Role; isNew: boolean }[]>`
    select operator_id, name, role, password_hash is null as is_new from operator`;
  const [invited] = await tx<{ operatorId: string }[]>`
    select operator_id from operator_invitation
    where token_key = ${tokenKey} and expires_at > ${new Date(nowMs)} for update`;
  if (!invited) return { ok: false, why: "invitation_invalid" };
  const { operatorId } = invited;
  const own = must(
    people.find((one) => one.operatorId === operatorId),
    "operator of an invitation",
  );
  const name = own.isNew ? accepted.name : own.name;
  const others = people.filter((one) => one !== own).map((one) => one.name);
  if (own.isNew && !isNameFree(name, others)) return { ok: false, why: "name_taken" };
  await tx`
    update operator set name = ${name}, password_hash = ${passwordHash}
    where operator_id = ${operatorId}`;
  await tx`delete from operator_invitation where token_key = ${tokenKey}`;
  // After a recovery: a stranger who took the account over is signed out, with each way back in; and
  // whoever lost a device is not asked for it.
  await removeFactors(tx, operatorId);
  await endSessionsOf(tx, operatorId);
  return { ok: true, operatorId, name, role: own.role };
}

export async function logOperatorAction(
  tx: Query,
  entry: { operatorName: string; action: string; subject: string; nowMs: number },
): Promise<void> {
  await tx`
    insert into operator_log (operator_name, action, subject, logged_at)
    values (${entry.operatorName}, ${entry.action}, ${entry.subject}, ${new Date(entry.nowMs)})`;
}

export interface LogEntry {
  readonly logNo: number;
  readonly operator: string;
  readonly action: string;
  readonly subject: string;
  readonly atMs: number;
}

/** Which lines of the operator log; what is left out filters nothing. */
export interface LogFilter {
  /** Part of a name, and part of an action or its subject; case does not matter. */
  readonly who?: string | undefined;
  readonly what?: string | undefined;
  readonly sinceMs?: number | undefined;
  /** Left out itself. */
  readonly untilMs?: number | undefined;
}

const asDate = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

/** The operator log, newest first; with a number, the entries before it. */
export async function readOperatorLog(
  sql: Query,
  page: LogFilter & { readonly before?: number | undefined; readonly limit: number },
): Promise<LogEntry[]> {
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  const { who = "", what = "", sinceMs, untilMs } = page;
  const rows = await sql<(Omit<LogEntry, "atMs"> & { loggedAt: Date })[]>`
    select log_no, operator_name as operator, action, subject, logged_at from operator_log
    where log_no < ${before}
      and strpos(lower(operator_name), lower(${who})) > 0
      and (strpos(lower(action), lower(${what})) > 0 or strpos(lower(subject), lower(${what})) > 0)
      and logged_at >= coalesce(${asDate(sinceMs)}::timestamptz, '-infinity')
      and logged_at < coalesce(${asDate(untilMs)}::timestamptz, 'infinity')
    order by log_no desc limit ${page.limit}`;
  return rows.map(({ loggedAt, ...entry }) => ({ ...entry, atMs: loggedAt.getTime() }));
}
