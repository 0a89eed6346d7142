import { Refusal } from "./problem.ts";

/** How soon somebody who found the queue full may try again: by then most of it is done. */
const RETRY_SECONDS = 2;

/**
 * Lets a few works run at once, and a few more wait their turn. Whoever finds the queue full is refused: a
 * longer queue would make everybody wait and take memory for those who have given up long ago.
 */
export class Gate {
  readonly #most: number;
  readonly #waitingMost: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ most, waiting }: { readonly most: number; readonly waiting: number }) {
    this.#most = most;
    this.#waitingMost = waiting;
  }

  /** Runs the work when there is room; throws `server_busy` when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) {
      if (this.#waiting.length >= this.#waitingMost) {
        throw new Refusal("server_busy", { retryAfterSeconds: RETRY_SECONDS });
      }
      // The one who leaves hands its place over, so that nobody who comes just then takes it.
      await new Promise<void>((go) => this.#waiting.push(go));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
