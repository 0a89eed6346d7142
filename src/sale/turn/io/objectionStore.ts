/* SQL of deciding objections to shared turns. */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { DecidedObjection, ObjectionVerdict, ObjectorKey } from "../../objection.ts";
import type { TurnLikeness } from "../../sharedTurn.ts";

export interface StoredObjection extends ObjectorKey {
  readonly slug: string;
  readonly turnId: string;
  readonly accountKey: string;
  readonly bits: number;
  readonly likeness: TurnLikeness;
  /** Empty after its erasure. */
  readonly statementCipher: Buffer;
  readonly objectedAt: Date;
  readonly verdict: ObjectionVerdict | null;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

/** Open ones first, oldest on top; then the decided ones, newest first. */
export async function listObjections(sql: Query, mostCount: number): Promise<StoredObjection[]> {
  return await sql<StoredObjection[]>`
    select s.slug, o.sale_no, o.round_no, o.entry_id,
      o.turn_id, o.account_key, t.bits, t.likeness, o.statement_cipher,
      o.objected_at, o.verdict, o.reason, o.decided_by, o.decided_at
    from turn_objection o join sale s using (sale_no)
      cross join lateral (select bits, likeness from shared_turn t where t.sale_no = o.sale_no
        and t.round_no = o.round_no and (t.entry_id = o.entry_id or t.turn_id = o.entry_id)
        order by t.bits desc limit 1) t
    order by o.verdict is not null, case when o.verdict is null then o.objected_at end,
      o.decided_at desc limit ${mostCount}`;
}

/** A turn of a round. */
export interface TurnKey {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly turnId: string;
}

export interface TurnMember extends TurnKey {
  readonly entryId: string;
  readonly accountKey: string;
  readonly enteredAt: Date;
  readonly state: string;
  readonly profileCipher: Buffer | null;
}

/** The entries that shared these turns when they were found, by their arrival. */
export async function listMembers(
  sql: Query,
  turns: readonly TurnKey[],
): Promise<readonly TurnMember[]> {
  if (turns.length === 0) return [];
  return await sql<TurnMember[]>`
    with wanted as (select distinct * from unnest(${turns.map((turn) => turn.saleNo)}::int[],
      ${turns.map((turn) => turn.roundNo)}::smallint[], ${turns.map((turn) => turn.turnId)}::uuid[])
      as turn (sale_no, round_no, turn_id)),
    members as (select sale_no, round_no, turn_id, turn_id as entry_id from wanted
      union select t.sale_no, t.round_no, t.turn_id, t.entry_id
        from wanted join shared_turn t using (sale_no, round_no, turn_id))
    select m.sale_no, m.round_no, m.turn_id, e.entry_id, e.account_key, e.entered_at, l.state,
      a.profile_cipher
    from members m join line_place l on l.sale_no = m.sale_no and l.round_no = m.round_no
        and l.entry_id = m.entry_id
      join entry e on e.sale_no = l.sale_no and e.round_no = l.round_no
        and e.account_key = l.account_key
      left join account a on a.account_key = e.account_key
    order by e.entered_at, e.arrival_no, e.entry_id`;
}

/** Locks an entry's objection; null without one. */
export async function lockObjection(
  tx: Transaction,
  { saleNo, roundNo, entryId }: ObjectorKey,
): Promise<Pick<StoredObjection, "turnId" | "accountKey" | "verdict"> | null> {
  const [row] = await tx<
    { turnId: string; accountKey: string; verdict: ObjectionVerdict | null }[]
  >`
    select turn_id, account_key, verdict from turn_objection
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId} for update`;
  return row ?? null;
}

export async function writeVerdict(
  tx: Transaction,
  { saleNo, roundNo, entryId }: ObjectorKey,
  found: DecidedObjection,
): Promise<void> {
  await tx`
    update turn_objection set verdict = ${found.verdict}, reason = ${found.answer},
      decided_by = ${found.who}, decided_at = ${new Date(found.nowMs)}
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
}
