/* All SQL that compares entries, places and windows of a round with each other. Reads only. */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** The secret part of a round: the encrypted end of its chain. */
export interface ChainRow {
  readonly roundNo: number;
  readonly chainEndCipher: Buffer;
}

export async function readChains(sql: Query, saleNo: number): Promise<ChainRow[]> {
  return await sql<ChainRow[]>`
    select round_no, chain_end_cipher from sale_round where sale_no = ${saleNo} order by round_no`;
}

/** A sealed group of windows with entries, as it was stored; its number is that of the last. */
export interface SealedWindow {
  readonly windowNo: number;
  readonly fromWindowNo: number;
  readonly entryCount: number;
  readonly root: Buffer;
  readonly secret: Buffer;
  readonly beacon: Buffer;
  readonly seed: Buffer;
  readonly closesAt: Date;
  readonly rootFixedAt: Date | null;
  readonly sealedAt: Date;
  /** The beacon's signature that the window waited for; null without one. */
  readonly signature: Buffer | null;
}

export async function readSealedWindows(
  sql: Query,
  saleNo: number,
  roundNo: number,
): Promise<SealedWindow[]> {
  return await sql<SealedWindow[]>`
    select w.window_no, coalesce(w.group_from, w.window_no) as from_window_no, w.entry_count, w.root, w.secret, w.beacon, w.seed, w.closes_at,
      w.root_fixed_at, w.sealed_at, b.signature
    from sale_window w join sale s using (sale_no) left join beacon_round b
      on b.chain_hash = s.definition #>> '{beacon,chainHash}'
      and b.beacon_round_no = w.beacon_round_no
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.state = 'sealed'
      and w.entry_count > 0
    order by w.window_no`;
}

/**
 * Entries of sealed windows without a place, and places without an entry. The window's own count
 * tells which of the two was added or removed.
 */
export async function findUnplaced(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with sealed as (
      select w.round_no, w.window_no, coalesce(w.group_from, w.window_no) as from_no, w.entry_count,
        (select count(*) from entry e where e.sale_no = w.sale_no and e.round_no = w.round_no
          and e.window_no between coalesce(w.group_from, w.window_no) and w.window_no) as there
      from sale_window w where w.sale_no = ${saleNo} and w.state = 'sealed'
        and coalesce(w.group_no, w.window_no) = w.window_no),
    entries as (select * from entry where sale_no = ${saleNo}),
    places as (select * from line_place where sale_no = ${saleNo}),
    odd as (
      select coalesce(e.round_no, l.round_no) as round_no, coalesce(e.entry_id, l.entry_id) as entry_id,
        e.entry_id is null as entry_gone, s.there - s.entry_count as more
      from entries e full join places l using (round_no, entry_id)
        join sealed s on s.round_no = coalesce(e.round_no, l.round_no)
          and coalesce(e.window_no, l.window_no) between s.from_no and s.window_no
      where e.entry_id is null or l.entry_id is null)
    select case when (entry_gone and more < 0) or (not entry_gone and more > 0) then 'entry'
        else 'line_place' end as "table",
      format('round %s, entry %s', round_no, entry_id) as key, 'entry_id' as "column",
      case when entry_gone and more < 0 then 'the row is missing: it was sealed and has a place'
        when entry_gone then 'the place belongs to no entry'
        when more > 0 then 'the entry was not there when its window was sealed'
        else 'the row is missing: the entry was sealed' end as says
    from odd order by round_no, entry_id`;
}

/** A copied column that differs between an entry and its place. */
export interface UnlikePlace {
  readonly roundNo: number;
  readonly windowNo: number;
  readonly entryId: string;
  readonly column: string;
}

/** Places that differ from their entry in what the draw is about, or in whose they are. */
export async function findUnlikePlaces(sql: Query, saleNo: number): Promise<UnlikePlace[]> {
  return await sql<UnlikePlace[]>`
    select e.round_no, coalesce(w.group_no, e.window_no) as window_no, e.entry_id, differs."column"
    from entry e join line_place l using (sale_no, round_no, entry_id)
      left join shared_turn t using (sale_no, round_no, entry_id)
      left join turn_objection o on o.sale_no = e.sale_no and o.round_no = e.round_no
        and o.entry_id = e.entry_id and o.verdict = 'apart'
      left join sale_window w on w.sale_no = e.sale_no and w.round_no = e.round_no
        and w.window_no = e.window_no,
      lateral (values
        ('tier', e.tier <> l.tier), ('channel_no', e.channel_no <> l.channel_no),
        ('preferences', e.preferences <> array_to_string(l.preferences, '.')),
        ('window_no', l.window_no <> coalesce(w.group_no, e.window_no)),
        ('turn_id', t.turn_id is not null and o.entry_id is null
          and l.turn_id is distinct from t.turn_id),
        ('phone_key', e.phone_key is distinct from l.phone_key),
        ('email_key', e.email_key is distinct from l.email_key)) as differs ("column", is_so)
    where e.sale_no = ${saleNo} and differs.is_so
    order by e.round_no, e.entry_id, differs."column"`;
}

/** Windows that are closed and say something else than the marks of the servers. */
export async function findUnlikeMarks(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with marks as (
      select round_no, window_no, sum(turned_away_count) as turned_away,
        max(longest_wait_ms) as longest_wait from window_mark
      where sale_no = ${saleNo} group by round_no, window_no)
    select 'sale_window' as "table", format('round %s, window %s', w.round_no, w.window_no) as key,
      differs."column", 'not as the servers marked it' as says
    from sale_window w left join marks m using (round_no, window_no),
      lateral (values
        ('crowded', w.crowded <> (m.window_no is not null)),
        ('turned_away_count', w.turned_away_count <> coalesce(m.turned_away, 0)),
        ('longest_wait_ms', w.longest_wait_ms <> coalesce(m.longest_wait, 0)))
      as differs ("column", is_so)
    where w.sale_no = ${saleNo} and w.state <> 'open' and differs.is_so
    order by w.round_no, w.window_no`;
}

/** Ranks that do not follow from the seed, and places that do not follow from the ranks. */
export async function findMisplaced(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with modes as (
      select r."roundNo" as round_no, r.mode from sale s,
        jsonb_to_recordset(s.definition->'rounds') as r ("roundNo" smallint, mode text)
      where s.sale_no = ${saleNo}),
    ranked as (
      select l.round_no, l.entry_id, l.rank, l.place_no,
        case when m.mode <> 'first_come' then sha256(w.seed || uuid_send(l.entry_id))
          -- A round that an earlier version sealed.
          when w.group_no is null then int8send(e.arrival_no)
          else int8send(e.arrival_no) || sha256(w.seed || uuid_send(l.entry_id)) end as right_rank,
        row_number() over (partition by l.round_no order by l.tier, l.window_no, l.rank) as right_place
      from line_place l join entry e using (sale_no, round_no, entry_id) join modes m using (round_no)
        join sale_window w on w.sale_no = l.sale_no and w.round_no = l.round_no
          and w.window_no = l.window_no
      where l.sale_no = ${saleNo})
    select 'line_place' as "table", format('round %s, entry %s', round_no, entry_id) as key,
      differs."column", differs.says
    from ranked, lateral (values
      ('rank', rank <> right_rank, 'the rank does not follow from seed and entry'),
      ('place_no', rank = right_rank and place_no <> right_place,
        format('place %s: by rank it is %s', place_no, right_place)))
      as differs ("column", is_so, says)
    where differs.is_so order by round_no, place_no`;
}

/** Shared turns that name another person or window than their entry. */
export async function findOddTurns(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'shared_turn' as "table", format('round %s, entry %s', t.round_no, t.entry_id) as key,
      differs."column", differs.says
    from shared_turn t left join entry e using (sale_no, round_no, entry_id),
      lateral (values
        ('entry_id', e.entry_id is null, 'there is no such entry'),
        ('account_key', e.account_key <> t.account_key, 'the entry is of another account'),
        ('window_no', e.window_no <> t.window_no, 'the entry is in another window'))
      as differs ("column", is_so, says)
    where t.sale_no = ${saleNo} and differs.is_so`;
}
