/*
 * Whether the database takes writes, for readiness checks and refusals. A wrong "healthy" costs
 * requests an error; a wrong "away" takes a working server out of service, so balancers should ask
 * twice.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { isSilence, sqlState, type Sql } from "./connect.ts";

/** Reasons why the database cannot be used; a closed set. */
export type DatabaseTrouble =
  | "database_away"
  | "database_silent"
  | "database_read_only"
  | "disk_full"
  | "database_failing";

const DISK_FULL = "53100";
const READ_ONLY = "25006";
const LOCK_NOT_AVAILABLE = "55P03";

/** Answers are cached this long: a probe costs the same for one caller and for a thousand. */
const KEPT_MS = 500;
/** Timeout of the probe. */
const ANSWER_MS = 1_300;
/**
 * A disk-full error of a request counts this long: the probe's own megabyte may just have fitted.
 */
const SEEN_MS = 5_000;
/** Rows of a thousand bytes in the probe: less free space than this megabyte counts as full. */
const ROOM_ROWS = 1_000;

/**
 * Probes whether the database takes writes. A row is updated, which needs the log and a commit, and
 * a megabyte goes into a temporary file, since a full disk shows only to a writer that needs more
 * of it. The probe has a connection of its own, so a busy pool does not count as a database that is
 * away.
 */
export class DatabaseHealth {
  readonly #sql: Sql;
  readonly #nowMs: () => number;
  #last: { readonly atMs: number; readonly trouble: DatabaseTrouble | null } | null = null;
  #asking: Promise<DatabaseTrouble | null> | null = null;
  #sawFullMs = Number.NEGATIVE_INFINITY;

  constructor(sql: Sql, nowMs: () => number = () => performance.now()) {
    this.#sql = sql.within("probe");
    this.#nowMs = nowMs;
  }

  /** Reports errors of other work. */
  saw(error: unknown): void {
    if (sqlState(error) === DISK_FULL) this.#sawFullMs = this.#nowMs();
  }

  /**
   * The current trouble, at most half a second old; null if there is none. Never rejects and never
   * takes two seconds.
   */
  async trouble(): Promise<DatabaseTrouble | null> {
    if (this.#nowMs() - this.#sawFullMs < SEEN_MS) return "disk_full";
    if (this.#last !== null && this.#nowMs() - this.#last.atMs < KEPT_MS) return this.#last.trouble;
    this.#asking ??= this.#ask();
    return await this.#asking;
  }

  async #ask(): Promise<DatabaseTrouble | null> {
    const silent = sleep(ANSWER_MS, "database_silent" as const, { ref: false });
    const trouble = await Promise.race([this.#probe().then(() => null, troubleOf), silent]);
    this.#last = { atMs: this.#nowMs(), trouble };
    this.#asking = null;
    return trouble;
  }

  async #probe(): Promise<void> {
    await this.#sql.begin(async (tx) => {
      await tx`set local work_mem = '64kB'`;
      await tx`
        with room as materialized (
          select repeat('-', 1000) || n as line from generate_series(1, ${ROOM_ROWS}::int) n)
        update heartbeat set beat_at = clock_timestamp(),
          row_count = (select count(*) from room where line <> '')`;
    });
  }
}

function troubleOf(error: unknown): DatabaseTrouble | null {
  const state = sqlState(error);
  // Another server is probing right now: a database that says so is reachable.
  if (state === LOCK_NOT_AVAILABLE) return null;
  if (state === DISK_FULL) return "disk_full";
  if (state === READ_ONLY) return "database_read_only";
  if (isSilence(error)) return "database_silent";
  return state === undefined || /^(08|57P)/.test(state) ? "database_away" : "database_failing";
}
