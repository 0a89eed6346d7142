import { Batcher } from "./batcher.ts";
import { isPassing } from "./connect.ts";
import { KeyedMutex } from "./keyedMutex.ts";

/** Items in one transaction: more would hold their rows for longer, fewer share a commit among less. */
const TOGETHER_COUNT = 64;
const QUEUED_COUNT = 10_000;
/** As long as a statement waits for a lock. */
const TIMEOUT_MS = 5_000;

/** Not where the database is away, or a row is held for long: each would wait for that again, one after the other. */
const oneMayHaveSpoilt = (error: unknown): boolean => !isPassing(error);

export interface TogetherOptions<Item, Outcome> {
  /** What an item is about: two about the same follow each other, so no batch has both. */
  readonly about: (item: Item) => string;
  /** Does the work of several items in one transaction, and gives an outcome for each, in order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Outcome[]>;
}

/**
 * Has a crowd's transactions done together: what comes while the database is busy goes into one. Where that
 * fails, each is tried by itself. Rejects like a lock timeout for who waited too long for another about the same.
 */
export function groupCommit<Item, Outcome>({
  about,
  flush,
}: TogetherOptions<Item, Outcome>): (item: Item) => Promise<Outcome> {
  const inHand = new KeyedMutex();
  const batcher = new Batcher<Item, Outcome>({
    flush,
    oneMayHaveSpoilt,
    maxBatchCount: TOGETHER_COUNT,
    maxInFlightCount: 1,
    maxQueuedCount: QUEUED_COUNT,
  });
  return (item) => inHand.run([about(item)], TIMEOUT_MS, () => batcher.add(item));
}
