/*
 * Opens the database of a command: DATABASE_URL, an installed PostgreSQL, or the embedded one.
 * States of our own cluster: absent, running and owned by one process, running without an owner
 * (its process was killed; the next start adopts it). Two servers must never own one data folder.
 */

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster, type Cluster } from "./cluster/cluster.ts";
import { processState } from "./cluster/processTable.ts";
import { watchForOrphan } from "./orphanWatch.ts";
import { Supervisor } from "./supervisor.ts";
import { connect, isRepeated, sqlState, type DatabaseTarget, type Sql } from "./connect.ts";
import { OWNER_LOCK } from "./ownerLock.ts";

/** The database of a command, and how to release it. */
export interface Backend {
  readonly target: DatabaseTarget;
  /** For display: "PostgreSQL 18 (embedded) in .giliran". */
  readonly description: string;
  readonly cluster: Cluster | null;
  /** Closes what this process opened. Stops the cluster, if it is ours, within the given time. */
  close(stopWithinMs?: number): Promise<void>;
}

export interface BackendOptions {
  readonly databaseUrl?: string | undefined;
  readonly homeFolder: string;
  /** Shown to somebody who finds the folder in use: "serve http://127.0.0.1:8080". */
  readonly purpose: string;
  /**
   * `alone`: a server; a second server on the same folder is a mistake and is refused. `guest`: a
   * command that works beside a running server, or starts the database itself.
   */
  readonly as: "alone" | "guest";
  readonly only?: "installed" | "embedded" | undefined;
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly say?: (line: string) => void;
}

/** Shown to the operator without a stack trace. */
export class FolderInUseError extends Error {
  override name = "FolderInUseError";
}

const OWNER_PREFIX = "giliran ";

/**
 * Marks this process as the owner of a folder by a session-level lock, which PostgreSQL releases
 * whenever the process dies. It guards the start only; no decision about a sale depends on it.
 */
async function tryOwn(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ owned: boolean }[]>`
    select pg_try_advisory_lock(${OWNER_LOCK}::bigint) as owned`;
  return row?.owned === true;
}

/** The owner's description of itself; null without an owner. */
async function ownerName(sql: Sql): Promise<string | null> {
  const rows = await sql<{ applicationName: string; pid: number }[]>`
    select a.application_name, a.pid from pg_locks l join pg_stat_activity a using (pid)
    where l.locktype = 'advisory' and l.granted and l.objid = ${OWNER_LOCK}::bigint::oid`;
  return rows[0]?.applicationName.replace(OWNER_PREFIX, "") ?? null;
}

/** The database may need a moment to notice that the lock's owner was killed. */
const NOTICE_MS = 5_000;

/** Takes the owner lock; waits for it only if its owner is already gone. */
async function tryOwnSoon(sql: Sql): Promise<boolean> {
  const deadline = Date.now() + NOTICE_MS;
  for (;;) {
    if (await tryOwn(sql)) return true;
    const name = await ownerName(sql);
    const pid = name === null ? undefined : /^pid (\d+):/.exec(name)?.[1];
    const goes = pid === undefined ? name === null : processState(Number(pid)) !== "running";
    if (!goes || Date.now() > deadline) return false;
    await sleep(50);
  }
}

/** A killed server replays its log before it answers. */
const ANSWER_MS = 30_000;

/**
 * Waits until the cluster accepts connections: one that its last user is stopping refuses for a
 * moment, a killed one recovers first.
 */
async function untilItAnswers(sql: Sql, cluster: Cluster): Promise<void> {
  const deadline = Date.now() + ANSWER_MS;
  for (;;) {
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      const state = sqlState(error);
      const starting = state === "57P03" || state === "57P01" || state === undefined;
      // A server that has ended meanwhile will not answer; it has to be started again.
      if (!starting || Date.now() > deadline || !cluster.isRunning()) throw error;
      await sleep(100);
    }
  }
}

/** Whether the session behind `sql` still holds the owner lock; a new connection does not. */
async function ownsStill(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select 1 from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()
      and objid = ${OWNER_LOCK}::bigint::oid`;
  return rows.length > 0;
}

/**
 * Supervises this process's own server: restarts it after a kill, takes the lost lock again, and
 * arranges its end if this process is killed. For a command nothing is restarted; it simply fails.
 */
function keep(
  cluster: Cluster,
  owner: Sql,
  options: BackendOptions,
): { stop(withinMs?: number): Promise<void> } {
  const endWatch = watchForOrphan(cluster);
  const whileRunning = async () => {
    if (!(await ownsStill(owner))) await tryOwn(owner);
  };
  const say = options.say ?? (() => undefined);
  const supervisor = options.as === "alone" ? new Supervisor({ cluster, whileRunning, say }) : null;
  return {
    stop: async (withinMs) => {
      const settled = (await supervisor?.stop()) ?? true;
      await cluster.stop(withinMs);
      // The orphan watch ends a server that comes up after this point.
      if (settled) endWatch();
    },
  };
}

async function openUrl(options: BackendOptions, url: string): Promise<Backend> {
  const target: DatabaseTarget = { url };
  const sql = connect(target, { poolSize: 1, name: `${OWNER_PREFIX}probe` });
  try {
    const [row] = await sql<{ serverVersion: string }[]>`show server_version`;
    return {
      target,
      description: `PostgreSQL ${row?.serverVersion} at DATABASE_URL`,
      cluster: null,
      close: () => Promise.resolve(),
    };
  } finally {
    await sql.end();
  }
}

/**
 * Opens the database in the order of docs/decisions/0002: DATABASE_URL, else an installed
 * PostgreSQL, else the embedded one. Errors carry words for the operator.
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  if (options.databaseUrl) return await openUrl(options, options.databaseUrl);
  const homeFolder = resolve(options.homeFolder);
  mkdirSync(homeFolder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const cluster = await startCluster({ ...options, homeFolder });
    const target = { socketFolder: cluster.socketFolder, database: "postgres" };
    const name = `${OWNER_PREFIX}pid ${process.pid}: ${options.purpose}`.slice(0, 63);
    const owner = connect(target, { poolSize: 1, name });
    try {
      await untilItAnswers(owner, cluster);
      const owned = await tryOwnSoon(owner);
      if (!owned && options.as === "alone") {
        throw new FolderInUseError(
          `${homeFolder} is already in use (${(await ownerName(owner)) ?? "another process"}). ` +
            "Stop that one first, or give this one another folder: --data FOLDER.",
        );
      }
      const keeper = owned ? keep(cluster, owner, options) : null;
      return {
        target: { ...target, database: "giliran" },
        description: `PostgreSQL ${cluster.binaries.majorVersion} (${cluster.binaries.origin}) in ${cluster.dataFolder}`,
        cluster,
        close: async (stopWithinMs) => {
          await keeper?.stop(stopWithinMs);
          await owner.end({ timeout: 1 }).catch(() => undefined);
        },
      };
    } catch (error) {
      await owner.end({ timeout: 1 }).catch(() => undefined);
      // Stopped between our check and our call: start over, a few times.
      if (error instanceof FolderInUseError || attempt >= 3) throw error;
    }
  }
}

/** Creates the database `giliran` in our own cluster if it is missing. */
export async function ensureDatabase(backend: Backend, database = "giliran"): Promise<void> {
  if (!("socketFolder" in backend.target)) return;
  const target = { ...backend.target, database: "postgres" };
  const sql = connect(target, { poolSize: 1, name: `${OWNER_PREFIX}setup` });
  try {
    const rows = await sql`select 1 from pg_database where datname = ${database}`;
    if (rows.length === 0) await sql.unsafe(`create database "${database}"`);
  } catch (error) {
    if (sqlState(error) !== "42P04" && !isRepeated(error)) throw error; // made meanwhile
  } finally {
    await sql.end();
  }
}
