/*
 * Sealing, group by group; a quiet window is a group of its own (docs/decisions/0019). States of a
 * window: open (also after its end, while people of it wait), closed, fixed (the group's root is
 * stored, its beacon round awaited), sealed (the entries are in line).
 * (1) Close the windows of complete groups, after every commit still in flight. (2) Search for
 * people who are already in the line, and fix the root over the entries, with the beacon round that
 * it waits for. (3) After that round exists, reveal the secret and put the entries into the line.
 * Each step commits by itself and is resumed after a crash. A secret is never revealed before its
 * root is stored.
 */

import { fromHex } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, isPassing, type Sql } from "../../../db/connect.ts";
import { beaconRoundFor, beaconValue, type DrandChain } from "../../beacon/beacon.ts";
import type { Round } from "../../definition.ts";
import { completeGroups, type WindowGroup } from "../../group.ts";
import { chainSecrets, windowSeed } from "../../seed.ts";
import { lastEndedWindowNo, lastWindowNo, windowAt, windowSpan } from "../../window.ts";
import type { SharedTurn } from "../../sharedTurn.ts";
import { holdLease, type Lease } from "../../lease/io/leaseStore.ts";
import { insertSharedTurns, markSharedTurns, type TurnSharing } from "../../io/turnStore.ts";
import {
  analyzeLine,
  closeWindows,
  enterLine,
  lockRound,
  lockWindows,
  numberArrivals,
  readChainEnd,
  readGroupsWithoutRoot,
  readMarks,
  readRootedGroups,
  sealEmptyWindows,
  writeRoot,
  writeSeal,
  writeTurnFault,
  type RoundProgress,
} from "./sealStore.ts";
import type { WindowRoots } from "./windowRoots.ts";

/** Windows closed per transaction: a server that was down for an hour catches up in steps. */
const CLOSE_AT_ONCE = 1_000;
/**
 * Smaller windows join the line in seconds. Larger ones may take minutes, so they get a longer
 * statement timeout; a connection that falls silent then costs as long.
 */
const LARGE_WINDOW_COUNT = 200_000;
/** From this number of rows a plan may change. */
const ANALYZE_FROM_COUNT = 500;

export interface SealDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly lease: Lease;
  /** Aborts with a `LeaseLostError` once another worker has the lease; long work stops then. */
  readonly lost: AbortSignal;
  readonly roots: WindowRoots;
  /** Searches for people with several entries; null: no search. */
  readonly turns: TurnSharing | null;
  /** The beacon of the round's seeds; null without one. */
  readonly beacon: DrandChain | null;
  /** Tells who still waits at servers; absent: nobody does. */
  readonly arrivals?: HeldArrivals;
}

/**
 * People who arrived and are not in the database yet. A window whose people a live server holds is
 * not sealed; a server that gives no sign of life is waited for at most two seconds.
 */
export interface HeldArrivals {
  /** The arrival of the first of them, in ms; null: nobody waits. */
  heldSinceMs(round: { readonly saleNo: number; readonly roundNo: number }): number | null;
}

/** How many more joined the line of a round. */
interface JoinedMore {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly moreCount: number;
}

/** A worker's memory of rounds, by sale and round. */
export class RoundMemory {
  /** Secrets of a round's chain, computed once. */
  readonly #chains = new Map<string, readonly Uint8Array[]>();
  /** Entries in line, and that number at the last `analyze`. */
  readonly #joined = new Map<string, { count: number; analyzed: number }>();

  async secrets(deps: SealDeps, roundNo: number): Promise<readonly Uint8Array[]> {
    const key = `${deps.lease.saleNo} ${roundNo}`;
    const known = this.#chains.get(key);
    if (known) return known;
    const { saleNo } = deps.lease;
    const chain = must(await readChainEnd(deps.sql, { saleNo, roundNo }), "chain of a round");
    const chainEnd = fromHex(deps.keyring.decrypt(chain.cipher)) as Uint8Array;
    const secrets = chainSecrets(chainEnd, chain.length);
    this.#chains.set(key, secrets);
    return secrets;
  }

  /**
   * Whether the planner's statistics become outdated by so many more entries: from a few hundred
   * on, at each growth by half. Each `analyze` takes 0.2 to 0.8 s of a core from people who are
   * joining.
   */
  wantsStatistics({ saleNo, roundNo, moreCount }: JoinedMore): boolean {
    const key = `${saleNo} ${roundNo}`;
    const joined = this.#joined.get(key) ?? { count: 0, analyzed: 0 };
    this.#joined.set(key, joined);
    joined.count += moreCount;
    const due = joined.count >= Math.max(ANALYZE_FROM_COUNT, 1.5 * joined.analyzed);
    if (due) joined.analyzed = joined.count;
    return due;
  }
}

/** The windows that are over at `nowMs` and not closed yet, in order. */
function openEnded(
  deps: SealDeps,
  round: Round,
  progress: RoundProgress,
  nowMs: number,
): { readonly numbers: readonly number[]; readonly lastNo: number } {
  const { saleNo } = deps.lease;
  const lastNo = progress.accepting ? lastWindowNo(round) : (progress.lastWindowNo ?? -1);
  const over = progress.accepting ? lastEndedWindowNo(round, nowMs) : lastNo;
  const sinceMs = deps.arrivals?.heldSinceMs({ saleNo, roundNo: round.roundNo }) ?? null;
  // People who come after an early closing hold nothing up.
  const holds = sinceMs !== null && (progress.accepting || sinceMs < (progress.lastEndsAtMs ?? 0));
  const held = holds ? windowAt(round, sinceMs)?.windowNo : undefined;
  const ended = held === undefined ? over : Math.min(over, held - 1);
  const from = Math.max(progress.sealedThrough, progress.closedThrough ?? -1) + 1;
  const to = Math.min(ended, from + CLOSE_AT_ONCE - 1);
  return {
    numbers: Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i),
    lastNo,
  };
}

/**
 * Closes every complete group of windows that are over at `nowMs`. Locks the round's row at once in
 * its final mode (FOR NO KEY UPDATE): with FOR SHARE first, this deadlocked against a batch opening
 * a window, which holds the round's row shared and may wait for a window that is closed here.
 * Windows of an incomplete group are not locked: their people are entering.
 */
async function closeEndedWindows(deps: SealDeps, round: Round, nowMs: number): Promise<void> {
  const where = { saleNo: deps.lease.saleNo, roundNo: round.roundNo };
  for (;;) {
    const more = await inTransaction(deps.sql, async (tx) => {
      await holdLease(tx, deps.lease);
      const progress = must(await lockRound(tx, where), "a round that is sealed");
      const { numbers, lastNo } = openEnded(deps, round, progress, nowMs);
      const [first] = numbers;
      if (first === undefined) return false;
      const look = async (throughNo: number) => {
        const marks = await readMarks(tx, where, first);
        const markedAt = new Map(marks.map((mark) => [mark.windowNo, mark.markedAtMs]));
        const ended = numbers.map((windowNo) => ({
          windowNo,
          markedAtMs: markedAt.get(windowNo) ?? null,
        }));
        const groups = completeGroups(round, ended, { nowMs, lastNo });
        return { marks, groups: groups.filter((group) => group.windowNo <= throughNo) };
      };
      const through = (await look(lastNo)).groups.at(-1)?.windowNo;
      if (through === undefined) return false;
      const spans = numbers
        .filter((windowNo) => windowNo <= through)
        .map((windowNo) => windowSpan(round, windowNo));
      await lockWindows(tx, where, spans);
      // A server may have marked a window before the lock: what counts is read under it.
      const { groups, marks } = await look(through);
      await closeWindows(tx, where, groups, marks);
      await sealEmptyWindows(tx, where);
      return groups.length > 0 && numbers.length === CLOSE_AT_ONCE;
    });
    if (!more) return;
  }
}

/**
 * Finds the entries of one person before anything is fixed and before the draw is known. A failed
 * search does not delay the sale: each entry of the group keeps its own turn, and its last window
 * records why.
 */
async function shareTurns(
  deps: SealDeps,
  round: Round,
  group: WindowGroup,
  clock: Clock,
): Promise<void> {
  const { sql, turns, lease, lost } = deps;
  if (turns === null) return;
  const { saleNo } = lease;
  const { fromWindowNo, windowNo } = group;
  const where = { saleNo, roundNo: round.roundNo, fromWindowNo, windowNo };
  let found: readonly SharedTurn[] = [];
  let fault: string | null = null;
  try {
    found = await turns.find(where, lost);
  } catch (error) {
    // A lost lease is no failure of the search: the next holder searches.
    lost.throwIfAborted();
    // A database outage passes, and the group is searched afterwards.
    if (isPassing(error)) throw error;
    fault = (error as Error).message;
  }
  if (found.length === 0 && fault === null) return;
  await inTransaction(sql, async (tx) => {
    await holdLease(tx, lease);
    await insertSharedTurns(tx, { ...where, nowMs: clock.nowMs() }, found);
    await writeTurnFault(tx, where, fault);
  });
}

/**
 * Stores the root before the secret is used and before the beacon round exists: neither a crash nor
 * knowledge of the secrets can change it afterwards. Nothing is searched or computed again.
 */
async function fixRoot(
  deps: SealDeps,
  round: Round,
  { fromWindowNo, windowNo }: WindowGroup,
  clock: Clock,
): Promise<void> {
  const { saleNo } = deps.lease;
  const group = { saleNo, roundNo: round.roundNo, fromWindowNo, windowNo };
  if (round.mode === "first_come") {
    await inTransaction(deps.sql, async (tx) => {
      await holdLease(tx, deps.lease);
      await numberArrivals(tx, group);
    });
  }
  await shareTurns(deps, round, group, clock);
  const task = { saleNo, round, fromWindowNo, windowNo };
  const { root, entryCount } = await deps.roots.find(task, deps.lost);
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    // Read last: the search and the root over a million entries take their time.
    const atMs = clock.nowMs();
    const beaconRoundNo = deps.beacon && beaconRoundFor(deps.beacon, atMs);
    await writeRoot(tx, group, { root, entryCount, atMs, beaconRoundNo });
  });
}

/** A group with a stored root. */
interface FixedGroup extends WindowGroup {
  readonly root: Uint8Array;
  readonly entryCount: number;
  /** The beacon's part of its seed; null while its round is awaited. */
  readonly beacon: Uint8Array | null;
}

/** Without a beacon the seed's last part is empty, and the sale's public page says so. */
const NO_BEACON = new Uint8Array(0);

async function fixedGroups(deps: SealDeps, round: Round): Promise<FixedGroup[]> {
  const where = { saleNo: deps.lease.saleNo, roundNo: round.roundNo };
  const rows = await readRootedGroups(deps.sql, where, deps.beacon?.chainHash ?? null);
  return rows.map(({ signature, ...group }) => {
    const value = signature && beaconValue(signature);
    return { ...group, beacon: deps.beacon === null ? NO_BEACON : value };
  });
}

/** Reveals the secret of a group's last window and puts the entries into the line. */
async function joinLine(
  deps: SealDeps,
  round: Round,
  group: FixedGroup & { readonly beacon: Uint8Array },
  revealed: { readonly secret: Uint8Array; readonly nowMs: number },
): Promise<void> {
  const { fromWindowNo, windowNo, root, entryCount, beacon } = group;
  const { secret, nowMs } = revealed;
  const { saleNo } = deps.lease;
  const where = { saleNo, roundNo: round.roundNo, fromWindowNo, windowNo };
  const seed = windowSeed(secret, root, beacon);
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    if (entryCount > LARGE_WINDOW_COUNT) await tx.allow("line");
    await enterLine(tx, where, round.mode, seed);
    await markSharedTurns(tx, where);
    await writeSeal(tx, where, { secret, beacon, seed, entryCount, nowMs });
  });
}

/**
 * Seals every complete group of a round, as far as the beacon has come; returns how many groups
 * with entries joined the line. They join in order: none overtakes one that still waits for its
 * round.
 */
export async function sealRound(
  deps: SealDeps,
  memory: RoundMemory,
  round: Round,
  clock: Clock,
): Promise<number> {
  await closeEndedWindows(deps, round, clock.nowMs());
  const { saleNo } = deps.lease;
  const where = { saleNo, roundNo: round.roundNo };
  for (const group of await readGroupsWithoutRoot(deps.sql, where)) {
    await fixRoot(deps, round, group, clock);
  }
  const groups = await fixedGroups(deps, round);
  const waitsFrom = groups.findIndex((group) => group.beacon === null);
  const ready = waitsFrom === -1 ? groups : groups.slice(0, waitsFrom);
  if (ready.length === 0) return 0;
  const secrets = await memory.secrets(deps, round.roundNo);
  for (const group of ready) {
    const secret = secrets[group.windowNo] as Uint8Array;
    const beacon = group.beacon as Uint8Array;
    await joinLine(deps, round, { ...group, beacon }, { secret, nowMs: clock.nowMs() });
  }
  // A table that was empty a second ago has no statistics, and the planner then visits half a
  // million places one by one (seen: a batch of offers that ran for more than six seconds).
  const joinedCount = ready.reduce((sum, { entryCount }) => sum + entryCount, 0);
  if (memory.wantsStatistics({ saleNo, roundNo: round.roundNo, moreCount: joinedCount }))
    await analyzeLine(deps.sql);
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    await sealEmptyWindows(tx, where);
  });
  return ready.length;
}
