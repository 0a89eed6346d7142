/* All SQL about buyers' sessions that were ended before their time. */

import type { Query } from "../../db/connect.ts";

/** Sessions that are over: single ones, and all of an account that were issued before a time. */
export interface SessionEnds {
  readonly accounts: readonly { readonly accountKey: string; readonly sessionsFromMs: number }[];
  readonly sessions: readonly { readonly sessionKey: string; readonly expiresAtMs: number }[];
}

/** The ends since a time. */
export async function readSessionEnds(sql: Query, sinceMs: number): Promise<SessionEnds> {
  const since = new Date(sinceMs);
  const accounts = await sql<{ accountKey: string; sessionsFrom: Date }[]>`
    select account_key, sessions_from from account where sessions_from > ${since}`;
  const sessions = await sql<{ sessionKey: string; expiresAt: Date }[]>`
    select session_key, expires_at from session_end where ended_at > ${since}`;
  return {
    accounts: accounts.map(({ accountKey, sessionsFrom }) => ({
      accountKey,
      sessionsFromMs: sessionsFrom.getTime(),
    })),
    sessions: sessions.map(({ sessionKey, expiresAt }) => ({
      sessionKey,
      expiresAtMs: expiresAt.getTime(),
    })),
  };
}

/** Ends one session. */
export async function endSession(
  tx: Query,
  ended: { readonly sessionKey: string; readonly expiresAtMs: number; readonly nowMs: number },
): Promise<void> {
  await tx`
    insert into session_end (session_key, ended_at, expires_at)
    values (${ended.sessionKey}, ${new Date(ended.nowMs)}, ${new Date(ended.expiresAtMs)})
    on conflict do nothing`;
}

/** Ends all sessions of an account; returns the time from which new ones count, in ms. */
export async function endAllSessions(
  tx: Query,
  accountKey: string,
  nowMs: number,
): Promise<number> {
  const [row] = await tx<{ sessionsFrom: Date }[]>`
    update account set sessions_from = greatest(sessions_from, ${new Date(nowMs)})
    where account_key = ${accountKey} returning sessions_from`;
  return row?.sessionsFrom.getTime() ?? nowMs;
}

/** Deletes the marks of sessions that are over by their own time. */
export async function forgetEndedSessions(sql: Query, nowMs: number): Promise<void> {
  await sql`delete from session_end where expires_at < ${new Date(nowMs)}`;
}
