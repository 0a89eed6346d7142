/*
 * Batches single writes into statements. States of an item: queued, in flight, settled. The queue
 * is bounded: memory must not grow with the load.
 */

/** The queue is full: the caller answers 503 with Retry-After, not an error. */
export class QueueFullError extends Error {
  override name = "QueueFullError";
}

export interface BatcherOptions<Item, Outcome> {
  /** Writes a batch and returns one outcome per item, in order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  /** Items per statement. Larger batches add delay, smaller ones waste round trips. */
  readonly maxBatchCount: number;
  /** Batches in flight at once; with two the database never waits for this process. */
  readonly maxInFlightCount: number;
  /** Items that may wait. More are refused at once, so memory stays bounded. */
  readonly maxQueuedCount: number;
  /**
   * Whether one item may have caused the error. Then each item is retried alone, so that one
   * failing item does not fail the others. Without this function a batch fails as a whole.
   */
  readonly oneMayHaveFailed?: (error: unknown) => boolean;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects arrivals while the database is busy and writes them in one statement. Self-clocked: a
 * batch starts as soon as there is room for one, without a timer. Low load gets no added delay, and
 * under high load batches grow by themselves (docs/decisions/0003).
 */
export class Batcher<Item, Outcome> {
  readonly #options: BatcherOptions<Item, Outcome>;
  #queue: Waiting<Item, Outcome>[] = [];
  #inFlightCount = 0;
  #scheduled = false;
  batchCount = 0;
  itemCount = 0;

  constructor(options: BatcherOptions<Item, Outcome>) {
    this.#options = options;
  }

  /**
   * Resolves with the item's outcome after its batch has committed; rejects when that is not
   * certain.
   */
  add(item: Item): Promise<Outcome> {
    if (this.#queue.length >= this.#options.maxQueuedCount) {
      return Promise.reject(new QueueFullError());
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlightCount >= this.#options.maxInFlightCount) return;
    this.#scheduled = true;
    // Everything that this turn of the event loop still reads from its sockets joins the batch.
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    if (this.#queue.length === 0) return;
    const batch = this.#queue.splice(0, this.#options.maxBatchCount);
    this.#inFlightCount++;
    this.batchCount++;
    this.itemCount += batch.length;
    this.#options.flush(batch.map((waiting) => waiting.item)).then(
      (outcomes) => {
        this.#next();
        batch.forEach((waiting, index) => waiting.resolve(outcomes[index] as Outcome));
      },
      async (error: unknown) => {
        if (batch.length > 1 && this.#options.oneMayHaveFailed?.(error)) {
          for (const waiting of batch) await this.#alone(waiting);
          this.#next();
          return;
        }
        this.#next();
        for (const waiting of batch) waiting.reject(error);
      },
    );
  }

  async #alone({ item, resolve, reject }: Waiting<Item, Outcome>): Promise<void> {
    try {
      const [outcome] = await this.#options.flush([item]);
      resolve(outcome as Outcome);
    } catch (error) {
      reject(error);
    }
  }

  /**
   * Starts the next batch before the answers of the last one are written: the database stays busy.
   */
  #next(): void {
    this.#inFlightCount--;
    if (this.#queue.length > 0) this.#start();
  }
}
