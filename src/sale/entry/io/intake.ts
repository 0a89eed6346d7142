import { Batcher } from "../../../db/batcher.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Sql } from "../../../db/connect.ts";
import type { Round } from "../../definition.ts";
import { BloomFilter } from "../../bloomFilter.ts";
import { enterBatch } from "./entryStore.ts";
import type { BatchKind, EntryOutcome, EntryTarget, NewEntry } from "./entryStore.ts";

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
  kind: BatchKind,
) => Promise<readonly EntryOutcome[]>;

/** Writes batches on two connections of their own, one for each kind (docs/decisions/0003). */
export function databaseWriter(lane: Sql, clock: Clock): EntryWriter {
  return (target, entries, kind) =>
    enterBatch(lane, target, entries, { nowMs: clock.nowMs(), kind });
}

/** What a process knows of a round that people join through it. */
interface RoundIntake {
  /** Keys that came before: who comes again must not spoil a batch of those who are new. */
  readonly known: BloomFilter;
  readonly batchers: Readonly<Record<BatchKind, Batcher<NewEntry, EntryOutcome>>>;
}

/** The way in: two batchers for each round, one for people who are new to this process and one for all others. */
export class Intake implements EntryIntake {
  readonly #write: EntryWriter;
  readonly #rounds = new Map<Round, RoundIntake>();
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
      const { known, batchers } = this.#round(target);
      const keys = [entry.accountKey, entry.phoneKey, entry.emailKey];
      let kind: BatchKind = "new";
      for (const key of keys) if (key !== null && known.add(key)) kind = "mixed";
      return await batchers[kind].add(entry);
    } finally {
      this.#inFlight.delete(entry.requestKey);
    }
  }

  #round(target: EntryTarget): RoundIntake {
    let round = this.#rounds.get(target.round);
    if (!round) {
      const batcher = (kind: BatchKind) =>
        new Batcher<NewEntry, EntryOutcome>({
          flush: (entries) => this.#write(target, entries, kind),
          maxBatchCount: BATCH_COUNT,
          maxInFlightCount: 1,
          maxQueuedCount: QUEUED_COUNT,
        });
      round = {
        known: new BloomFilter(),
        batchers: { new: batcher("new"), mixed: batcher("mixed") },
      };
      this.#rounds.set(target.round, round);
    }
    return round;
  }

  /** Entries in a batch on average so far; for the benchmark's report. */
  meanBatchCount(): number {
    const all = [...this.#rounds.values()].flatMap(({ batchers }) => Object.values(batchers));
    const batches = all.reduce((sum, batcher) => sum + batcher.batchCount, 0);
    return batches === 0 ? 0 : all.reduce((sum, batcher) => sum + batcher.itemCount, 0) / batches;
  }
}
