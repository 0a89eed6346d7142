/*
 * All SQL about shared turns. Turns are fixed before the window's root, so nobody can choose them
 * after the draw.
 */

import type { Query, Transaction } from "../../db/connect.ts";
import type { Objection, ObjectionVerdict } from "../objection.ts";
import type { SharedTurn, TurnLikeness } from "../sharedTurn.ts";

/** A closed group of windows. */
export interface TurnGroup {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly fromWindowNo: number;
  readonly windowNo: number;
}

/** Searches a closed group of windows for people who are already in the round's line. */
export interface TurnSharing {
  /** `cancel` aborts the search with its reason, after another worker took the lease. */
  find(group: TurnGroup, cancel: AbortSignal): Promise<readonly SharedTurn[]>;
  /** Stops the searcher. */
  stop(): Promise<void>;
}

/** Stores the findings before the window's root is computed over them. */
export async function insertSharedTurns(
  tx: Transaction,
  window: { readonly saleNo: number; readonly roundNo: number; readonly nowMs: number },
  found: readonly SharedTurn[],
): Promise<void> {
  const { saleNo, roundNo, nowMs } = window;
  const column = <T>(pick: (one: SharedTurn) => T) => found.map(pick);
  await tx`
    insert into shared_turn (sale_no, round_no, entry_id, turn_id, account_key, window_no,
      bits, likeness, found_at)
    select ${saleNo}, ${roundNo}, f.*, ${new Date(nowMs)}
    from unnest(${column((one) => one.entryId)}::uuid[], ${column((one) => one.turnId)}::uuid[],
      ${column((one) => one.accountKey)}::uuid[],
      ${column((one) => one.windowNo)}::int[], ${column((one) => one.bits)}::float8[],
      ${column((one) => one.likeness)}::text[]) f
    on conflict do nothing`;
}

/** Marks the places of a group that joined the line, and the first entries of their turns. */
export async function markSharedTurns(
  tx: Transaction,
  { saleNo, roundNo, fromWindowNo, windowNo }: TurnGroup,
): Promise<void> {
  await tx`
    update line_place l set turn_id = t.turn_id
    from (select entry_id, turn_id from shared_turn
        where sale_no = ${saleNo} and round_no = ${roundNo}
          and window_no between ${fromWindowNo} and ${windowNo}
      union
      select turn_id, turn_id from shared_turn
        where sale_no = ${saleNo} and round_no = ${roundNo}
          and window_no between ${fromWindowNo} and ${windowNo}) t
    where l.sale_no = ${saleNo} and l.round_no = ${roundNo} and l.entry_id = t.entry_id
      and not exists (select 1 from turn_objection o where o.sale_no = l.sale_no
        and o.round_no = l.round_no and o.entry_id = l.entry_id and o.verdict = 'apart')`;
}

/** A turn that several entries share. */
export interface TurnState {
  /** Accounts of its entries so far: units of one count for all. */
  readonly accountKeys: readonly string[];
  /** One of its entries got an offer. */
  readonly had: boolean;
}

export async function readTurns(
  tx: Transaction,
  { saleNo, roundNo }: { saleNo: number; roundNo: number },
  turnIds: readonly string[],
): Promise<Map<string, TurnState>> {
  if (turnIds.length === 0) return new Map();
  const rows = await tx<{ turnId: string; accounts: string; had: boolean }[]>`
    select turn_id, string_agg(account_key::text, ' ' order by account_key) as accounts,
      bool_or(state = 'offered') as had
    from line_place
    where sale_no = ${saleNo} and round_no = ${roundNo} and turn_id = any(${turnIds as string[]}::uuid[])
    group by turn_id`;
  return new Map(
    rows.map((row) => [row.turnId, { accountKeys: row.accounts.split(" "), had: row.had }]),
  );
}

/** A shared turn as its owners see it; null for a turn of one's own. */
export interface OwnSharedTurn {
  readonly turnId: string;
  readonly likeness: TurnLikeness;
  /** Further entries of the turn. */
  readonly otherCount: number;
  readonly objection: Objection | null;
  /** The text of the person who decided. */
  readonly answer: string | null;
}

interface OwnRow {
  readonly turnId: string;
  readonly likeness: TurnLikeness;
  readonly others: number;
  readonly objected: boolean;
  readonly verdict: ObjectionVerdict | null;
  readonly reason: string | null;
}

export async function findSharedTurn(
  sql: Query,
  { saleNo, roundNo, entryId }: { saleNo: number; roundNo: number; entryId: string },
): Promise<OwnSharedTurn | null> {
  const [row] = await sql<OwnRow[]>`
    select t.turn_id, t.likeness, o.entry_id is not null as objected, o.verdict,
      o.reason,
      (select count(*)::int from shared_turn m where m.sale_no = t.sale_no
        and m.round_no = t.round_no and m.turn_id = t.turn_id) as others
    from shared_turn t left join turn_objection o on o.sale_no = t.sale_no
      and o.round_no = t.round_no and o.entry_id = ${entryId}
    where t.sale_no = ${saleNo} and t.round_no = ${roundNo}
      and (t.entry_id = ${entryId} or t.turn_id = ${entryId})
    order by t.bits desc limit 1`;
  if (!row) return null;
  const objection = row.objected ? (row.verdict ?? "waiting") : null;
  const { turnId, likeness, others: otherCount, reason: answer } = row;
  return { turnId, likeness, otherCount, objection, answer };
}

/** Stores the objection "we are two people"; false if it was already made. */
export async function insertObjection(
  tx: Transaction,
  entry: { saleNo: number; roundNo: number; entryId: string; turnId: string; accountKey: string },
  said: { readonly statementCipher: Buffer; readonly nowMs: number },
): Promise<boolean> {
  const { saleNo, roundNo, entryId, turnId, accountKey } = entry;
  const written = await tx`
    insert into turn_objection (sale_no, round_no, entry_id, turn_id, account_key, statement_cipher,
      objected_at)
    values (${saleNo}, ${roundNo}, ${entryId}, ${turnId}, ${accountKey}, ${said.statementCipher},
      ${new Date(said.nowMs)})
    on conflict do nothing`;
  return written.count === 1;
}

/**
 * Gives an entry its own turn: it waits again, at its drawn place. The public record states the
 * movement from which on. Units of the other entries no longer count for its account, nor its units
 * for theirs. If it had used the shared turn, the others wait again, as theirs was never used. The
 * caller holds the stock locks, so no batch of offers is in flight.
 */
export async function separateTurn(
  tx: Transaction,
  { saleNo, roundNo, entryId }: { saleNo: number; roundNo: number; entryId: string },
): Promise<void> {
  await tx`
    update turn_objection set after_movement_no = (select coalesce(max(movement_no), 0)
      from stock_movement where sale_no = ${saleNo})
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
  const [place] = await tx<{ turnId: string | null; accountKey: string }[]>`
    select turn_id, account_key from line_place
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId} for update`;
  if (!place?.turnId) return;
  await tx`
    delete from person_unit u using offer o, line_place l
    where u.sale_no = ${saleNo} and o.sale_no = u.sale_no and o.offer_id = u.offer_id
      and o.round_no = ${roundNo} and l.sale_no = o.sale_no and l.round_no = o.round_no
      and l.entry_id = o.entry_id and l.turn_id = ${place.turnId}
      and case when o.entry_id = ${entryId}
        then u.identity_key in (select m.account_key from line_place m where m.sale_no = l.sale_no
          and m.round_no = l.round_no and m.turn_id = l.turn_id and m.entry_id <> ${entryId})
        else u.identity_key = ${place.accountKey} end`;
  await tx`
    update line_place set turn_id = null,
      state = case when state in ('shared_turn', 'over_limit') then 'waiting' else state end
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
  await tx`
    update line_place set state = 'waiting'
    where sale_no = ${saleNo} and round_no = ${roundNo} and turn_id = ${place.turnId}
      and state = 'shared_turn' and not exists (select 1 from line_place o
        where o.sale_no = ${saleNo} and o.round_no = ${roundNo} and o.turn_id = ${place.turnId}
          and o.state = 'offered')`;
}
