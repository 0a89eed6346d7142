import { fromHex } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { inTransaction, isPassing, type Sql, type Transaction } from "../../../db/connect.ts";
import { beaconRoundFor, beaconValue, type DrandChain } from "../../beacon/beacon.ts";
import type { Round } from "../../definition.ts";
import { chainSecrets, windowSeed } from "../../seed.ts";
import { lastEndedWindowNo, windowSpan } from "../../window.ts";
import type { SharedTurn } from "../../sharedTurn.ts";
import { holdLease, type Lease } from "../../lease/io/leaseStore.ts";
import { insertSharedTurns, markSharedTurns, type TurnSharing } from "../../io/turnStore.ts";
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
    const [row] = await deps.sql<{ chain_end_cipher: Buffer; chain_length: number }[]>`
      select chain_end_cipher, chain_length from sale_round
      where sale_no = ${deps.lease.saleNo} and round_no = ${roundNo}`;
    const chainEnd = fromHex(deps.keyring.decrypt(row!.chain_end_cipher)) as Uint8Array;
    const secrets = chainSecrets(chainEnd, row!.chain_length);
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
  const { saleNo } = deps.lease;
  for (;;) {
    const more = await inTransaction(deps.sql, async (tx) => {
      await holdLease(tx, deps.lease);
      const [state] = await tx<
        { accepting: boolean; sealed_through: number; last: number | null }[]
      >`
        select r.accepting, r.sealed_through,
          (select max(window_no) from sale_window w where w.sale_no = r.sale_no
            and w.round_no = r.round_no) as last
        from sale_round r where sale_no = ${saleNo} and round_no = ${round.roundNo}
        for no key update of r`;
      const from = state!.sealed_through + 1;
      const ended = state!.accepting ? lastEndedWindowNo(round, nowMs) : (state!.last ?? -1);
      const to = Math.min(ended, from + CLOSE_AT_ONCE - 1);
      if (to < from) return false;
      await closeWindows(tx, saleNo, round, from, to);
      await sealEmptyWindows(tx, saleNo, round.roundNo);
      return to < ended;
    });
    if (!more) return;
  }
}

/**
 * The row lock below is what no late commit slips past: a batch that is entering holds the row
 * FOR SHARE until its commit, and one that comes later finds the window closed.
 */
async function closeWindows(
  tx: Transaction,
  saleNo: number,
  round: Round,
  from: number,
  to: number,
): Promise<void> {
  const spans = Array.from({ length: to - from + 1 }, (_, i) => windowSpan(round, from + i));
  await tx`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    select ${saleNo}, ${round.roundNo}, window_no, opens_at, closes_at
    from unnest(${spans.map((span) => span.windowNo)}::int[],
      ${spans.map((span) => new Date(span.opensAtMs).toISOString())}::timestamptz[],
      ${spans.map((span) => new Date(span.closesAtMs).toISOString())}::timestamptz[])
      as span (window_no, opens_at, closes_at)
    on conflict do nothing`;
  await tx`
    select 1 from sale_window
    where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no between ${from} and ${to}
    order by window_no for update`;
  await tx`
    update sale_window set state = 'closed'
    where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no between ${from} and ${to}
      and state = 'open'`;
}

/**
 * Windows that nobody entered need no secret: they are passed over at once, up to the first full one. Each is
 * looked up by its number: as `not exists` the database compares all entries of the round with them, each time.
 */
async function sealEmptyWindows(tx: Transaction, saleNo: number, roundNo: number): Promise<void> {
  await tx`
    update sale_window w set state = 'sealed', entry_count = 0
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'closed'
      and (select e.window_no from entry e where e.sale_no = w.sale_no
        and e.round_no = w.round_no and e.window_no = w.window_no limit 1) is null`;
  await tx`
    update sale_round r set sealed_through = coalesce(
      (select min(window_no) - 1 from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no and w.state <> 'sealed'),
      (select max(window_no) from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no), sealed_through)
    where sale_no = ${saleNo} and round_no = ${roundNo}`;
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
    await tx`
      update sale_window set turn_fault = ${fault}
      where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no = ${windowNo}`;
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
    const fixedAtMs = clock.nowMs();
    const beaconRoundNo = deps.beacon && beaconRoundFor(deps.beacon, fixedAtMs);
    await tx`
      update sale_window set root = ${Buffer.from(root)}, entry_count = ${entryCount},
        root_fixed_at = ${new Date(fixedAtMs)}, beacon_round_no = ${beaconRoundNo}
      where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no = ${windowNo}`;
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
  const rows = await deps.sql<
    { window_no: number; root: Buffer; entry_count: number; signature: Buffer | null }[]
  >`
    select w.window_no, w.root, w.entry_count, b.signature
    from sale_window w left join beacon_round b
      on b.chain_hash = ${deps.beacon?.chainHash ?? null} and b.beacon_round_no = w.beacon_round_no
    where w.sale_no = ${deps.lease.saleNo} and w.round_no = ${round.roundNo} and w.state = 'closed'
      and w.root is not null
    order by w.window_no`;
  return rows.map(({ window_no: windowNo, root, entry_count: entryCount, signature }) => {
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
  const { saleNo } = deps.lease;
  const { windowNo, root, entryCount, beacon } = window;
  const { secret, nowMs } = revealed;
  const seed = windowSeed(secret, root, beacon);
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    if (entryCount > LARGE_WINDOW_COUNT) await tx.allow("line");
    await enterLine(tx, saleNo, round, windowNo, seed);
    await markSharedTurns(tx, { saleNo, roundNo: round.roundNo, windowNo });
    await tx`
      update sale_window set state = 'sealed', secret = ${Buffer.from(secret)},
        beacon = ${Buffer.from(beacon)}, seed = ${Buffer.from(seed)}, sealed_at = ${new Date(nowMs)},
        after_movement_no = (select coalesce(max(movement_no), 0) from stock_movement
          where sale_no = ${saleNo})
      where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no = ${windowNo}`;
    await tx`
      update sale_round set sealed_through = ${windowNo}, next_place_no = next_place_no + ${entryCount}
      where sale_no = ${saleNo} and round_no = ${round.roundNo}`;
  });
}

/**
 * rank = SHA-256(seed ‖ entryId), in SQL because half a million ranks need not travel; `fsck` and
 * `verify` recompute them outside. First come ranks by the arrival number's eight bytes.
 */
async function enterLine(
  tx: Transaction,
  saleNo: number,
  round: Round,
  windowNo: number,
  seed: Uint8Array,
): Promise<void> {
  const rank =
    round.mode === "first_come"
      ? tx`int8send(arrival_no)`
      : tx`sha256(${Buffer.from(seed)}::bytea || uuid_send(entry_id))`;
  await tx`
    insert into line_place (sale_no, round_no, entry_id, account_key, phone_key, email_key, window_no,
      tier, rank, place_no, channel_no, preferences, state)
    select ${saleNo}, ${round.roundNo}, entry_id, account_key, phone_key, email_key, ${windowNo}, tier,
      rank,
      (select next_place_no from sale_round where sale_no = ${saleNo} and round_no = ${round.roundNo})
        + row_number() over (order by rank) - 1,
      channel_no, string_to_array(preferences, '.')::smallint[], 'waiting'
    from (select entry_id, account_key, phone_key, email_key, tier, channel_no, preferences,
        ${rank} as rank from entry
      where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no = ${windowNo}) ranked`;
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
  const open = await deps.sql<{ window_no: number }[]>`
    select window_no from sale_window
    where sale_no = ${deps.lease.saleNo} and round_no = ${round.roundNo} and state = 'closed'
      and root is null
    order by window_no`;
  for (const { window_no } of open) await fixRoot(deps, round, window_no, clock);
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
  const { saleNo } = deps.lease;
  if (memory.wantsStatistics(saleNo, round.roundNo, joinedCount)) {
    await deps.sql`analyze line_place, entry`;
  }
  await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    await sealEmptyWindows(tx, saleNo, round.roundNo);
  });
  return ready.length;
}
