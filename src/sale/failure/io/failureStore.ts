/*
 * All SQL about failures of the server in somebody's turn. One row for each person and round; a
 * lost unit outweighs a lost place.
 */

import type { Query } from "../../../db/connect.ts";

/** A join that was not answered. */
export interface FailedJoin {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly accountKey: string;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A request about a held unit that was not answered, by the offer or by its order. */
export interface FailedTurn {
  readonly accountKey: string;
  readonly turnId: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

const instants = (rows: readonly { firstMs: number; lastMs: number }[], at: "firstMs" | "lastMs") =>
  rows.map((row) => new Date(row[at]).toISOString());

/** Records failed joins. */
export async function insertFailedJoins(sql: Query, rows: readonly FailedJoin[]): Promise<void> {
  await sql`
    insert into server_failure as f (sale_no, round_no, account_key, kind, channel_no, variant_no,
      phone_key, email_key, first_at, last_at)
    select sale_no, round_no, account_key, 'place', channel_no, variant_no, phone_key, email_key,
      first_at, last_at
    from unnest(${rows.map((row) => row.saleNo)}::int[],
      ${rows.map((row) => row.roundNo)}::smallint[],
      ${rows.map((row) => row.accountKey)}::uuid[],
      ${rows.map((row) => row.channelNo)}::smallint[],
      ${rows.map((row) => row.variantNo)}::smallint[],
      ${rows.map((row) => row.phoneKey)}::uuid[], ${rows.map((row) => row.emailKey)}::uuid[],
      ${instants(rows, "firstMs")}::timestamptz[], ${instants(rows, "lastMs")}::timestamptz[])
      as came (sale_no, round_no, account_key, channel_no, variant_no, phone_key, email_key,
        first_at, last_at)
    on conflict (sale_no, round_no, account_key) do update
      set first_at = least(f.first_at, excluded.first_at),
        last_at = greatest(f.last_at, excluded.last_at)
      where f.kind = 'place'`;
}

/** Records failed requests about held units, each for the person whose offer it is. */
export async function insertFailedTurns(sql: Query, rows: readonly FailedTurn[]): Promise<void> {
  await sql`
    insert into server_failure as f (sale_no, round_no, account_key, kind, offer_id, channel_no,
      variant_no, phone_key, email_key, first_at, last_at)
    select distinct on (o.sale_no, o.round_no, o.account_key) o.sale_no, o.round_no, o.account_key,
      'unit', o.offer_id, o.channel_no, o.variant_no, l.phone_key, l.email_key, came.first_at,
      came.last_at
    from unnest(${rows.map((row) => row.accountKey)}::uuid[],
      ${rows.map((row) => row.turnId)}::uuid[],
      ${instants(rows, "firstMs")}::timestamptz[], ${instants(rows, "lastMs")}::timestamptz[])
      as came (account_key, turn_id, first_at, last_at)
      join lateral (
        select * from offer x where x.account_key = came.account_key and x.offer_id = came.turn_id
        union
        select x.* from purchase_order p join offer x using (sale_no, offer_id)
        where p.account_key = came.account_key and p.order_id = came.turn_id) o on true
      join line_place l on l.sale_no = o.sale_no and l.round_no = o.round_no
        and l.entry_id = o.entry_id
    order by o.sale_no, o.round_no, o.account_key, came.last_at desc
    on conflict (sale_no, round_no, account_key) do update
      set kind = 'unit', offer_id = excluded.offer_id, channel_no = excluded.channel_no,
        variant_no = excluded.variant_no, phone_key = excluded.phone_key,
        email_key = excluded.email_key,
        first_at = case when f.kind = 'unit' then least(f.first_at, excluded.first_at)
          else excluded.first_at end,
        last_at = greatest(f.last_at, excluded.last_at)`;
}

/** A recorded failure with what became of the turn. */
export interface RecordedFailure {
  readonly roundNo: number;
  readonly accountKey: string;
  readonly kind: "unit" | "place";
  readonly channelNo: number;
  readonly variantNo: number;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The time that the buyer had for her unit; null for a place. */
  readonly heldFrom: Date | null;
  readonly heldUntil: Date | null;
  /** Whether unit or place was lost in the end. */
  readonly isLost: boolean;
}

/** The failures of a sale, the oldest first. */
export async function listFailures(sql: Query, saleNo: number): Promise<RecordedFailure[]> {
  return await sql<RecordedFailure[]>`
    select f.round_no, f.account_key, f.kind, f.channel_no, f.variant_no, f.phone_key, f.email_key,
      f.first_at, f.last_at, coalesce(p.placed_at, o.made_at) as held_from,
      coalesce(p.due_at, o.expires_at) as held_until,
      case f.kind
        when 'unit' then o.state = 'expired' or coalesce(p.cancel_reason in ('unpaid', 'unconfirmed'), false)
        else not exists (select 1 from entry e where e.sale_no = f.sale_no and e.round_no = f.round_no
          and e.account_key = f.account_key) end as is_lost
    from server_failure f left join offer o using (sale_no, offer_id)
      left join purchase_order p on p.sale_no = o.sale_no and p.offer_id = o.offer_id
    where f.sale_no = ${saleNo} order by f.first_at, f.account_key`;
}
