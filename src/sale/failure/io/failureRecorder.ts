/*
 * Collects requests of buyers that the server could not answer, and writes them as soon as the
 * database takes them again. Failures lie in memory until then, so a server that ends with its
 * database down forgets those of its last seconds.
 */

import type { Logger } from "pino";
import type { Sql } from "../../../db/connect.ts";
import {
  insertFailedJoins,
  insertFailedTurns,
  type FailedJoin,
  type FailedTurn,
} from "./failureStore.ts";

/** How often failures are written, in ms. */
const WRITE_EVERY_MS = 1_000;
/** People remembered at most; beyond it, those who failed first count. */
const MOST_PEOPLE_COUNT = 100_000;
/** Rows in one statement. */
const ROWS_AT_ONCE = 500;

type Unseen<T> = Omit<T, "firstMs" | "lastMs">;

/** Failures by person and turn, waiting to be written. */
class Waiting<T extends { readonly firstMs: number; readonly lastMs: number }> {
  readonly #rows = new Map<string, T>();

  add(key: string, row: T): void {
    const known = this.#rows.get(key);
    if (!known && this.#rows.size >= MOST_PEOPLE_COUNT) return;
    const firstMs = Math.min(known?.firstMs ?? row.firstMs, row.firstMs);
    const lastMs = Math.max(known?.lastMs ?? row.lastMs, row.lastMs);
    this.#rows.set(key, { ...row, firstMs, lastMs });
  }

  /** Those who failed first. A copy of all of them for each portion would cost the square. */
  #first(mostCount: number): [string, T][] {
    const first: [string, T][] = [];
    for (const one of this.#rows) {
      if (first.length === mostCount) break;
      first.push(one);
    }
    return first;
  }

  /** Writes in portions; what could not be written stays. */
  async write(insert: (rows: readonly T[]) => Promise<void>): Promise<void> {
    while (this.#rows.size > 0) {
      const portion = this.#first(ROWS_AT_ONCE);
      for (const [key] of portion) this.#rows.delete(key);
      try {
        await insert(portion.map(([, row]) => row));
      } catch (error) {
        for (const [key, row] of portion) this.add(key, row);
        throw error;
      }
    }
  }
}

export class FailureRecorder {
  readonly #sql: Sql;
  readonly #logger: Logger;
  readonly #joins = new Waiting<FailedJoin>();
  readonly #turns = new Waiting<FailedTurn>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(sql: Sql, logger: Logger) {
    this.#sql = sql;
    this.#logger = logger;
  }

  /** A join with valid work that is not answered. */
  join(failed: Unseen<FailedJoin>, nowMs: number): void {
    const key = `${failed.saleNo} ${failed.roundNo} ${failed.accountKey}`;
    this.#joins.add(key, { ...failed, firstMs: nowMs, lastMs: nowMs });
    this.#soon();
  }

  /** A request about an offer, or about its order, that is not answered. */
  turn(failed: Unseen<FailedTurn>, nowMs: number): void {
    const key = `${failed.accountKey} ${failed.turnId}`;
    this.#turns.add(key, { ...failed, firstMs: nowMs, lastMs: nowMs });
    this.#soon();
  }

  /** Writes what waits; throws if the database does not take it. */
  async write(): Promise<void> {
    this.#writing = this.#writing
      // Its own caller is told of it; the rows are still there.
      .catch(() => undefined)
      .then(async () => {
        await this.#joins.write((rows) => insertFailedJoins(this.#sql, rows));
        await this.#turns.write((rows) => insertFailedTurns(this.#sql, rows));
      });
    await this.#writing;
  }

  /** Writes a last time and stops. */
  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.write().catch((error: unknown) =>
      this.#logger.warn({ err: error }, "failures lost"),
    );
  }

  #soon(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.write().catch((error: unknown) => {
        this.#logger.warn({ err: error }, "failures not written yet");
        this.#soon();
      });
    }, WRITE_EVERY_MS);
    this.#timer.unref();
  }
}
