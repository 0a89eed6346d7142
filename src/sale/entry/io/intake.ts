/*
 * Takes entries in and batches them. States of an entry here: queued, in flight, settled. Memory is
 * bounded; beyond the bound callers get 503 and retry.
 */

import { Batcher } from "../../../db/batcher.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Sql } from "../../../db/connect.ts";
import type { Round } from "../../definition.ts";
import { BloomFilter } from "../../bloomFilter.ts";
import { enterBatch } from "./entryStore.ts";
import type { BatchKind, EntryOutcome, EntryTarget, NewEntry } from "./entryStore.ts";

/** Entries per statement: more delay everybody in the batch, fewer share a commit among less. */
const BATCH_COUNT = 500;
/** Entries waiting in memory; beyond it callers get 503 with Retry-After. */
const QUEUED_COUNT = 20_000;

/**
 * Takes entries one at a time; null while the same request is in flight. Benchmarks plug in
 * alternatives here.
 */
export interface EntryIntake {
  enter(target: EntryTarget, entry: NewEntry): Promise<EntryOutcome | null>;
}

/** Writes a batch of entries and returns the outcomes. */
export type EntryWriter = (
  target: EntryTarget,
  entries: readonly NewEntry[],
  kind: BatchKind,
) => Promise<readonly EntryOutcome[]>;

/** Writes batches on two dedicated connections, one per kind (docs/decisions/0003). */
export function databaseWriter(entryPool: Sql, clock: Clock): EntryWriter {
  return (target, entries, kind) =>
    enterBatch(entryPool, target, entries, { nowMs: clock.nowMs(), kind });
}

/** This process's knowledge of a round. */
interface RoundIntake {
  /** Keys seen before: a repeated entry must not fail a batch of new people. */
  readonly known: BloomFilter;
  readonly batchers: Readonly<Record<BatchKind, Batcher<NewEntry, EntryOutcome>>>;
}

/** Two batchers per round: one for people who are new to this process, one for everybody else. */
export class Intake implements EntryIntake {
  readonly #write: EntryWriter;
  readonly #rounds = new Map<Round, RoundIntake>();
  /**
   * Keys of requests in flight in this process (unique across accounts); a duplicate is told to
   * wait.
   */
  readonly #inFlight = new Set<string>();

  constructor(write: EntryWriter) {
    this.#write = write;
  }

  /** Resolves once the entry is committed or rejected; null while its duplicate is in flight. */
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

  /** Mean batch size so far, for the benchmark's report. */
  meanBatchCount(): number {
    const all = [...this.#rounds.values()].flatMap(({ batchers }) => Object.values(batchers));
    const batches = all.reduce((sum, batcher) => sum + batcher.batchCount, 0);
    return batches === 0 ? 0 : all.reduce((sum, batcher) => sum + batcher.itemCount, 0) / batches;
  }
}
