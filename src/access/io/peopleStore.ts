/* All SQL about colleagues, their sessions and their saved views. */

import type { Query } from "../../db/connect.ts";
import type { Colleague } from "../people.ts";
import { capabilitiesOf, type Role } from "../role.ts";

export interface Person extends Colleague {
  readonly name: string;
  readonly createdAtMs: number;
  readonly lastSignInAtMs: number | null;
  readonly passkeyCount: number;
  readonly hasTotp: boolean;
}

interface PersonRow extends Omit<Person, "createdAtMs" | "lastSignInAtMs"> {
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

export async function listPeople(sql: Query): Promise<Person[]> {
  const rows = await sql<PersonRow[]>`
    select o.operator_id, o.name, o.role, o.created_at,
      case when o.left_at is not null then 'left'
        when o.password_hash is null then 'invited' else 'active' end as state,
      (select max(created_at) from operator_session s where s.operator_id = o.operator_id)
        as last_sign_in_at,
      (select count(*)::int from passkey p where p.operator_id = o.operator_id) as passkey_count,
      exists (select 1 from operator_totp t
        where t.operator_id = o.operator_id and t.confirmed_at is not null) as has_totp
    from operator o order by o.left_at nulls first, o.created_at, o.operator_id limit 1000`;
  return rows.map(({ createdAt, lastSignInAt, ...person }) => ({
    ...person,
    createdAtMs: createdAt.getTime(),
    lastSignInAtMs: lastSignInAt?.getTime() ?? null,
  }));
}

/**
 * Ends what a person made for others to come in by: program keys and open invitations. Otherwise
 * somebody who left, or may not manage people any more, could return by them.
 */
async function endHandedOut(tx: Query, operatorId: string, nowMs: number): Promise<void> {
  await tx`
    update api_key set revoked_at = ${new Date(nowMs)}
    where made_by = ${operatorId} and revoked_at is null`;
  await tx`delete from operator_invitation where invited_by = ${operatorId}`;
}

/** Changes a role and ends all sessions, so that none goes on under the old role. */
export async function writeRole(
  tx: Query,
  operatorId: string,
  { role, nowMs }: { readonly role: Role; readonly nowMs: number },
): Promise<void> {
  await tx`update operator set role = ${role} where operator_id = ${operatorId}`;
  await endSessionsOf(tx, operatorId);
  if (!capabilitiesOf(role).includes("people.manage")) await endHandedOut(tx, operatorId, nowMs);
}

/**
 * Closes every way in: sessions, passkeys and an open invitation are deleted, and what the person
 * handed out ends; the name stays taken.
 */
export async function writeLeave(tx: Query, operatorId: string, nowMs: number): Promise<void> {
  await endHandedOut(tx, operatorId, nowMs);
  await removeFactors(tx, operatorId);
  await tx`update operator set left_at = ${new Date(nowMs)} where operator_id = ${operatorId}`;
  await endSessionsOf(tx, operatorId);
  await tx`delete from operator_invitation where operator_id = ${operatorId}`;
}

/** Removes every factor of a person, and the company's login: the way back for a lost device. */
export async function removeFactors(tx: Query, operatorId: string): Promise<void> {
  await tx`delete from operator_totp where operator_id = ${operatorId}`;
  await tx`delete from recovery_code where operator_id = ${operatorId}`;
  await tx`delete from passkey where operator_id = ${operatorId}`;
  await tx`delete from operator_login where operator_id = ${operatorId}`;
}

/** Ends all sessions of a person. */
export async function endSessionsOf(tx: Query, operatorId: string): Promise<void> {
  await tx`delete from operator_session where operator_id = ${operatorId}`;
}

/** Ends all sessions of a person but one. */
export async function endOtherSessions(
  tx: Query,
  operatorId: string,
  tokenKey: string,
): Promise<void> {
  await tx`
    delete from operator_session
    where operator_id = ${operatorId} and token_key <> ${tokenKey}`;
}

/** Locks all operators, so that of two simultaneous changes the second sees the first. */
export async function lockAllPeople(tx: Query): Promise<void> {
  await tx`select 1 from operator order by operator_id for update`;
}

/** The people as they are once all of them are locked. */
export async function lockPeople(tx: Query): Promise<Person[]> {
  await lockAllPeople(tx);
  return await listPeople(tx);
}

/** Locks one operator against other changes of what she has. */
export async function lockPerson(tx: Query, operatorId: string): Promise<void> {
  await tx`select 1 from operator where operator_id = ${operatorId} for no key update`;
}

export interface OwnSession {
  readonly sessionId: string;
  readonly device: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly current: boolean;
}

export async function listOwnSessions(
  sql: Query,
  own: { readonly operatorId: string; readonly tokenKey: string; readonly nowMs: number },
): Promise<OwnSession[]> {
  const rows = await sql<
    (Omit<OwnSession, "createdAtMs" | "expiresAtMs"> & { createdAt: Date; expiresAt: Date })[]
  >`
    select session_id, device, created_at, expires_at, token_key = ${own.tokenKey} as current
    from operator_session
    where operator_id = ${own.operatorId} and expires_at > ${new Date(own.nowMs)}
    order by created_at desc limit 100`;
  return rows.map(({ createdAt, expiresAt, ...session }) => ({
    ...session,
    createdAtMs: createdAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
  }));
}

/** False if the session is missing or somebody else's. */
export async function endOwnSession(
  tx: Query,
  operatorId: string,
  sessionId: string,
): Promise<boolean> {
  const { count } = await tx`
    delete from operator_session
    where session_id = ${sessionId} and operator_id = ${operatorId}`;
  return count === 1;
}

const MOST_VIEWS = 50;

export async function listViews(
  sql: Query,
  operatorId: string,
): Promise<{ name: string; document: Record<string, unknown> }[]> {
  return await sql<{ name: string; document: Record<string, unknown> }[]>`
    select name, document from saved_view where operator_id = ${operatorId} order by name`;
}

/** False if the person already has the most views allowed. */
export async function saveView(
  tx: Query,
  view: { readonly operatorId: string; readonly name: string; readonly document: object },
  nowMs: number,
): Promise<boolean> {
  // Serialized per person: parallel inserts would each see room for one more.
  await lockPerson(tx, view.operatorId);
  const others = (await listViews(tx, view.operatorId)).filter((one) => one.name !== view.name);
  if (others.length >= MOST_VIEWS) return false;
  await tx`
    insert into saved_view (operator_id, name, document, saved_at)
    values (${view.operatorId}, ${view.name}, ${tx.json(view.document as never)}::jsonb,
      ${new Date(nowMs)})
    on conflict (operator_id, name)
      do update set document = excluded.document, saved_at = excluded.saved_at`;
  return true;
}

export async function removeView(tx: Query, operatorId: string, name: string): Promise<void> {
  await tx`delete from saved_view where operator_id = ${operatorId} and name = ${name}`;
}
