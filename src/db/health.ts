import { setTimeout as sleep } from "node:timers/promises";
import { isSilence, sqlState, type Sql } from "./connect.ts";

/** Why no work can be done with the database; the whole set. */
export type DatabaseTrouble =
  | "database_away"
  | "database_silent"
  | "database_read_only"
  | "disk_full"
  | "database_failing";

const DISK_FULL = "53100";
const READ_ONLY = "25006";
const LOCK_NOT_AVAILABLE = "55P03";

/** Whoever asks within this time gets the last answer: a probe costs the same for one asker and for a thousand. */
const KEPT_MS = 500;
/** An answer comes within this time, whatever the database does. */
const ANSWER_MS = 1_300;
/** A request that found the disk full counts this long: the probe's own megabyte may just have fitted. */
const SEEN_MS = 5_000;
/** Rows of a thousand bytes that the probe writes aside; less room than this megabyte is none. */
const ROOM_ROWS = 1_000;

/**
 * Whether the database takes writes. Found by one: a row is updated, which needs the log and a commit, and a
 * megabyte is written to a temporary file, as a full disk is noticed only by whoever needs more of it. On a
 * connection of its own, so that a busy pool is not taken for a database that is away.
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

  /** Told of errors that work met. */
  saw(error: unknown): void {
    if (sqlState(error) === DISK_FULL) this.#sawFullMs = this.#nowMs();
  }

  /** What is wrong, at most half a second old; null when nothing is. Never rejects, and never takes two seconds. */
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
  // Another server beats just now: a database that says so is there.
  if (state === LOCK_NOT_AVAILABLE) return null;
  if (state === DISK_FULL) return "disk_full";
  if (state === READ_ONLY) return "database_read_only";
  if (isSilence(error)) return "database_silent";
  return state === undefined || /^(08|57P)/.test(state) ? "database_away" : "database_failing";
}
