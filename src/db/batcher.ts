/** Said when more waits than can be written soon: the caller answers "come again", not an error. */
export class QueueFullError extends Error {
  override name = "QueueFullError";
}

export interface BatcherOptions<Item, Outcome> {
  /** Writes a batch and returns one outcome for each item, in order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  /** Items in one statement. Larger ones add delay, smaller ones waste round trips. */
  readonly maxBatchCount: number;
  /** Batches on the way at once: with two the database never waits for this process. */
  readonly maxInFlightCount: number;
  /** Items that may wait; more are refused at once, so memory stays bounded. */
  readonly maxQueuedCount: number;
  /**
   * Whether an error may come from one item of several: then each of the batch is tried by itself, so that
   * one spoils nothing for the others. Without it a batch fails as a whole.
   */
  readonly oneMayHaveSpoilt?: (error: unknown) => boolean;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what arrives while the database is busy and writes it in one statement. Self-clocked: it
 * starts a batch as soon as there is room for one and never waits on a timer, so under low load it
 * adds nothing and under high load batches grow by themselves (docs/decisions/0003).
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

  /** Resolves with the item's outcome once its batch is committed; rejects when it may not be. */
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
        if (batch.length > 1 && this.#options.oneMayHaveSpoilt?.(error)) {
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

  /** The next batch leaves before the answers of this one are written: the database stays busy. */
  #next(): void {
    this.#inFlightCount--;
    if (this.#queue.length > 0) this.#start();
  }
}
