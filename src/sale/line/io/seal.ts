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

/*
 * Sealing: (1) close the windows that are over, waiting for every commit that is still on its way
 * into them; (2) find who is in the line already, and fix the root over a window's entries, with the round of
 * the beacon that it waits for; (3) only then, when that round is there, reveal its secret and put its entries
 * into the line. Each step commits by itself and can be taken up again after a crash.
 */

/** Windows closed in one transaction: a server that was down for an hour catches up in steps. */
const CLOSE_AT_ONCE = 1_000;
/** Fewer join the line in seconds. More may take minutes, and a connection that falls silent then costs as long. */
const LARGE_WINDOW_COUNT = 200_000;
/** So many places may change a plan. */
const ANALYZE_FROM_COUNT = 500;

export interface SealDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly lease: Lease;
  /** Aborted with a `LeaseLostError` once another worker has the lease: long work ends then. */
  readonly lost: AbortSignal;
  readonly roots: WindowRoots;
  /** Who looks for people that are in the line more than once; null where nobody does. */
  readonly turns: TurnSharing | null;
  /** The beacon that the round's seeds take in; null where none is used. */
  readonly beacon: DrandChain | null;
}

/** What a worker remembers of rounds, by sale and round. */
export class RoundMemory {
  /** Secrets of a round's chain: computed once. */
  readonly #chains = new Map<string, readonly Uint8Array[]>();
  /** How many joined the line, and how many had when the tables were last looked through. */
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
   * Whether so many more in the line make the planner's statistics old: from a few hundred on, each time when
   * there are half as many again. Each time takes 0.2 to 0.8 s of a core from those who are joining.
   */
  wantsStatistics(saleNo: number, roundNo: number, moreCount: number): boolean {
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
 * Closes every window of the round that is over at `nowMs`. The round's row is taken as it will be written: whoever
 * opens a window holds it shared and may wait for a window that is closed here, and then both waited for each other.
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
 * Puts the entries of one person together, before anything is fixed and before chance is known. A search
 * that fails holds no sale up: each entry of the window keeps a turn of its own, and the window says why.
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
    // Nor is a lost lease a fault of the search: the next holder searches.
    lost.throwIfAborted();
    // A database that is away comes back, and the window with it: then it is searched as every other.
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
 * The root is on record before the secret is looked at and before the beacon's round exists: neither a crash
 * nor whoever knows the secrets can change what it was. Nothing is searched or computed for it again.
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

/** A window whose root is fixed. */
interface FixedWindow {
  readonly windowNo: number;
  readonly root: Uint8Array;
  readonly entryCount: number;
  /** What the beacon gives to its seed; null while its round is awaited. */
  readonly beacon: Uint8Array | null;
}

/** Where no beacon is used the seed's last part is empty, and the sale's public page says so. */
const NO_BEACON = new Uint8Array(0);

async function fixedWindows(deps: SealDeps, round: Round): Promise<FixedWindow[]> {
  const where = { saleNo: deps.lease.saleNo, roundNo: round.roundNo };
  const rows = await readRootedWindows(deps.sql, where, deps.beacon?.chainHash ?? null);
  return rows.map(({ windowNo, root, entryCount, signature }) => {
    const value = signature && beaconValue(signature);
    return { windowNo, root, entryCount, beacon: deps.beacon === null ? NO_BEACON : value };
  });
}

/** Reveals a window's secret, and puts its entries into the line. */
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
 * Seals every window of a round that is over, as far as the beacon has come; returns how many with entries
 * joined the line. Windows join in their order: none overtakes one that still waits for its round.
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
  // A table that was empty a second ago has no statistics, and the planner goes down half a million
  // places one by one (seen: one batch of offers that ran for more than six seconds).
  const joinedCount = ready.reduce((sum, { entryCount }) => sum + entryCount, 0);
  if (memory.wantsStatistics(saleNo, round.roundNo, joinedCount)) await analyzeLine(deps.sql);
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    await sealEmptyWindows(tx, where);
  });
  return ready.length;
}
