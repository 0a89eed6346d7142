/*
 * Group commit: many small transactions of a crowd run as one. One item's failure must not fail the
 * others.
 */

import { Batcher } from "./batcher.ts";
import { isPassing } from "./connect.ts";
import { DEADLINES } from "./deadlines.ts";
import { KeyedMutex } from "./keyedMutex.ts";

/** Items per transaction: more hold their rows longer, fewer share a commit among less. */
const GROUP_COUNT = 64;
const QUEUED_COUNT = 10_000;
/** That of a statement that waits for a row in the database. */
const TIMEOUT_MS = DEADLINES.request.lockMs;

/**
 * Not if the database is away or a row is locked for long: each single retry would wait for that
 * again.
 */
const oneMayHaveFailed = (error: unknown): boolean => !isPassing(error);

export interface GroupCommitOptions<Item, Outcome> {
  /**
   * The subjects of an item. Items about one subject run one after the other, never in one batch.
   */
  readonly about: (item: Item) => string | readonly string[];
  /**
   * Does the work of several items in one transaction and returns one outcome per item, in order.
   */
  readonly flush: (items: readonly Item[]) => Promise<readonly Outcome[]>;
}

/**
 * Runs a crowd's transactions in groups: items that arrive while the database is busy go into one
 * transaction. If it fails, each item is retried alone. An item that waits too long for another one
 * about the same subject rejects like a lock timeout.
 */
export function groupCommit<Item, Outcome>({
  about,
  flush,
}: GroupCommitOptions<Item, Outcome>): (item: Item) => Promise<Outcome> {
  const inHand = new KeyedMutex();
  const batcher = new Batcher<Item, Outcome>({
    flush,
    oneMayHaveFailed,
    maxBatchCount: GROUP_COUNT,
    maxInFlightCount: 1,
    maxQueuedCount: QUEUED_COUNT,
  });
  return (item) => inHand.run([about(item)].flat(), TIMEOUT_MS, () => batcher.add(item));
}
