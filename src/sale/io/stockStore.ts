/*
 * All SQL about stock: balances, and the ledger of every movement. A balance never changes without
 * its ledger row.
 */

import { must } from "../../base/assert.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import type { Round } from "../definition.ts";
import { MOVEMENTS, type MovementReason, type StockBalance } from "../stock.ts";

export async function insertAllotments(
  tx: Transaction,
  sale: { readonly saleNo: number; readonly round: Round; readonly nowMs: number },
): Promise<void> {
  const { saleNo, round, nowMs } = sale;
  const channels = round.allotments.map((allotment) => allotment.channelNo);
  const variants = round.allotments.map((allotment) => allotment.variantNo);
  const units = round.allotments.map((allotment) => allotment.units);
  await tx`
    insert into stock (sale_no, round_no, channel_no, variant_no, allotted, free)
    select ${saleNo}, ${round.roundNo}, channel_no, variant_no, units, units
    from unnest(${channels}::smallint[], ${variants}::smallint[], ${units}::int[])
      as allotment (channel_no, variant_no, units)`;
  await tx`
    insert into stock_movement
      (sale_no, round_no, channel_no, variant_no, from_account, to_account, units, reason, moved_at)
    select ${saleNo}, ${round.roundNo}, channel_no, variant_no, 'outside', 'free', units, 'allotted',
      ${new Date(nowMs)}
    from unnest(${channels}::smallint[], ${variants}::smallint[], ${units}::int[])
      as allotment (channel_no, variant_no, units)`;
}

/** One unit that changes its account, and the entry it moves for. */
export interface UnitMove {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly entryId: string;
}

/** A balance, and how far down the line its variant was offered. */
export interface StockRow extends StockBalance {
  readonly reachedPlaceNo: number;
  /** Units set aside before the round opened for people who were wronged. */
  readonly makeGood: number;
}

/** Locks the round's stock rows in their global order. */
export async function lockStock(
  tx: Transaction,
  saleNo: number,
  roundNo: number,
): Promise<StockBalance[]> {
  return await tx<StockBalance[]>`
    select channel_no, variant_no, allotted, free, offered, ordered,
      sold, held, returned
    from stock where sale_no = ${saleNo} and round_no = ${roundNo}
    order by channel_no, variant_no for update`;
}

/**
 * Moves units and writes the ledger. For several rows the caller already holds the locks
 * (`lockStock`); a single row locks itself. The movement number is drawn under the row lock, so the
 * ledger's order is the order in which balances changed.
 */
export async function moveUnits(
  tx: Transaction,
  where: { readonly saleNo: number; readonly roundNo: number; readonly nowMs: number },
  reason: MovementReason,
  moves: readonly UnitMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const { saleNo, roundNo, nowMs } = where;
  const [from, to] = MOVEMENTS[reason];
  const channels = moves.map((move) => move.channelNo);
  const variants = moves.map((move) => move.variantNo);
  // One statement for this hot row: the ledger is written from the updated rows, so a movement is
  // numbered under its row's lock.
  await tx`
    with move as (
      select * from unnest(${channels}::smallint[], ${variants}::smallint[],
        ${moves.map((move) => move.entryId)}::uuid[])
        with ordinality as move (channel_no, variant_no, entry_id, position)),
    changed as (
      update stock s set ${tx(from)} = s.${tx(from)} - moved.units,
        ${tx(to)} = s.${tx(to)} + moved.units,
        given_back = s.given_back + case when ${to === "free"} then moved.units else 0 end
      from (select channel_no, variant_no, count(*)::int as units from move
        group by channel_no, variant_no) moved
      where s.sale_no = ${saleNo} and s.round_no = ${roundNo}
        and s.channel_no = moved.channel_no and s.variant_no = moved.variant_no
      returning s.channel_no, s.variant_no)
    insert into stock_movement (sale_no, round_no, channel_no, variant_no, from_account, to_account,
      units, reason, entry_id, moved_at)
    select ${saleNo}, ${roundNo}, channel_no, variant_no, ${from}, ${to}, 1, ${reason}, entry_id,
      ${new Date(nowMs)}
    from move join changed using (channel_no, variant_no)
    order by position`;
}

/** A unit movement of any sale. */
export interface LastMove extends UnitMove {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly reason: MovementReason;
}

/**
 * Moves units as the transaction's last work: their balances are the hottest rows. `after` runs
 * under the same locks, right after it.
 */
export function moveUnitsLast(
  tx: Transaction,
  moves: readonly LastMove[],
  nowMs: number,
  after?: () => Promise<void>,
): void {
  const rows = new Map(
    moves.map((move) => {
      const { saleNo, roundNo, channelNo, variantNo } = move;
      return [`stock ${saleNo} ${roundNo} ${channelNo} ${variantNo}`, move];
    }),
  );
  const groups = Map.groupBy(moves, (move) => `${move.saleNo} ${move.roundNo} ${move.reason}`);
  tx.last([...rows.keys()], async () => {
    if (rows.size > 1) await lockRows(tx, [...rows.values()]);
    for (const group of groups.values()) {
      const { saleNo, roundNo, reason } = must(group[0], "groups are never empty");
      await moveUnits(tx, { saleNo, roundNo, nowMs }, reason, group);
    }
    await after?.();
  });
}

/** In the order of `lockStock`, over several rounds. */
async function lockRows(tx: Transaction, rows: readonly LastMove[]): Promise<void> {
  await tx`
    select 1 from stock join unnest(${rows.map((row) => row.saleNo)}::int[],
      ${rows.map((row) => row.roundNo)}::smallint[], ${rows.map((row) => row.channelNo)}::smallint[],
      ${rows.map((row) => row.variantNo)}::smallint[]) as wanted (sale_no, round_no, channel_no, variant_no)
      using (sale_no, round_no, channel_no, variant_no)
    order by sale_no, round_no, channel_no, variant_no for update of stock`;
}

export async function readStock(sql: Query, saleNo: number, roundNo: number): Promise<StockRow[]> {
  return await sql<StockRow[]>`
    select channel_no, variant_no, allotted, free, offered, ordered,
      sold, held, returned, reached_place_no, make_good
    from stock where sale_no = ${saleNo} and round_no = ${roundNo}
    order by channel_no, variant_no`;
}

/** Records the furthest place that each variant was offered to; returned units do not reduce it. */
export async function writeReached(
  tx: Transaction,
  where: { readonly saleNo: number; readonly roundNo: number; readonly channelNo: number },
  offers: readonly { readonly variantNo: number; readonly placeNo: number }[],
): Promise<void> {
  const { saleNo, roundNo, channelNo } = where;
  await tx`
    update stock s set reached_place_no = greatest(s.reached_place_no, reached.place_no)
    from (select variant_no, max(place_no) as place_no
      from unnest(${offers.map((offer) => offer.variantNo)}::smallint[],
        ${offers.map((offer) => offer.placeNo)}::int[]) as offered (variant_no, place_no)
      group by variant_no) reached
    where s.sale_no = ${saleNo} and s.round_no = ${roundNo} and s.channel_no = ${channelNo}
      and s.variant_no = reached.variant_no`;
}
