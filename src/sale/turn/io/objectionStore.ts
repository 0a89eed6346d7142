/* SQL of deciding objections to shared turns. */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { TurnLikeness } from "../../sharedTurn.ts";

/** An entry of a round. */
interface EntryKey {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly entryId: string;
}

export interface StoredObjection extends EntryKey {
  readonly slug: string;
  readonly turnId: string;
  readonly bits: number;
  readonly likeness: TurnLikeness;
  /** Empty after its erasure. */
  readonly statementCipher: Buffer;
  readonly objectedAt: Date;
  readonly verdict: "apart" | "same" | null;
  readonly reason: string | null;
  readonly decidedBy: string | null;
}

/** Open ones first, oldest on top; then the decided ones, newest first. */
export async function listObjections(sql: Query, mostCount: number): Promise<StoredObjection[]> {
  return await sql<StoredObjection[]>`
    select s.slug, o.sale_no, o.round_no, o.entry_id,
      o.turn_id, t.bits, t.likeness, o.statement_cipher,
      o.objected_at, o.verdict, o.reason, o.decided_by
    from turn_objection o join sale s using (sale_no)
      cross join lateral (select bits, likeness from shared_turn t where t.sale_no = o.sale_no
        and t.round_no = o.round_no and (t.entry_id = o.entry_id or t.turn_id = o.entry_id)
        order by t.bits desc limit 1) t
    order by o.verdict is not null, case when o.verdict is null then o.objected_at end,
      o.decided_at desc limit ${mostCount}`;
}

export interface TurnMember {
  readonly entryId: string;
  readonly accountKey: string;
  readonly enteredAt: Date;
  readonly state: string;
  readonly profileCipher: Buffer | null;
}

/** The entries that shared the turn when it was found. */
export async function listMembers(
  sql: Query,
  turn: { readonly saleNo: number; readonly roundNo: number; readonly turnId: string },
): Promise<TurnMember[]> {
  return await sql<TurnMember[]>`
    select e.entry_id, e.account_key, e.entered_at,
      l.state, a.profile_cipher
    from line_place l join entry e using (sale_no, round_no, account_key)
      left join account a using (account_key)
    where l.sale_no = ${turn.saleNo} and l.round_no = ${turn.roundNo}
      and (l.entry_id = ${turn.turnId} or l.entry_id in (select entry_id from shared_turn t
        where t.sale_no = l.sale_no and t.round_no = l.round_no and t.turn_id = ${turn.turnId}))
    order by e.arrival_no`;
}

/** Locks an entry's objection; null without one. */
export async function lockObjection(
  tx: Transaction,
  { saleNo, roundNo, entryId }: EntryKey,
): Promise<(Pick<StoredObjection, "turnId" | "verdict"> & { readonly accountKey: string }) | null> {
  const [row] = await tx<
    { turnId: string; accountKey: string; verdict: "apart" | "same" | null }[]
  >`
    select turn_id, account_key, verdict from turn_objection
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId} for update`;
  return row ?? null;
}

export async function writeVerdict(
  tx: Transaction,
  { saleNo, roundNo, entryId }: EntryKey,
  found: {
    readonly verdict: "apart" | "same";
    readonly answer: string;
    readonly who: string;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`
    update turn_objection set verdict = ${found.verdict}, reason = ${found.answer},
      decided_by = ${found.who}, decided_at = ${new Date(found.nowMs)}
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
}
