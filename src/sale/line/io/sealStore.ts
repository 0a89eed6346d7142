/* All SQL about sealing: closed windows, their roots, and entries that join the line. */

import type { Query, Sql, Transaction } from "../../../db/connect.ts";
import type { Round } from "../../definition.ts";
import type { CrowdedWindow, EndedWindow, WindowGroup } from "../../group.ts";
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

/** A group of windows of a round; its number is that of the last. */
export interface GroupKey extends RoundKey, WindowGroup {}

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
  /** The last window that nobody can join any more; null before the first. */
  readonly closedThrough: number | null;
  /** The last window with a row; null if none has one. */
  readonly lastWindowNo: number | null;
  /** When that window ends, or was ended by its operator. */
  readonly lastEndsAtMs: number | null;
}

/** Locks the round's row in the mode of its update. */
export async function lockRound(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
): Promise<RoundProgress | null> {
  const [row] = await tx<RoundProgress[]>`
    select r.accepting, r.sealed_through,
      (select max(window_no) from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no and w.state <> 'open') as closed_through,
      (select max(window_no) from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no) as last_window_no,
      (select (extract(epoch from closes_at) * 1000)::float8 from sale_window w
        where w.sale_no = r.sale_no and w.round_no = r.round_no
        order by window_no desc limit 1) as last_ends_at_ms
    from sale_round r where sale_no = ${saleNo} and round_no = ${roundNo}
    for no key update of r`;
  return row ?? null;
}

/** Marks of servers so far, by window, from a number on. */
export async function readMarks(
  tx: Query,
  { saleNo, roundNo }: RoundKey,
  fromWindowNo: number,
): Promise<(CrowdedWindow & { readonly markedAtMs: number })[]> {
  const rows = await tx<(CrowdedWindow & { readonly markedAt: Date })[]>`
    select window_no, sum(turned_away_count)::int as turned_away_count,
      max(longest_wait_ms) as longest_wait_ms, max(marked_at) as marked_at
    from window_mark
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no >= ${fromWindowNo}
    group by window_no order by window_no`;
  return rows.map(({ markedAt, ...row }) => ({ ...row, markedAtMs: markedAt.getTime() }));
}

/**
 * Locks consecutive windows against their entries, and creates those that nobody came in. A batch
 * that is entering, or a server that marks, holds the row FOR SHARE until its commit, and a later
 * one finds the window closed: what depends on the windows is read after this statement.
 */
export async function lockWindows(
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
}

/** Closes locked windows, each with its group and with what servers said of it. */
export async function closeWindows(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
  groups: readonly WindowGroup[],
  marks: readonly (CrowdedWindow & Pick<EndedWindow, "markedAtMs">)[],
): Promise<void> {
  await tx`
    update sale_window w set state = 'closed', group_from = g.from_no, group_no = g.group_no
    from unnest(${groups.map((group) => group.fromWindowNo)}::int[],
      ${groups.map((group) => group.windowNo)}::int[]) as g (from_no, group_no)
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo}
      and w.window_no between g.from_no and g.group_no and w.state = 'open'`;
  const last = groups.at(-1)?.windowNo ?? -1;
  const crowded = marks.filter(({ windowNo }) => windowNo <= last);
  if (crowded.length === 0) return;
  await tx`
    update sale_window w set crowded = true, turned_away_count = m.turned_away_count,
      longest_wait_ms = m.longest_wait_ms
    from unnest(${crowded.map((mark) => mark.windowNo)}::int[],
      ${crowded.map((mark) => mark.turnedAwayCount)}::int[],
      ${crowded.map((mark) => mark.longestWaitMs)}::int[])
      as m (window_no, turned_away_count, longest_wait_ms)
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.window_no = m.window_no`;
}

/**
 * Groups without entries need no secret: they are skipped at once, up to the first one with
 * entries. Each is looked up by its numbers; with `not exists` the database compared all entries of
 * the round with them each time.
 */
export async function sealEmptyWindows(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
): Promise<void> {
  await tx`
    update sale_window w set state = 'sealed', entry_count = 0
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'closed'
      and (select e.window_no from entry e where e.sale_no = w.sale_no
        and e.round_no = w.round_no
        and e.window_no between coalesce(w.group_from, w.window_no)
          and coalesce(w.group_no, w.window_no) limit 1) is null`;
  await tx`
    update sale_round r set sealed_through = coalesce(
      (select min(window_no) - 1 from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no and w.state <> 'sealed'),
      (select max(window_no) from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no), sealed_through)
    where sale_no = ${saleNo} and round_no = ${roundNo}`;
}

/** Closed groups without a root, in order. */
export async function readGroupsWithoutRoot(
  sql: Query,
  { saleNo, roundNo }: RoundKey,
): Promise<WindowGroup[]> {
  return await sql<WindowGroup[]>`
    select window_no, coalesce(group_from, window_no) as from_window_no from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'closed' and root is null
      and coalesce(group_no, window_no) = window_no
    order by window_no`;
}

/**
 * Numbers the entries of a closed group by their arrival; those of the same millisecond share a
 * number, and chance decides among them. So the record shows the order without the times.
 */
export async function numberArrivals(
  tx: Transaction,
  { saleNo, roundNo, fromWindowNo, windowNo }: GroupKey,
): Promise<void> {
  await tx`
    update entry e set arrival_no = n.arrival_no
    from (select account_key, dense_rank() over (order by entered_at) as arrival_no from entry
      where sale_no = ${saleNo} and round_no = ${roundNo}
        and window_no between ${fromWindowNo} and ${windowNo}) n
    where e.sale_no = ${saleNo} and e.round_no = ${roundNo} and e.account_key = n.account_key`;
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

/** A closed group with its root, and the beacon's signature once it exists. */
export interface RootedGroup extends WindowGroup {
  readonly root: Buffer;
  readonly entryCount: number;
  readonly signature: Buffer | null;
}

export async function readRootedGroups(
  sql: Query,
  { saleNo, roundNo }: RoundKey,
  chainHash: string | null,
): Promise<RootedGroup[]> {
  return await sql<RootedGroup[]>`
    select w.window_no, coalesce(w.group_from, w.window_no) as from_window_no, w.root, w.entry_count,
      b.signature
    from sale_window w left join beacon_round b
      on b.chain_hash = ${chainHash} and b.beacon_round_no = w.beacon_round_no
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.state = 'closed'
      and w.root is not null
    order by w.window_no`;
}

/**
 * Puts a group's entries into the line, its places in the order of (tier, rank). rank = SHA-256(seed ‖ entryId), computed in SQL so that
 * half a million ranks need not travel; `fsck` and `verify` recompute them outside. First come
 * ranks by the eight bytes of the arrival number before it.
 */
export async function enterLine(
  tx: Transaction,
  { saleNo, roundNo, fromWindowNo, windowNo }: GroupKey,
  mode: Round["mode"],
  seed: Uint8Array,
): Promise<void> {
  const chance = tx`sha256(${Buffer.from(seed)}::bytea || uuid_send(entry_id))`;
  const rank = mode === "first_come" ? tx`int8send(arrival_no) || ${chance}` : chance;
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
      where sale_no = ${saleNo} and round_no = ${roundNo}
        and window_no between ${fromWindowNo} and ${windowNo}) ranked`;
}

/**
 * Marks a group as sealed, with the inputs of its ranks, and advances the round. Its last window
 * has the count of all, the others have none.
 */
export async function writeSeal(
  tx: Transaction,
  { saleNo, roundNo, fromWindowNo, windowNo }: GroupKey,
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
    update sale_window set state = 'sealed', entry_count = 0, sealed_at = ${new Date(seal.nowMs)}
    where sale_no = ${saleNo} and round_no = ${roundNo} and window_no >= ${fromWindowNo}
      and window_no < ${windowNo}`;
  await tx`
    update sale_round set sealed_through = ${windowNo},
      next_place_no = next_place_no + ${seal.entryCount}
    where sale_no = ${saleNo} and round_no = ${roundNo}`;
}

/** Updates the planner's statistics of the line's tables. */
export async function analyzeLine(sql: Sql): Promise<void> {
  await sql`analyze line_place, entry`;
}

/** The part of an entry that goes into its group's root. */
export interface LeafRow {
  readonly entryId: string;
  readonly tier: number;
  readonly channelNo: number;
  readonly preferences: string;
  readonly arrivalNo: number;
  readonly turnId: string | null;
}

/** A group's entries by id, in portions: memory does not grow with the group. */
export function readLeaves(
  sql: Query,
  { saleNo, roundNo, fromWindowNo, windowNo }: GroupKey,
  size: number,
): AsyncIterable<LeafRow[]> {
  return sql<LeafRow[]>`
    select e.entry_id, e.tier, e.channel_no, e.preferences,
      e.arrival_no, t.turn_id
    from entry e left join shared_turn t using (sale_no, round_no, entry_id)
    where e.sale_no = ${saleNo} and e.round_no = ${roundNo}
      and e.window_no between ${fromWindowNo} and ${windowNo}
    order by e.entry_id`.portions(size);
}

/** Whether a group has more entries than a number; counts no further. */
export async function hasMoreEntries(
  sql: Query,
  { saleNo, roundNo, fromWindowNo, windowNo }: GroupKey,
  mostCount: number,
): Promise<boolean> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from (select 1 from entry
      where sale_no = ${saleNo} and round_no = ${roundNo}
        and window_no between ${fromWindowNo} and ${windowNo}
      limit ${mostCount + 1}) few`;
  return (row?.count ?? 0) > mostCount;
}
