/** What the database says when a lock was waited for too long; callers treat both alike. */
const LOCK_NOT_AVAILABLE = "55P03";

/** Somebody of this process had the row for too long. */
class RowWaitError extends Error {
  override name = "RowWaitError";
  readonly code = LOCK_NOT_AVAILABLE;
}

interface Waiting {
  readonly start: () => void;
  readonly patience: NodeJS.Timeout;
}

/** Rows that one at a time of this process may want, in the order in which they are wanted. */
export class KeyedMutex {
  readonly #waiting = new Map<string, Waiting[]>();

  /**
   * Does the work when nobody else has any of the rows; rejects without it after `patienceMs` for one of them.
   * They are taken in one order, whatever order they come in, so that nobody waits in a circle.
   */
  async run<T>(rows: readonly string[], patienceMs: number, work: () => Promise<T>): Promise<T> {
    const taken: string[] = [];
    try {
      for (const row of [...new Set(rows)].sort()) {
        await this.#take(row, patienceMs);
        taken.push(row);
      }
      return await work();
    } finally {
      for (const row of taken) this.#giveOn(row);
    }
  }

  #take(row: string, patienceMs: number): Promise<void> {
    const waiting = this.#waiting.get(row);
    if (waiting === undefined) {
      this.#waiting.set(row, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        waiting.splice(waiting.indexOf(one), 1);
        reject(new RowWaitError(`waited too long for ${row}`));
      }, patienceMs);
      const one: Waiting = { start: resolve, patience };
      waiting.push(one);
    });
  }

  #giveOn(row: string): void {
    const next = this.#waiting.get(row)?.shift();
    if (next === undefined) {
      this.#waiting.delete(row);
      return;
    }
    clearTimeout(next.patience);
    next.start();
  }
}
