/*
 * A mutex per key within this process, with first-in-first-out order. Takes several keys in one
 * global order, so that callers never deadlock.
 */

/** The database's SQLSTATE of a lock timeout; callers treat both alike. */
const LOCK_NOT_AVAILABLE = "55P03";

/** Another transaction of this process held the row for too long. */
class RowWaitError extends Error {
  override name = "RowWaitError";
  readonly code = LOCK_NOT_AVAILABLE;
}

interface Waiting {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Queues per row, served in order of arrival. */
export class KeyedMutex {
  readonly #waiting = new Map<string, Waiting[]>();

  /**
   * Runs the work while holding all rows. Rejects without running it if one of them takes longer
   * than `timeoutMs`. Rows are locked in sorted order, whatever order they are passed in, so there
   * is no deadlock.
   */
  async run<T>(rows: readonly string[], timeoutMs: number, work: () => Promise<T>): Promise<T> {
    const taken: string[] = [];
    try {
      for (const row of [...new Set(rows)].sort()) {
        await this.#take(row, timeoutMs);
        taken.push(row);
      }
      return await work();
    } finally {
      for (const row of taken) this.#giveOn(row);
    }
  }

  #take(row: string, timeoutMs: number): Promise<void> {
    const waiting = this.#waiting.get(row);
    if (waiting === undefined) {
      this.#waiting.set(row, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(one), 1);
        reject(new RowWaitError(`waited too long for ${row}`));
      }, timeoutMs);
      const one: Waiting = { start: resolve, timer };
      waiting.push(one);
    });
  }

  #giveOn(row: string): void {
    const next = this.#waiting.get(row)?.shift();
    if (next === undefined) {
      this.#waiting.delete(row);
      return;
    }
    clearTimeout(next.timer);
    next.start();
  }
}
