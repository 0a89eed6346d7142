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
export class RowQueue {
  readonly #waiting = new Map<string, Waiting[]>();

  /** Does the work when nobody else has the row; rejects without it after `patienceMs`. */
  async alone<T>(row: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
    await this.#take(row, patienceMs);
    try {
      return await work();
    } finally {
      this.#giveOn(row);
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
