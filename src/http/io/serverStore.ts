/*
 * All SQL about the servers that run on this database: a row a process, renewed by heartbeats.
 * Times are the database's, told by each process.
 */

import type { Query } from "../../db/connect.ts";

/** Answers of a server over the last seconds, so that several can be added up. */
export interface AnswerCounts {
  readonly perSecond: number;
  /** Timed answers by bucket of `AnswerTimes`. */
  readonly buckets: readonly number[];
  /** Answers with status 500 and above since `sinceMs`. */
  readonly errorCount: number;
  readonly sinceMs: number;
}

/** A process that serves. */
export interface ServerAbout {
  readonly serverId: string;
  readonly host: string;
  readonly pid: number;
  /** Its number under `serve --processes`; null for a server of its own. */
  readonly childNo: number | null;
  readonly version: string;
  readonly codeDigest: string;
  readonly runsWorker: boolean;
  readonly startedAtMs: number;
}

/** A server with its latest heartbeat. */
export interface LiveServer extends ServerAbout {
  readonly beatAtMs: number;
  readonly figures: AnswerCounts;
}

/** A server without a heartbeat for this long counts as gone, in ms: it is stopped, or killed. */
export const GONE_MS = 5_000;
/** Its row is deleted after this time. */
const SWEPT_MS = 60_000;

interface Row extends Omit<LiveServer, "startedAtMs" | "beatAtMs"> {
  readonly startedAt: Date;
  readonly beatAt: Date;
}

const asServer = ({ startedAt, beatAt, ...row }: Row): LiveServer => ({
  ...row,
  startedAtMs: startedAt.getTime(),
  beatAtMs: beatAt.getTime(),
});

/**
 * One heartbeat: writes the server's row, deletes rows of servers long gone, and returns the other
 * servers that live.
 */
export async function beat(
  sql: Query,
  about: ServerAbout,
  figures: AnswerCounts,
  nowMs: number,
): Promise<LiveServer[]> {
  const now = new Date(nowMs);
  const { serverId } = about;
  const rows = await sql<Row[]>`
    with own as (
      insert into server (server_id, host, pid, child_no, version, code_digest, runs_worker,
        started_at, beat_at, figures)
      values (${serverId}, ${about.host}, ${about.pid}, ${about.childNo}, ${about.version},
        ${about.codeDigest}, ${about.runsWorker}, ${new Date(about.startedAtMs)}, ${now},
        ${JSON.stringify(figures)}::jsonb)
      on conflict (server_id) do update set beat_at = excluded.beat_at, figures = excluded.figures),
    swept as (
      delete from server where ctid = any(array(
        select ctid from server where beat_at < ${new Date(nowMs - SWEPT_MS)}
          and server_id <> ${serverId} for update skip locked)))
    select server_id, host, pid, child_no, version, code_digest, runs_worker, started_at, beat_at,
      figures
    from server where server_id <> ${serverId} and beat_at > ${new Date(nowMs - GONE_MS)}
    order by started_at, server_id`;
  return rows.map(asServer);
}

/** The servers that live, oldest first. */
export async function listServers(sql: Query, nowMs: number): Promise<LiveServer[]> {
  const rows = await sql<Row[]>`
    select server_id, host, pid, child_no, version, code_digest, runs_worker, started_at, beat_at,
      figures
    from server where beat_at > ${new Date(nowMs - GONE_MS)} order by started_at, server_id`;
  return rows.map(asServer);
}

/** Deletes the row of a server that ends. */
export async function leave(sql: Query, serverId: string): Promise<void> {
  await sql`delete from server where server_id = ${serverId}`;
}
