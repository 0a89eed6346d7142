/*
 * All SQL about attempts that cost work: counts that fade, and solutions that paid. Counted once
 * for all servers, by keyed hashes: the database holds no address and no name of them.
 */

import type { Query } from "../../../db/connect.ts";

/** Attempts under one key. */
export interface Attempts {
  /** Keyed hash of what they are counted under. */
  readonly key: string;
  /** After this time in ms an attempt counts for 1/e. */
  readonly memoryMs: number;
  readonly count: number;
}

/** `exp` of less is an error of the database. */
const LEAST_EXPONENT = -700;

/**
 * Adds attempts and reads others in one statement; returns what each key counts then, with these.
 * Rows are locked in the order of their keys, until the end of the statement.
 */
export async function countAttempts(
  sql: Query,
  { add, read = [] }: { readonly add: readonly Attempts[]; readonly read?: readonly string[] },
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const now = new Date(nowMs);
  const rows = await sql<{ key: string; count: number }[]>`
    with counted as (
      insert into attempt_count as a (attempt_key, attempt_count, memory_ms, counted_at)
      select key, count, memory_ms, ${now}::timestamptz
      from unnest(${add.map((one) => one.key)}::uuid[], ${add.map((one) => one.count)}::float8[],
        ${add.map((one) => one.memoryMs)}::int[]) as one (key, count, memory_ms)
      order by key
      on conflict (attempt_key) do update set
        attempt_count = excluded.attempt_count + a.attempt_count * exp(greatest(${LEAST_EXPONENT},
          least(0, extract(epoch from a.counted_at - excluded.counted_at)::float8 * 1000
            / a.memory_ms))),
        counted_at = greatest(a.counted_at, excluded.counted_at)
      returning attempt_key, attempt_count)
    select attempt_key as key, attempt_count as count from counted
    union all
    select attempt_key, attempt_count * exp(greatest(${LEAST_EXPONENT},
      least(0, extract(epoch from counted_at - ${now}::timestamptz)::float8 * 1000 / memory_ms)))
    from attempt_count where attempt_key = any(${[...read]}::uuid[])`;
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/**
 * Uses a solution up for one request; false if it paid for another before. A repeat of the same
 * request is let through, on whichever server.
 */
export async function payWith(
  sql: Query,
  paid: {
    readonly workKey: string;
    /** Keyed hash of the request and its content. */
    readonly requestKey: string;
    readonly expiresAtMs: number;
  },
): Promise<boolean> {
  const { count } = await sql`
    insert into paid_work as p (work_key, request_key, expires_at)
    values (${paid.workKey}, ${paid.requestKey}, ${new Date(paid.expiresAtMs)})
    on conflict (work_key) do update set request_key = p.request_key
      where p.request_key = excluded.request_key`;
  return count > 0;
}

/** Fourteen times its memory takes a count of a hundred thousand below a tenth. */
const MEMORIES_KEPT = 14;
/** Rows per statement: an attempt waits milliseconds at most for such a lock. */
const ROWS_AT_ONCE = 10_000;

/** Deletes counts that have faded, and solutions that are out of time; a bounded number. */
export async function forgetAttempts(sql: Query, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    delete from attempt_count where ctid = any(array(
      select ctid from attempt_count
      where counted_at + memory_ms * ${MEMORIES_KEPT} * interval '1 millisecond' < ${now}
      limit ${ROWS_AT_ONCE} for update skip locked))`;
  await sql`
    delete from paid_work where ctid = any(array(
      select ctid from paid_work where expires_at < ${now}
      limit ${ROWS_AT_ONCE} for update skip locked))`;
}
