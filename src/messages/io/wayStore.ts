/* All SQL about the ways out: figures that each running server reports, and what waits. */

import type { Query, Sql } from "../../db/connect.ts";
import type { BreakerState } from "../breaker.ts";
import type { LaneFigures } from "./lane.ts";

/** A server silent for this long is no longer counted. */
const FRESH_MS = 15_000;

/** Replaces the server's previous report. */
export async function reportWays(
  sql: Sql,
  senderId: string,
  figures: readonly LaneFigures[],
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    with forgotten as (
      delete from sender_way where sender_id <> ${senderId}::uuid
        and abs(extract(epoch from reported_at - ${now})) * 1000 > ${FRESH_MS})
    insert into sender_way (sender_id, way, connections, in_flight, state, sent_in_minute,
      answer_ms, last_fault, reported_at)
    select ${senderId}::uuid, way, connections, in_flight, state, sent, answer, fault, ${now}
    from unnest(${figures.map((one) => one.way)}::text[],
      ${figures.map((one) => one.connections)}::smallint[],
      ${figures.map((one) => one.inFlight)}::smallint[], ${figures.map((one) => one.state)}::text[],
      ${figures.map((one) => one.sentInMinute)}::int[],
      ${figures.map((one) => one.answerMs)}::int[], ${figures.map((one) => one.lastFault)}::text[])
      as one (way, connections, in_flight, state, sent, answer, fault)
    on conflict (sender_id, way) do update set connections = excluded.connections,
      in_flight = excluded.in_flight, state = excluded.state,
      sent_in_minute = excluded.sent_in_minute, answer_ms = excluded.answer_ms,
      last_fault = excluded.last_fault, reported_at = excluded.reported_at`;
}

export interface WayShown {
  readonly way: string;
  readonly serverCount: number;
  readonly connections: number;
  readonly inFlight: number;
  /** The worst state of all servers. */
  readonly state: BreakerState;
  readonly sentInMinute: number;
  readonly answerMs: number | null;
  readonly lastFault: string | null;
}

/** Each way, summed over all servers that reported recently. */
export async function readWays(sql: Query, nowMs: number): Promise<WayShown[]> {
  return await sql<WayShown[]>`
    select way, count(*)::int as server_count, sum(connections)::int as connections,
      sum(in_flight)::int as in_flight,
      case when bool_or(state = 'open') then 'open'
        when bool_or(state = 'half_open') then 'half_open' else 'closed' end as state,
      sum(sent_in_minute)::int as sent_in_minute, avg(answer_ms)::int as answer_ms,
      max(last_fault) as last_fault
    from sender_way
    where abs(extract(epoch from reported_at - ${new Date(nowMs)})) * 1000 <= ${FRESH_MS}
    group by way order by way`;
}

export interface WaitingShown {
  readonly kind: string;
  readonly count: number;
  readonly oldestAt: Date;
  /** Of those: tried already, and due for a retry. */
  readonly triedCount: number;
}

/** Waiting messages by kind, the most urgent first. */
export async function readWaiting(sql: Query): Promise<WaitingShown[]> {
  return await sql<WaitingShown[]>`
    select kind, count(*)::int as count, min(created_at) as oldest_at,
      (count(*) filter (where attempts > 0))::int as tried_count
    from outbox where sent_at is null and failed_at is null
    group by kind, urgency order by urgency, kind`;
}
