import { Batcher } from "../../db/batcher.ts";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";
import { enterBatch, type EntryOutcome, type EntryTarget, type NewEntry } from "./entryStore.ts";

/** Entries in one statement: more delay everybody in the batch, fewer share a commit among less. */
const BATCH_COUNT = 500;
/** Entries that may wait in memory; beyond it people are asked to come again. */
const QUEUED_COUNT = 20_000;

/** Writes entries: turns a batch into outcomes. The database, or nothing at all in a benchmark. */
export type EntryWriter = (
  target: EntryTarget,
  entries: readonly NewEntry[],
) => Promise<readonly EntryOutcome[]>;

/** Writes batches on one connection of their own, two pipelined (docs/decisions/0003). */
export function databaseWriter(lane: Sql, clock: Clock): EntryWriter {
  return (target, entries) => enterBatch(lane, target, entries, clock.nowMs());
}

/** The way in: one batcher for each round, all writing through one connection. */
export class Intake {
  readonly #write: EntryWriter;
  readonly #batchers = new Map<string, Batcher<NewEntry, EntryOutcome>>();
  /** Keys of requests in flight in this process: a second one is told to wait. */
  readonly #inFlight = new Set<string>();

  constructor(write: EntryWriter) {
    this.#write = write;
  }

  /** Resolves once the entry is committed, or is known not to be; null while its twin is in flight. */
  enter(target: EntryTarget, entry: NewEntry): Promise<EntryOutcome> | null {
    const flight = `${entry.accountKey} ${entry.requestKey}`;
    if (this.#inFlight.has(flight)) return null;
    this.#inFlight.add(flight);
    return this.#batcher(target)
      .add(entry)
      .finally(() => this.#inFlight.delete(flight));
  }

  #batcher(target: EntryTarget): Batcher<NewEntry, EntryOutcome> {
    const key = `${target.saleNo} ${target.round.roundNo}`;
    let batcher = this.#batchers.get(key);
    if (!batcher) {
      batcher = new Batcher({
        flush: (entries) => this.#write(target, entries),
        maxBatchCount: BATCH_COUNT,
        maxInFlightCount: 2,
        maxQueuedCount: QUEUED_COUNT,
      });
      this.#batchers.set(key, batcher);
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
