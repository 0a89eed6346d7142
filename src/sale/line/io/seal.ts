/*
 * Sealing. States of a window: open, closed, fixed (its root is stored, its beacon round awaited),
 * sealed (its entries are in line).
 * (1) Close the windows that are over, after every commit still in flight. (2) Search for people
 * who are already in the line, and fix the root over the entries, with the beacon round that it
 * waits for. (3) After that round exists, reveal the secret and put the entries into the line. Each
 * step commits by itself and is resumed after a crash. A secret is never revealed before its root
 * is stored.
 */

import { fromHex } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, isPassing, type Sql } from "../../../db/connect.ts";
import { beaconRoundFor, beaconValue, type DrandChain } from "../../beacon/beacon.ts";
import type { Round } from "../../definition.ts";
import { chainSecrets, windowSeed } from "../../seed.ts";
import { lastEndedWindowNo, windowSpan } from "../../window.ts";
import type { SharedTurn } from "../../sharedTurn.ts";
import { holdLease, type Lease } from "../../lease/io/leaseStore.ts";
import { insertSharedTurns, markSharedTurns, type TurnSharing } from "../../io/turnStore.ts";
import {
  analyzeLine,
  closeWindows,
  enterLine,
  lockRound,
  readChainEnd,
  readRootedWindows,
  readWindowsWithoutRoot,
  sealEmptyWindows,
  writeRoot,
  writeSeal,
  writeTurnFault,
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

/**
 * Closes every window of the round that is over at `nowMs`. Locks the round's row at once in its
 * final mode (FOR NO KEY UPDATE): with FOR SHARE first, this deadlocked against a batch opening a
 * window, which holds the round's row shared and may wait for a window that is closed here.
 */
async function closeEndedWindows(deps: SealDeps, round: Round, nowMs: number): Promise<void> {
  const where = { saleNo: deps.lease.saleNo, roundNo: round.roundNo };
  for (;;) {
    const more = await inTransaction(deps.sql, async (tx) => {
      await holdLease(tx, deps.lease);
      const progress = must(await lockRound(tx, where), "a round that is sealed");
      const from = progress.sealedThrough + 1;
      const ended = progress.accepting
        ? lastEndedWindowNo(round, nowMs)
        : (progress.lastWindowNo ?? -1);
      const to = Math.min(ended, from + CLOSE_AT_ONCE - 1);
      if (to < from) return false;
      const spans = Array.from({ length: to - from + 1 }, (_, i) => windowSpan(round, from + i));
      await closeWindows(tx, where, spans);
      await sealEmptyWindows(tx, where);
      return to < ended;
    });
    if (!more) return;
  }
}

/**
 * Finds the entries of one person before anything is fixed and before the draw is known. A failed
 * search does not delay the sale: each entry of the window keeps its own turn, and the window
 * records why.
 */
async function shareTurns(
  deps: SealDeps,
  round: Round,
  windowNo: number,
  clock: Clock,
): Promise<void> {
  const { sql, turns, lease, lost } = deps;
  if (turns === null) return;
  const { saleNo } = lease;
  const where = { saleNo, roundNo: round.roundNo, windowNo };
  let found: readonly SharedTurn[] = [];
  let fault: string | null = null;
  try {
    found = await turns.find(where, lost);
  } catch (error) {
    // A lost lease is no failure of the search: the next holder searches.
    lost.throwIfAborted();
    // A database outage passes, and the window is searched afterwards.
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
  windowNo: number,
  clock: Clock,
): Promise<void> {
  const { saleNo } = deps.lease;
  await shareTurns(deps, round, windowNo, clock);
  const { root, entryCount } = await deps.roots.find({ saleNo, round, windowNo }, deps.lost);
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    // Read last: the search and the root over a million entries take their time.
    const atMs = clock.nowMs();
    const beaconRoundNo = deps.beacon && beaconRoundFor(deps.beacon, atMs);
    const window = { saleNo, roundNo: round.roundNo, windowNo };
    await writeRoot(tx, window, { root, entryCount, atMs, beaconRoundNo });
  });
}

/** A window with a stored root. */
interface FixedWindow {
  readonly windowNo: number;
  readonly root: Uint8Array;
  readonly entryCount: number;
  /** The beacon's part of its seed; null while its round is awaited. */
  readonly beacon: Uint8Array | null;
}

/** Without a beacon the seed's last part is empty, and the sale's public page says so. */
const NO_BEACON = new Uint8Array(0);

async function fixedWindows(deps: SealDeps, round: Round): Promise<FixedWindow[]> {
  const where = { saleNo: deps.lease.saleNo, roundNo: round.roundNo };
  const rows = await readRootedWindows(deps.sql, where, deps.beacon?.chainHash ?? null);
  return rows.map(({ windowNo, root, entryCount, signature }) => {
    const value = signature && beaconValue(signature);
    return { windowNo, root, entryCount, beacon: deps.beacon === null ? NO_BEACON : value };
  });
}

/** Reveals a window's secret and puts its entries into the line. */
async function joinLine(
  deps: SealDeps,
  round: Round,
  window: FixedWindow & { readonly beacon: Uint8Array },
  revealed: { readonly secret: Uint8Array; readonly nowMs: number },
): Promise<void> {
  const { windowNo, root, entryCount, beacon } = window;
  const { secret, nowMs } = revealed;
  const where = { saleNo: deps.lease.saleNo, roundNo: round.roundNo, windowNo };
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
 * Seals every window of a round that is over, as far as the beacon has come; returns how many
 * windows with entries joined the line. Windows join in order: none overtakes one that still waits
 * for its round.
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
  for (const windowNo of await readWindowsWithoutRoot(deps.sql, where)) {
    await fixRoot(deps, round, windowNo, clock);
  }
  const windows = await fixedWindows(deps, round);
  const waitsFrom = windows.findIndex((window) => window.beacon === null);
  const ready = waitsFrom === -1 ? windows : windows.slice(0, waitsFrom);
  if (ready.length === 0) return 0;
  const secrets = await memory.secrets(deps, round.roundNo);
  for (const window of ready) {
    const secret = secrets[window.windowNo] as Uint8Array;
    const beacon = window.beacon as Uint8Array;
    await joinLine(deps, round, { ...window, beacon }, { secret, nowMs: clock.nowMs() });
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
