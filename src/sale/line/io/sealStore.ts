/* All SQL about sealing: closed windows, their roots, and entries that join the line. */

import type { Query, Sql, Transaction } from "../../../db/connect.ts";
import type { Round } from "../../definition.ts";
import type { WindowSpan } from "../../window.ts";

/** A round of a sale. */
export interface RoundKey {
  readonly saleNo: number;
  readonly roundNo: number;
}

/** A window of a round. */
export interface WindowKey extends RoundKey {
  readonly windowNo: number;
}

/** The encrypted end of a round's chain of secrets, and its length. */
export async function readChainEnd(
  sql: Query,
  { saleNo, roundNo }: RoundKey,
): Promise<{ readonly cipher: Buffer; readonly length: number } | null> {
  const [row] = await sql<{ cipher: Buffer; length: number }[]>`
    select chain_end_cipher as cipher, chain_length as length from sale_round
    where sale_no = ${saleNo} and round_no = ${roundNo}`;
  return row ?? null;
}

/** How far a round is sealed. */
export interface RoundProgress {
  readonly accepting: boolean;
  readonly sealedThrough: number;
  /** The last window with a row; null if none has one. */
  readonly lastWindowNo: number | null;
}

/** Locks the round's row in the mode of its update. */
export async function lockRound(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
): Promise<RoundProgress | null> {
  const [row] = await tx<RoundProgress[]>`
    select r.accepting, r.sealed_through,
      (select max(window_no) from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no) as last_window_no
    from sale_round r where sale_no = ${saleNo} and round_no = ${roundNo}
    for no key update of r`;
  return row ?? null;
}

/**
 * Closes consecutive windows. No late commit slips past the row lock below: a batch that is
 * entering holds the row FOR SHARE until its commit, and a later one finds the window closed.
 */
export async function closeWindows(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
  spans: readonly WindowSpan[],
): Promise<void> {
  const numbers = spans.map((span) => span.windowNo);
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)];
  await tx`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    select ${saleNo}, ${roundNo}, window_no, opens_at, closes_at
    from unnest(${numbers}::int[],
      ${spans.map((span) => new Date(span.opensAtMs).toISOString())}::timestamptz[],
      ${spans.map((span) => new Date(span.closesAtMs).toISOString())}::timestamptz[])
      as span (window_no, opens_at, closes_at)
    on conflict do nothing`;
  await tx`
    select 1 from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no between ${from} and ${to}
    order by window_no for update`;
  await tx`
    update sale_window set state = 'closed'
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no between ${from} and ${to}
      and state = 'open'`;
}

/**
 * Empty windows need no secret: they are skipped at once, up to the first window with entries. Each
 * window is looked up by its number; with `not exists` the database compared all entries of the
 * round with them each time.
 */
export async function sealEmptyWindows(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
): Promise<void> {
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

/** Closed windows without a root, in order. */
export async function readWindowsWithoutRoot(
  sql: Query,
  { saleNo, roundNo }: RoundKey,
): Promise<number[]> {
  const rows = await sql<{ windowNo: number }[]>`
    select window_no from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'closed' and root is null
    order by window_no`;
  return rows.map(({ windowNo }) => windowNo);
}

/** Why the search for shared turns failed in a window; null if it succeeded. */
export async function writeTurnFault(
  tx: Transaction,
  { saleNo, roundNo, windowNo }: WindowKey,
  fault: string | null,
): Promise<void> {
  await tx`
    update sale_window set turn_fault = ${fault}
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no = ${windowNo}`;
}

export async function writeRoot(
  tx: Transaction,
  { saleNo, roundNo, windowNo }: WindowKey,
  fixed: {
    readonly root: Uint8Array;
    readonly entryCount: number;
    readonly atMs: number;
    /** The beacon round that the seed waits for; null without a beacon. */
    readonly beaconRoundNo: number | null;
  },
): Promise<void> {
  await tx`
    update sale_window set root = ${Buffer.from(fixed.root)}, entry_count = ${fixed.entryCount},
      root_fixed_at = ${new Date(fixed.atMs)}, beacon_round_no = ${fixed.beaconRoundNo}
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no = ${windowNo}`;
}

/** A closed window with its root, and the beacon's signature once it exists. */
export interface RootedWindow {
  readonly windowNo: number;
  readonly root: Buffer;
  readonly entryCount: number;
  readonly signature: Buffer | null;
}

export async function readRootedWindows(
  sql: Query,
  { saleNo, roundNo }: RoundKey,
  chainHash: string | null,
): Promise<RootedWindow[]> {
  return await sql<RootedWindow[]>`
    select w.window_no, w.root, w.entry_count, b.signature
    from sale_window w left join beacon_round b
      on b.chain_hash = ${chainHash} and b.beacon_round_no = w.beacon_round_no
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.state = 'closed'
      and w.root is not null
    order by w.window_no`;
}

/**
 * Puts a window's entries into the line, its places in the order of (tier, rank). rank = SHA-256(seed ‖ entryId), computed in SQL so that
 * half a million ranks need not travel; `fsck` and `verify` recompute them outside. First come
 * ranks by the eight bytes of the arrival number.
 */
export async function enterLine(
  tx: Transaction,
  { saleNo, roundNo, windowNo }: WindowKey,
  mode: Round["mode"],
  seed: Uint8Array,
): Promise<void> {
  const rank =
    mode === "first_come"
      ? tx`int8send(arrival_no)`
      : tx`sha256(${Buffer.from(seed)}::bytea || uuid_send(entry_id))`;
  await tx`
    insert into line_place (sale_no, round_no, entry_id, account_key, phone_key, email_key, window_no,
      tier, rank, place_no, channel_no, preferences, state)
    select ${saleNo}, ${roundNo}, entry_id, account_key, phone_key, email_key, ${windowNo}, tier,
      rank,
      (select next_place_no from sale_round where sale_no = ${saleNo} and round_no = ${roundNo})
        + row_number() over (order by tier, rank) - 1,
      channel_no, string_to_array(preferences, '.')::smallint[], 'waiting'
    from (select entry_id, account_key, phone_key, email_key, tier, channel_no, preferences,
        ${rank} as rank from entry
      where sale_no = ${saleNo} and round_no = ${roundNo} and window_no = ${windowNo}) ranked`;
}

/** Marks a window as sealed, with the inputs of its ranks, and advances the round. */
export async function writeSeal(
  tx: Transaction,
  { saleNo, roundNo, windowNo }: WindowKey,
  seal: {
    readonly secret: Uint8Array;
    readonly beacon: Uint8Array;
    readonly seed: Uint8Array;
    readonly entryCount: number;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`
    update sale_window set state = 'sealed', secret = ${Buffer.from(seal.secret)},
      beacon = ${Buffer.from(seal.beacon)}, seed = ${Buffer.from(seal.seed)},
      sealed_at = ${new Date(seal.nowMs)},
      after_movement_no = (select coalesce(max(movement_no), 0) from stock_movement
        where sale_no = ${saleNo})
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no = ${windowNo}`;
  await tx`
    update sale_round set sealed_through = ${windowNo},
      next_place_no = next_place_no + ${seal.entryCount}
    where sale_no = ${saleNo} and round_no = ${roundNo}`;
}

/** Updates the planner's statistics of the line's tables. */
export async function analyzeLine(sql: Sql): Promise<void> {
  await sql`analyze line_place, entry`;
}

/** The part of an entry that goes into its window's root. */
export interface LeafRow {
  readonly entryId: string;
  readonly tier: number;
  readonly channelNo: number;
  readonly preferences: string;
  readonly arrivalNo: number;
  readonly turnId: string | null;
}

/** A window's entries by id, in portions: memory does not grow with the window. */
export function readLeaves(
  sql: Query,
  { saleNo, roundNo, windowNo }: WindowKey,
  size: number,
): AsyncIterable<LeafRow[]> {
  return sql<LeafRow[]>`
    select e.entry_id, e.tier, e.channel_no, e.preferences,
      e.arrival_no, t.turn_id
    from entry e left join shared_turn t using (sale_no, round_no, entry_id)
    where e.sale_no = ${saleNo} and e.round_no = ${roundNo} and e.window_no = ${windowNo}
    order by e.entry_id`.portions(size);
}

/** Whether a window has more entries than a number; counts no further. */
export async function hasMoreEntries(
  sql: Query,
  { saleNo, roundNo, windowNo }: WindowKey,
  mostCount: number,
): Promise<boolean> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from (select 1 from entry
      where sale_no = ${saleNo} and round_no = ${roundNo} and window_no = ${windowNo}
      limit ${mostCount + 1}) few`;
  return (row?.count ?? 0) > mostCount;
}
