/*
 * Takes entries in and batches them. States of an entry here: waiting, in flight, settled. A round
 * has one queue, by window and then by arrival; a batch leaves when the one before it is back.
 * Memory is bounded: beyond the bound a person gets her own second to retry, and the window
 * counts as crowded (docs/decisions/0019).
 */

import { randomUUID } from "node:crypto";
import type { Clock } from "../../../base/clock.ts";
import type { Sql } from "../../../db/connect.ts";
import { BloomFilter } from "../../bloomFilter.ts";
import type { Round } from "../../definition.ts";
import { longestQuietWaitMs } from "../../group.ts";
import { comeAgainSeconds, isCrowded, onHerWayUntilMs, windowMsOf } from "../rush.ts";
import { windowAt, windowSpan } from "../../window.ts";
import { enterBatch, markCrowded } from "./entryStore.ts";
import type { BatchKind, EntryOutcome, EntryTarget, NewEntry } from "./entryStore.ts";

/** Entries per statement: more delay everybody in the batch, fewer share a commit among less. */
const BATCH_COUNT = 500;
/**
 * Entries waiting in memory, of all rounds: 3 KB each with their connection, so 0.3 GB. More people
 * are told to retry, which is fair and slower.
 */
export const QUEUED_COUNT = 100_000;
/** People remembered as turned away, so that their first arrival counts: 0.1 KB each. */
const REMEMBERED_COUNT = 500_000;
/** While a round is crowded, its windows are marked this often, in ms. */
const MARK_EVERY_MS = 1_000;
/** How often a queue with people is looked at, in ms; a window must be marked before it is over. */
const LOOK_EVERY_MS = 100;
/** Looks at a window at least; windows may be shorter than a second. */
const LOOKS_PER_WINDOW = 4;
/** No window is open then: refused after everybody who is in one. */
const NO_WINDOW = Number.MAX_SAFE_INTEGER;

/** Told to retry in her own second; nothing is written. */
export interface ComeAgain {
  readonly ok: false;
  readonly why: "come_again";
  readonly seconds: number;
  /** Her first arrival, in ms; null: it was after closing, and nobody waits for her. */
  readonly firstCameMs: number | null;
}

/**
 * Takes entries one at a time; null while the same request is in flight. Benchmarks plug in
 * alternatives here.
 */
export interface EntryIntake {
  enter(target: EntryTarget, entry: NewEntry): Promise<EntryOutcome | ComeAgain | null>;
}

/** Writes a batch of entries of one window and returns the outcomes; `atMs` lies in the window. */
export type EntryWriter = (
  target: EntryTarget,
  entries: readonly NewEntry[],
  kind: BatchKind,
  atMs: number,
) => Promise<readonly EntryOutcome[]>;

/** Tells the database that people wait; the result is the marked window. */
export type CrowdMarker = (
  target: EntryTarget,
  mark: Omit<Parameters<typeof markCrowded>[2], "serverId">,
) => Promise<number | null>;

/** Writes batches on two dedicated connections, one per kind (docs/decisions/0003). */
export function databaseWriter(entryPool: Sql): EntryWriter {
  return (target, entries, kind, atMs) =>
    enterBatch(entryPool, target, entries, { nowMs: atMs, kind });
}

/** Marks windows on the same connections. */
export function databaseMarker(entryPool: Sql): CrowdMarker {
  const serverId = randomUUID();
  return (target, mark) => markCrowded(entryPool, target, { serverId, ...mark });
}

export interface IntakeOptions {
  readonly clock: Clock;
  readonly mark: CrowdMarker;
  /** A number from 0 to 1; spreads the seconds of retries. */
  readonly random?: () => number;
  readonly mostQueuedCount?: number;
  readonly mostBatchCount?: number;
  /** Calls back every so many ms until the returned function is called. */
  readonly every?: (ms: number, look: () => void) => () => void;
}

interface Waiting {
  readonly entry: NewEntry;
  readonly atMs: number;
  readonly resolve: (outcome: EntryOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** People of one window, in the order of arrival. */
interface WindowQueue {
  readonly windowNo: number;
  waiting: Waiting[];
}

const everyInterval = (ms: number, look: () => void) => {
  const timer = setInterval(look, ms).unref();
  return () => clearInterval(timer);
};

/** One round's queue in this process. */
class RoundQueue {
  /** Keys seen before: a repeated entry must not fail a batch of new people. */
  readonly #known = new BloomFilter();
  readonly #target: EntryTarget;
  readonly #write: EntryWriter;
  readonly #options: IntakeOptions;
  /** By window, the earliest first: two or three at most, as long as nobody waits for long. */
  readonly #windows: WindowQueue[] = [];
  #flying: WindowQueue | null = null;
  #scheduled = false;
  /** When people first came who were told to retry, by account. */
  readonly #turnedAway = new Map<string, number>();
  #unmarkedCount = 0;
  #longestWaitMs = 0;
  #onTheirWayUntilMs = 0;
  /** The first moment of this rush whose window has no mark yet, and the last one so far. */
  #unmarkedSinceMs: number | null = null;
  #crowdedMs = 0;
  #marked = { windowNo: -1, atMs: Number.NEGATIVE_INFINITY };
  #marking = false;
  #stopLooking: (() => void) | null = null;
  waitingCount = 0;
  batchCount = 0;
  itemCount = 0;

  constructor(target: EntryTarget, write: EntryWriter, options: IntakeOptions) {
    this.#target = target;
    this.#write = write;
    this.#options = options;
  }

  /**
   * The moment whose window must stay open: since when the first person who is here has waited, or
   * the first moment of this rush that no mark tells of yet. Null: nobody waits.
   */
  get heldSinceMs(): number | null {
    const moments = [this.#waitingSinceMs, this.#unmarkedSinceMs].filter((ms) => ms !== null);
    return moments.length === 0 ? null : Math.min(...moments);
  }

  /** Since when the first person who is here has waited for a window. */
  get #waitingSinceMs(): number | null {
    const held = [this.#flying, this.#windows[0]].flatMap((queue) =>
      queue && queue.windowNo !== NO_WINDOW ? (queue.waiting[0]?.atMs ?? []) : [],
    );
    return held.length === 0 ? null : Math.min(...held);
  }

  add(entry: NewEntry, cameMs: number): Promise<EntryOutcome> {
    const { round } = this.#target;
    const firstCameMs = this.#firstCameMs(entry, cameMs);
    if (this.#turnedAway.size > 0) this.#turnedAway.delete(entry.accountKey);
    const atMs = windowMsOf(round, { cameMs, firstCameMs });
    const queue = this.#queueOf(this.#numberAt(atMs));
    this.#lookOn();
    return new Promise((resolve, reject) => {
      const arrived = { ...entry, arrivedAtMs: firstCameMs };
      queue.waiting.push({ entry: arrived, atMs, resolve, reject });
      this.waitingCount++;
      this.#schedule();
    });
  }

  /**
   * The queue is full: she gets a second of her own, and her first arrival is kept. After closing
   * nobody waits for her.
   */
  turnAway(entry: NewEntry, cameMs: number): ComeAgain {
    const { clock, random = Math.random } = this.#options;
    const seconds = comeAgainSeconds(random());
    const { accountKey } = entry;
    const firstCameMs = this.#firstCameMs(entry, cameMs);
    if (windowAt(this.#target.round, firstCameMs) === null) {
      return { ok: false, why: "come_again", seconds, firstCameMs: null };
    }
    if (this.#turnedAway.size < REMEMBERED_COUNT) this.#turnedAway.set(accountKey, firstCameMs);
    this.#unmarkedCount++;
    const untilMs = onHerWayUntilMs({ nowMs: clock.nowMs(), seconds });
    this.#onTheirWayUntilMs = Math.max(this.#onTheirWayUntilMs, untilMs);
    this.look();
    return { ok: false, why: "come_again", seconds, firstCameMs };
  }

  /** Her first arrival: as this process remembers it, or as she can prove that a server saw it. */
  #firstCameMs({ accountKey, firstArrivedAtMs }: NewEntry, cameMs: number): number {
    return Math.min(this.#turnedAway.get(accountKey) ?? cameMs, firstArrivedAtMs ?? cameMs);
  }

  /** Marks the windows in which people wait too long. */
  look(): void {
    const nowMs = this.#options.clock.nowMs();
    const firstArrivedMs = this.#waitingSinceMs;
    const facts = {
      firstArrivedMs,
      turnedAwayCount: this.#unmarkedCount,
      onTheirWayUntilMs: this.#onTheirWayUntilMs,
    };
    const waitMs = firstArrivedMs === null ? 0 : Math.max(0, Math.floor(nowMs - firstArrivedMs));
    const { round } = this.#target;
    const crowded = isCrowded(round, facts, nowMs);
    if (crowded) {
      this.#crowdedMs = Math.min(nowMs, round.closesAtMs - 1);
      this.#longestWaitMs = Math.max(this.#longestWaitMs, waitMs);
      if (this.#numberAt(this.#crowdedMs) > this.#marked.windowNo) {
        this.#unmarkedSinceMs ??= this.#crowdedMs;
      }
    }
    if (crowded || this.#unmarkedSinceMs !== null) {
      this.#lookOn();
      void this.#mark(nowMs);
      return;
    }
    this.#longestWaitMs = 0;
    if (this.waitingCount > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = null;
  }

  /** Looks from time to time until nobody waits any more. */
  #lookOn(): void {
    if (this.#stopLooking !== null) return;
    const { every = everyInterval } = this.#options;
    const ms = Math.min(
      LOOK_EVERY_MS,
      (2 * longestQuietWaitMs(this.#target.round)) / LOOKS_PER_WINDOW,
    );
    this.#stopLooking = every(ms, () => this.look());
  }

  /** A mark for each window, and one a second for people who were turned away meanwhile. */
  async #mark(nowMs: number): Promise<void> {
    const throughAtMs = this.#crowdedMs;
    const windowNo = this.#numberAt(throughAtMs);
    const isMarked = windowNo <= this.#marked.windowNo;
    if (this.#marking || (isMarked && nowMs - this.#marked.atMs < MARK_EVERY_MS)) return;
    this.#marking = true;
    const turnedAwayCount = this.#unmarkedCount;
    const longestWaitMs = this.#longestWaitMs;
    this.#unmarkedCount = 0;
    try {
      const fromWindowNo = Math.min(windowNo, this.#numberAt(this.heldSinceMs ?? throughAtMs));
      const facts = { fromWindowNo, throughAtMs, turnedAwayCount, longestWaitMs, nowMs };
      const marked = await this.#options.mark(this.#target, facts);
      this.#marked = { windowNo: marked ?? windowNo, atMs: nowMs };
      // A rush that went on meanwhile holds the window after this one.
      const isBehind = marked !== null && this.#numberAt(this.#crowdedMs) > marked;
      this.#unmarkedSinceMs = isBehind
        ? windowSpan(this.#target.round, marked + 1).opensAtMs
        : null;
    } catch {
      // The database is away, and so is the seal: the next look marks the window.
      this.#unmarkedCount += turnedAwayCount;
    } finally {
      this.#marking = false;
    }
  }

  #numberAt(atMs: number): number {
    return windowAt(this.#target.round, atMs)?.windowNo ?? NO_WINDOW;
  }

  #queueOf(windowNo: number): WindowQueue {
    const last = this.#windows.at(-1);
    if (last?.windowNo === windowNo) return last;
    const known = this.#windows.find((queue) => queue.windowNo === windowNo);
    if (known) return known;
    const queue = { windowNo, waiting: [] };
    this.#windows.push(queue);
    this.#windows.sort((a, b) => a.windowNo - b.windowNo);
    return queue;
  }

  #schedule(): void {
    if (this.#scheduled || this.#flying) return;
    this.#scheduled = true;
    // Everything that this turn of the event loop still reads from its sockets joins the batch.
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #take(): WindowQueue | null {
    const queue = this.#windows[0];
    if (!queue) return null;
    const { windowNo } = queue;
    const waiting = queue.waiting.splice(0, this.#options.mostBatchCount ?? BATCH_COUNT);
    if (queue.waiting.length === 0) this.#windows.shift();
    return { windowNo, waiting };
  }

  /** Starts the next batch; people whose keys were seen before go in a statement of their own. */
  #start(): void {
    const batch = this.#take();
    if (!batch) return;
    this.#flying = batch;
    this.batchCount++;
    this.itemCount += batch.waiting.length;
    const kinds: Record<BatchKind, Waiting[]> = { new: [], mixed: [] };
    for (const waiting of batch.waiting) kinds[this.#kindOf(waiting.entry)].push(waiting);
    const atMs = batch.waiting.reduce((most, waiting) => Math.max(most, waiting.atMs), 0);
    const parts = [this.#flush("new", kinds.new, atMs), this.#flush("mixed", kinds.mixed, atMs)];
    void Promise.all(parts).then((settled) => {
      this.#flying = null;
      this.waitingCount -= batch.waiting.length;
      // The database has its next batch before the answers of this one are written.
      this.#start();
      for (const settle of settled) settle();
    });
  }

  #kindOf({ accountKey, phoneKey, emailKey }: NewEntry): BatchKind {
    let kind: BatchKind = "new";
    for (const key of [accountKey, phoneKey, emailKey]) {
      if (key !== null && this.#known.add(key)) kind = "mixed";
    }
    return kind;
  }

  /** Writes a part of a batch; never rejects. The result tells its people. */
  async #flush(kind: BatchKind, part: readonly Waiting[], atMs: number): Promise<() => void> {
    if (part.length === 0) return () => undefined;
    const entries = part.map(({ entry }) => entry);
    try {
      const outcomes = await this.#write(this.#target, entries, kind, atMs);
      return () => part.forEach(({ resolve }, index) => resolve(outcomes[index] as EntryOutcome));
    } catch (error) {
      return () => {
        for (const { reject } of part) reject(error);
      };
    }
  }
}

const keyOf = ({ saleNo, roundNo }: { readonly saleNo: number; readonly roundNo: number }) =>
  `${saleNo} ${roundNo}`;

/** One queue per round; see the top of the file. */
export class Intake implements EntryIntake {
  readonly #write: EntryWriter;
  readonly #options: IntakeOptions;
  /** By sale and round. */
  readonly #rounds = new Map<string, RoundQueue>();
  /** The same by the round as it came, which spares the hot path the key. */
  readonly #known = new WeakMap<Round, RoundQueue>();
  /**
   * Keys of requests in flight in this process (unique across accounts); a duplicate is told to
   * wait.
   */
  readonly #inFlight = new Set<string>();

  constructor(write: EntryWriter, options: IntakeOptions) {
    this.#write = write;
    this.#options = options;
  }

  /**
   * Resolves once the entry is committed or rejected, or its person is told to retry; null
   * while its duplicate is in flight.
   */
  async enter(target: EntryTarget, entry: NewEntry): Promise<EntryOutcome | ComeAgain | null> {
    if (this.#inFlight.has(entry.requestKey)) return null;
    const queue = this.#queueOf(target);
    const cameMs = entry.arrivedAtMs ?? this.#options.clock.nowMs();
    const { mostQueuedCount = QUEUED_COUNT } = this.#options;
    if (this.#inFlight.size >= mostQueuedCount) return queue.turnAway(entry, cameMs);
    this.#inFlight.add(entry.requestKey);
    try {
      return await queue.add(entry, cameMs);
    } finally {
      this.#inFlight.delete(entry.requestKey);
    }
  }

  /** Since when the first person of a round waits who is not in the database yet. */
  heldSinceMs(round: { readonly saleNo: number; readonly roundNo: number }): number | null {
    return this.#rounds.get(keyOf(round))?.heldSinceMs ?? null;
  }

  #queueOf(target: EntryTarget): RoundQueue {
    const { saleNo, round } = target;
    const known = this.#known.get(round);
    if (known) return known;
    const key = keyOf({ saleNo, roundNo: round.roundNo });
    const queue = this.#rounds.get(key) ?? new RoundQueue(target, this.#write, this.#options);
    this.#rounds.set(key, queue);
    this.#known.set(round, queue);
    return queue;
  }

  /** Mean batch size so far, for the benchmark's report. */
  meanBatchCount(): number {
    const all = [...this.#rounds.values()];
    const batches = all.reduce((sum, { batchCount }) => sum + batchCount, 0);
    return batches === 0 ? 0 : all.reduce((sum, { itemCount }) => sum + itemCount, 0) / batches;
  }
}
