import { Batcher } from "../../db/batcher.ts";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";
import type { Round } from "../definition.ts";
import { enterBatch, type EntryOutcome, type EntryTarget, type NewEntry } from "./entryStore.ts";

/** Entries in one statement: more delay everybody in the batch, fewer share a commit among less. */
const BATCH_COUNT = 500;
/** Entries that may wait in memory; beyond it people are asked to come again. */
const QUEUED_COUNT = 20_000;

/** Takes entries in, one at a time; null while the same request is in flight. Benchmarks put rivals here. */
export interface EntryIntake {
  enter(target: EntryTarget, entry: NewEntry): Promise<EntryOutcome | null>;
}

/** Turns a batch of entries into outcomes. */
export type EntryWriter = (
  target: EntryTarget,
  entries: readonly NewEntry[],
) => Promise<readonly EntryOutcome[]>;

/** Writes batches on two connections of their own (docs/decisions/0003). */
export function databaseWriter(lane: Sql, clock: Clock): EntryWriter {
  return (target, entries) => enterBatch(lane, target, entries, clock.nowMs());
}

/** The way in: one batcher for each round. */
export class Intake implements EntryIntake {
  readonly #write: EntryWriter;
  readonly #batchers = new Map<Round, Batcher<NewEntry, EntryOutcome>>();
  /** Keys of requests in flight in this process (each tells its account, too): a twin is told to wait. */
  readonly #inFlight = new Set<string>();

  constructor(write: EntryWriter) {
    this.#write = write;
  }

  /** Resolves once the entry is committed, or is known not to be; null while its twin is in flight. */
  async enter(target: EntryTarget, entry: NewEntry): Promise<EntryOutcome | null> {
    if (this.#inFlight.has(entry.requestKey)) return null;
    this.#inFlight.add(entry.requestKey);
    try {
      return await this.#batcher(target).add(entry);
    } finally {
      this.#inFlight.delete(entry.requestKey);
    }
  }

  #batcher(target: EntryTarget): Batcher<NewEntry, EntryOutcome> {
    let batcher = this.#batchers.get(target.round);
    if (!batcher) {
      batcher = new Batcher({
        flush: (entries) => this.#write(target, entries),
        maxBatchCount: BATCH_COUNT,
        maxInFlightCount: 2,
        maxQueuedCount: QUEUED_COUNT,
      });
      this.#batchers.set(target.round, batcher);
    }
    return batcher;
  }

  /** Entries in a batch on average so far; for the benchmark's report. */
  meanBatchCount(): number {
    const all = [...this.#batchers.values()];
    const batches = all.reduce((sum, batcher) => sum + batcher.batchCount, 0);
    return batches === 0 ? 0 : all.reduce((sum, batcher) => sum + batcher.itemCount, 0) / batches;
  }
}
