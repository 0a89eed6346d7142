/* The database's clock, read in this process, so that all servers agree about open windows. */

import { must } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import type { Sql } from "./connect.ts";

/** Interval between measurements. */
const REFRESH_MS = 30_000;
/** Measurements per refresh; the fastest answer has the least uncertainty and decides. */
const SAMPLES = 5;

/**
 * The database's time. All servers of an installation agree to about one millisecond about which
 * window is open, whatever their own clocks say. Order and fairness do not depend on it (the row
 * lock of a window decides), only the moment at which a window is called over.
 */
export class DatabaseClock implements Clock {
  readonly #sql: Sql;
  #offsetMs = 0;
  #timer: NodeJS.Timeout | null = null;

  private constructor(sql: Sql) {
    this.#sql = sql;
  }

  static async start(sql: Sql): Promise<DatabaseClock> {
    const clock = new DatabaseClock(sql);
    await clock.refresh();
    clock.#timer = setInterval(() => {
      clock.refresh().catch(() => undefined); // the database is away: the last offset still holds
    }, REFRESH_MS).unref();
    return clock;
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Database time minus this machine's time, in ms. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  async refresh(): Promise<void> {
    let best = { tripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
    for (let i = 0; i < SAMPLES; i++) {
      const sentMs = Date.now();
      const [row] = await this.#sql<{ ms: number }[]>`
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
      const tripMs = Date.now() - sentMs;
      if (tripMs < best.tripMs)
        best = {
          tripMs,
          offsetMs: must(row, "select without from has a row").ms - (sentMs + tripMs / 2),
        };
    }
    // Below the measurement's resolution a correction would only add noise.
    this.#offsetMs = Math.abs(best.offsetMs) <= 2 ? 0 : Math.round(best.offsetMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}
