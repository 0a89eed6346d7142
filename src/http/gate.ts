/*
 * Bounds how many expensive works run at once. A refused caller may retry; an unbounded queue would
 * slow everybody down.
 */

import { Refusal } from "./problem.ts";

/** Retry-After for a full queue: most of it is done by then. */
const RETRY_SECONDS = 2;

/**
 * Runs a few works at once and queues a few more. A caller that finds the queue full is refused: a
 * longer queue would make everybody wait, and take memory for callers who have long given up.
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

  /** Runs the work as soon as there is room; throws `server_busy` if the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) {
      if (this.#waiting.length >= this.#waitingMost) {
        throw new Refusal("server_busy", { retryAfterSeconds: RETRY_SECONDS });
      }
      // The finishing work hands its slot over, so that no newcomer can take it first.
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
