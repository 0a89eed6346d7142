/*
 * How a database can be reached, and how much it holds: connections, what stands in between, and
 * whether commits wait for a second machine. A pooler that hands one connection to many must be
 * found before a sale: deadlines and transactions would be another's.
 */

import { must } from "../base/assert.ts";
import { connect, type DatabaseTarget, type Query } from "./connect.ts";
import { DEADLINES } from "./deadlines.ts";

/** A result of a check: `bad` must be fixed before a sale, `warn` is worth knowing. */
export interface Finding {
  readonly state: "ok" | "warn" | "bad";
  readonly detail: string;
}

/** Connections of a server for joins: one per kind of batch, and one for marks that wait for neither. */
export const ENTRY_POOL_SIZE = 3;
/** The lease, and threads that read for themselves. */
const LONE_COUNT = 4;

/** Connections that a server opens at most, beside its pool for requests. */
const BESIDE_COUNT =
  ENTRY_POOL_SIZE +
  LONE_COUNT +
  DEADLINES.work.besideCount +
  DEADLINES.score.besideCount +
  DEADLINES.probe.besideCount +
  DEADLINES.bulk.besideCount;

/** Connections that a server with this pool opens at most. */
export const connectionsOf = (poolSize: number): number => poolSize + BESIDE_COUNT;

/** Connections that a database allows this role, and those in use. */
export interface ConnectionRoom {
  /** The least of the server's, the role's and the database's limit. */
  readonly usableCount: number;
  readonly limitedBy: "max_connections" | "role" | "database";
  readonly usedCount: number;
}

export async function readRoom(sql: Query): Promise<ConnectionRoom> {
  const [row] = await sql<{ most: number; role: number; base: number; used: number }[]>`
    select current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) as most,
      (select rolconnlimit from pg_roles where rolname = current_user) as role,
      (select datconnlimit from pg_database where datname = current_database()) as base,
      (select count(*)::int from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()) as used`;
  const { most, role, base, used } = must(row, "select without from has a row");
  const limits = [
    { limitedBy: "max_connections", usableCount: most },
    ...(role >= 0 ? [{ limitedBy: "role", usableCount: role } as const] : []),
    ...(base >= 0 ? [{ limitedBy: "database", usableCount: base } as const] : []),
  ] as const;
  const least = limits.reduce((one, other) => (other.usableCount < one.usableCount ? other : one));
  return { ...least, usedCount: used };
}

const LIMIT_WORDS = {
  max_connections: "by max_connections, without those reserved",
  role: "by the limit of the role",
  database: "by the limit of the database",
} as const;

/** Whether a server with this pool fits into the database; `bad`: it does not start. */
export function roomFinding(poolSize: number, room: ConnectionRoom): Finding {
  const needed = connectionsOf(poolSize);
  const { usableCount, limitedBy, usedCount } = room;
  const allowed = `the database allows ${usableCount} connections (${LIMIT_WORDS[limitedBy]})`;
  const need = `a server opens ${needed} at most (GILIRAN_DATABASE_POOL=${poolSize} and ${BESIDE_COUNT} beside it)`;
  if (needed > usableCount) {
    const how = "Raise the limit, or lower GILIRAN_DATABASE_POOL";
    return { state: "bad", detail: `${need}; ${allowed}. ${how}` };
  }
  const fits = `${need}; ${allowed}, ${usedCount} in use: ${Math.floor(usableCount / needed)} such servers fit`;
  if (usedCount + needed > usableCount) {
    return { state: "warn", detail: `${fits}; one more beside those in use does not` };
  }
  return { state: "ok", detail: fits };
}

/** Signs of a pooler between this machine and the database. */
export interface PoolerSigns {
  /** The process that a connection was told at its start is not the one that answers. */
  readonly isBetween: boolean;
  /** Two open connections were answered by one process of the database. */
  readonly isShared: boolean;
  /** The deadlines of a connection arrived as they were sent. */
  readonly keepsDeadlines: boolean;
}

interface Answered {
  readonly pid: number;
  readonly lockTimeout: string;
  readonly toldPid: number | null;
}

/** Another process number than the one told at the start is the mark of a pooler. */
export function signsOf(answers: readonly [Answered, Answered], lockMs: number): PoolerSigns {
  const [one, two] = answers;
  const sent = lockMs % 1_000 === 0 ? `${lockMs / 1_000}s` : `${lockMs}ms`;
  return {
    isBetween: answers.some(({ pid, toldPid }) => toldPid !== null && toldPid !== pid),
    isShared: one.pid === two.pid,
    keepsDeadlines: answers.every(({ lockTimeout }) => lockTimeout === sent),
  };
}

export function poolerFinding({ isBetween, isShared, keepsDeadlines }: PoolerSigns): Finding {
  if (isShared) {
    const detail =
      "a pooler hands one connection to many (PgBouncer with " +
      "pool_mode = transaction or statement). Giliran does not run on it: deadlines of a connection " +
      "would not hold. Name the database itself, or a pooler with pool_mode = session";
    return { state: "bad", detail };
  }
  if (!keepsDeadlines) {
    const detail =
      "a pooler drops the deadlines of connections (ignore_startup_parameters), so statements would " +
      "wait for ever. Name the database itself in DATABASE_URL";
    return { state: "bad", detail };
  }
  if (isBetween) {
    const detail =
      "a pooler or proxy stands before the database, and keeps one connection for each of ours. It " +
      "adds a step and saves nothing: each server has pools of its own";
    return { state: "warn", detail };
  }
  return { state: "ok", detail: "connections go to the database itself" };
}

/** Looks with two connections that are open at the same time. */
export async function readPooler(target: DatabaseTarget): Promise<PoolerSigns> {
  const session = (no: number) => connect(target, { poolSize: 1, name: `giliran look ${no}` });
  const [one, two] = [session(1), session(2)];
  const ask = async (sql: typeof one): Promise<Answered> => {
    const [row] = await sql<{ pid: number; lockTimeout: string }[]>`
      select pg_backend_pid() as pid, current_setting('lock_timeout') as lock_timeout`;
    return { ...must(row, "select without from has a row"), toldPid: sql.toldPid() };
  };
  try {
    // One after the other: in a transaction pool the second gets the connection of the first.
    const first = await ask(one);
    return signsOf([first, await ask(two)], DEADLINES.request.lockMs);
  } finally {
    await Promise.all([one.end(), two.end()]);
  }
}

/** Replicas, and whether a commit waits for them. */
export interface Standbys {
  readonly names: string;
  readonly commit: string;
  readonly isReplica: boolean;
  readonly attached: readonly { readonly name: string; readonly state: string }[];
}

export async function readStandbys(sql: Query): Promise<Standbys> {
  const [row] = await sql<Omit<Standbys, "attached">[]>`
    select current_setting('synchronous_standby_names') as names,
      current_setting('synchronous_commit') as commit, pg_is_in_recovery() as is_replica`;
  // Without the role pg_monitor the columns of other users' connections are empty.
  const attached = await sql<{ name: string; state: string }[]>`
    select coalesce(application_name, '?') as name, coalesce(sync_state, 'unknown') as state
    from pg_stat_replication`;
  return { ...must(row, "select without from has a row"), attached };
}

/** Settings with which a commit waits for a standby, if one is named. */
const WAITING: readonly string[] = ["on", "remote_apply", "remote_write"];

export function standbyFinding({ names, commit, isReplica, attached }: Standbys): Finding {
  if (isReplica) return { state: "bad", detail: "this server is a replica: it takes no writes" };
  const found = attached.map(({ name, state }) => `${name} (${state})`).join(", ");
  if (names === "") {
    if (attached.length === 0) {
      const detail =
        "no replica is attached: if this machine is lost, everything since the last backup is";
      return { state: "warn", detail };
    }
    const detail =
      `replicas: ${found}; synchronous_standby_names is empty, so a change-over may lose the last ` +
      "acknowledged joins and orders. Giliran would notice, and close until you decide";
    return { state: "warn", detail };
  }
  const named = `synchronous_standby_names = ${names}`;
  if (!WAITING.includes(commit)) {
    const detail = `${named}, but synchronous_commit = ${commit}: commits do not wait for it`;
    return { state: "warn", detail };
  }
  if (attached.length === 0) {
    return { state: "bad", detail: `${named}, and no replica is attached: commits wait for ever` };
  }
  return { state: "ok", detail: `${named}: a commit waits for it; replicas: ${found}` };
}
