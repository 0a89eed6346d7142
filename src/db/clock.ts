import type { Clock } from "../base/clock.ts";
import type { Sql } from "./connect.ts";

/** Between two looks at the database's clock. */
const REFRESH_MS = 30_000;
/** One answer in this many decides: the fastest one has the least uncertainty. */
const SAMPLES = 5;

/**
 * The database's time, told by this process: every server of an installation agrees to about a
 * millisecond about which window is open, whatever their own clocks say. Order and fairness do not
 * rest on it (the row lock of a window decides), only the moment at which a window is called over.
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
      if (tripMs < best.tripMs) best = { tripMs, offsetMs: row!.ms - (sentMs + tripMs / 2) };
    }
    // Below the resolution of the measurement a correction would only add noise.
    this.#offsetMs = Math.abs(best.offsetMs) <= 2 ? 0 : Math.round(best.offsetMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}
