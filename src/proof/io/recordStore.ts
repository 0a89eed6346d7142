/*
 * All SQL of the public record, and its writing. A record is one snapshot, and it names no person.
 */

import { must } from "../../base/assert.ts";
import type { Query, Sql } from "../../db/connect.ts";
import { beaconOf } from "../../sale/definition.ts";
import type { CrowdedWindow } from "../../sale/group.ts";
import type { StoredRound, StoredSale } from "../../sale/io/saleStore.ts";
import { readStock } from "../../sale/io/stockStore.ts";
import type { MovementReason } from "../../sale/stock.ts";
import {
  FIRST_FORMAT,
  RECORD_FORMAT,
  type RecordEntry,
  type RecordHead,
  type RecordLine,
  type RecordWindow,
} from "../record.ts";

/** Rows per portion while writing: each portion blocks the event loop for some milliseconds. */
const ROWS_AT_ONCE = 1_000;

/** Whether a round is settled: all windows sealed, nothing offered or unpaid. */
async function isFinished(
  sql: Query,
  sale: StoredSale,
  roundNo: number,
  nowMs: number,
): Promise<boolean> {
  const { round } = must(
    sale.rounds.find((stored) => stored.round.roundNo === roundNo),
    "the caller's round",
  );
  const [row] = await sql<{ accepting: boolean; unsealed: number; undecided: number }[]>`
    select r.accepting,
      (select count(*)::int from sale_window w where w.sale_no = r.sale_no
        and w.round_no = r.round_no and w.state <> 'sealed') as unsealed,
      (select coalesce(sum(offered + ordered), 0)::int from stock s where s.sale_no = r.sale_no
        and s.round_no = r.round_no) as undecided
    from sale_round r where r.sale_no = ${sale.saleNo} and r.round_no = ${roundNo}`;
  const { accepting, unsealed, undecided } = must(row, "row of the round");
  const over = nowMs >= round.closesAtMs || !accepting;
  return over && unsealed === 0 && undecided === 0;
}

/**
 * A text that changes whenever a round's record may: with sealed windows, unit movements, and the
 * line's progress. Cheap, while the record itself may have a million lines.
 */
export async function readRecordState(
  sql: Query,
  sale: StoredSale,
  roundNo: number,
  nowMs: number,
): Promise<string> {
  const { saleNo } = sale;
  const [[row], finished] = await Promise.all([
    sql`
      select r.sealed_through,
        (select max(movement_no) from stock_movement where sale_no = r.sale_no) as movement_no,
        (select sum(reached_place_no) from stock
          where sale_no = r.sale_no and round_no = r.round_no) as reached,
        (select sum(after_movement_no) + count(*) from turn_objection
          where sale_no = r.sale_no and round_no = r.round_no and verdict = 'apart') as apart
      from sale_round r where r.sale_no = ${saleNo} and r.round_no = ${roundNo}`,
    isFinished(sql, sale, roundNo, nowMs),
  ]);
  return JSON.stringify([row, finished]);
}

/** Whether an earlier version sealed all windows so far: their record stays as it was. */
async function isOfFirstFormat(sql: Query, saleNo: number, roundNo: number): Promise<boolean> {
  const [row] = await sql<{ isFirst: boolean | null }[]>`
    select bool_and(group_no is null) as is_first from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'sealed' and entry_count > 0`;
  return row?.isFirst ?? false;
}

async function head(
  sql: Query,
  sale: StoredSale,
  stored: StoredRound,
  nowMs: number,
): Promise<RecordHead> {
  const { round, chainAnchor, chainLength } = stored;
  return {
    kind: "head",
    format: (await isOfFirstFormat(sql, sale.saleNo, round.roundNo)) ? FIRST_FORMAT : RECORD_FORMAT,
    sale: sale.definition.slug,
    roundNo: round.roundNo,
    mode: round.mode,
    definitionDigest: sale.definitionDigest,
    definition: sale.definition,
    chainAnchor,
    chainLength,
    beacon: beaconOf(sale.definition, round.mode) ?? "off",
    stock: round.allotments.map(({ channelNo, variantNo, units }) => ({
      channelNo,
      variantNo,
      allotted: units,
    })),
    finished: await isFinished(sql, sale, round.roundNo, nowMs),
  };
}

interface WindowRow {
  readonly windowNo: number;
  readonly fromWindowNo: number;
  readonly entryCount: number;
  readonly root: Buffer;
  readonly secret: Buffer;
  readonly beacon: Buffer;
  readonly seed: Buffer;
  readonly afterMovementNo: number;
  readonly rootFixedAt: Date | null;
  readonly beaconRoundNo: number | null;
  readonly signature: Buffer | null;
}

/** A window of the record, and what reads its entries. */
interface WrittenWindow {
  readonly line: RecordWindow;
  readonly fromWindowNo: number;
}

async function readCrowded(
  sql: Query,
  saleNo: number,
  roundNo: number,
): Promise<readonly CrowdedWindow[]> {
  return await sql<CrowdedWindow[]>`
    select window_no, turned_away_count, longest_wait_ms from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and crowded and state <> 'open'
    order by window_no`;
}

async function readWindows(sql: Query, saleNo: number, roundNo: number): Promise<WrittenWindow[]> {
  const crowded = await readCrowded(sql, saleNo, roundNo);
  const rows = await sql<WindowRow[]>`
    select w.window_no, coalesce(w.group_from, w.window_no) as from_window_no, w.entry_count, w.root, w.secret, w.beacon, w.seed, w.after_movement_no,
      w.root_fixed_at, w.beacon_round_no, b.signature
    from sale_window w join sale s using (sale_no) left join beacon_round b
      on b.chain_hash = s.definition #>> '{beacon,chainHash}' and b.beacon_round_no = w.beacon_round_no
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.state = 'sealed'
      and w.entry_count > 0
    order by w.window_no`;
  return rows.map((row) => ({
    line: windowLine(row, crowded),
    fromWindowNo: row.fromWindowNo,
  }));
}

function windowLine(row: WindowRow, crowded: readonly CrowdedWindow[]): RecordWindow {
  const { windowNo, fromWindowNo } = row;
  const inGroup = crowded.filter((one) => one.windowNo >= fromWindowNo && one.windowNo <= windowNo);
  const rows = inGroup.map(
    (one) => [one.windowNo, one.turnedAwayCount, one.longestWaitMs] as const,
  );
  return {
    kind: "window",
    windowNo,
    ...(rows.length === 0 ? {} : { group: { fromWindowNo, crowded: rows } }),
    entryCount: row.entryCount,
    root: row.root.toString("hex"),
    secret: row.secret.toString("hex"),
    beacon: row.beacon.toString("hex"),
    ...(row.signature === null
      ? {}
      : {
          beaconRound: {
            rootFixedAtMs: must(row.rootFixedAt, "a fixed window").getTime(),
            beaconRoundNo: must(row.beaconRoundNo, "a window with a beacon"),
            signature: row.signature.toString("hex"),
          },
        }),
    seed: row.seed.toString("hex"),
    afterMovementNo: row.afterMovementNo,
  };
}

interface RecordOut {
  readonly nowMs: number;
  readonly write: (lines: readonly RecordLine[]) => Promise<void>;
}

/** Writes a round's record line by line from one snapshot, in constant memory. */
export async function writeRecord(
  sql: Sql,
  sale: StoredSale,
  roundNo: number,
  out: RecordOut,
): Promise<void> {
  await sql.begin("isolation level repeatable read read only", (tx) =>
    writeRecordOf(tx, sale, roundNo, out),
  );
}

/** The same in a transaction, which has to be one snapshot. */
export async function writeRecordOf(
  tx: Query,
  sale: StoredSale,
  roundNo: number,
  out: RecordOut,
): Promise<void> {
  const stored = must(
    sale.rounds.find((candidate) => candidate.round.roundNo === roundNo),
    "the caller's round",
  );
  const { saleNo } = sale;
  let lineCount = 0;
  const write = (lines: readonly RecordLine[]) => {
    lineCount += lines.length;
    return out.write(lines);
  };
  await write([await head(tx, sale, stored, out.nowMs)]);
  for (const { line, fromWindowNo } of await readWindows(tx, saleNo, roundNo)) {
    await write([line]);
    const portions = tx<
      {
        id: string;
        tier: number;
        channelNo: number;
        preferences: string;
        arrivalNo: number;
        turn: string | null;
      }[]
    >`
      select encode(uuid_send(e.entry_id), 'hex') as id, e.tier, e.channel_no, e.preferences,
        e.arrival_no, encode(uuid_send(t.turn_id), 'hex') as turn
      from entry e left join shared_turn t using (sale_no, round_no, entry_id)
      where e.sale_no = ${saleNo} and e.round_no = ${roundNo} 
        and e.window_no between ${fromWindowNo} and ${line.windowNo}
      order by e.entry_id`.portions(ROWS_AT_ONCE);
    for await (const rows of portions) {
      await write(
        rows.map(({ id, tier, channelNo, preferences, arrivalNo, turn }): RecordEntry => {
          const entry = ["e", id, tier, channelNo, preferences, arrivalNo] as const;
          return turn === null ? entry : [...entry, turn];
        }),
      );
    }
  }
  await writeMovements(tx, saleNo, roundNo, write);
  const balances = await readStock(tx, saleNo, roundNo);
  const stock = balances.map(({ reachedPlaceNo: _, makeGood: _units, ...balance }) => balance);
  await write([{ kind: "end", lineCount, stock }]);
}

async function writeMovements(
  sql: Query,
  saleNo: number,
  roundNo: number,
  write: (lines: readonly RecordLine[]) => Promise<void>,
): Promise<void> {
  const skipped = await sql<{ id: string }[]>`
    select encode(uuid_send(entry_id), 'hex') as id from line_place
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'over_limit'
    order by entry_id`;
  await write(skipped.map((row) => ["l", row.id] as const));
  const apart = await sql<{ id: string; afterMovementNo: number }[]>`
    select encode(uuid_send(entry_id), 'hex') as id, after_movement_no from turn_objection
    where sale_no = ${saleNo} and round_no = ${roundNo} and verdict = 'apart'
    order by after_movement_no, entry_id`;
  await write(apart.map((row) => ["a", row.id, row.afterMovementNo] as const));
  const portions = sql<
    {
      movementNo: number;
      reason: MovementReason;
      channelNo: number;
      variantNo: number;
      id: string | null;
      units: number;
    }[]
  >`
    select movement_no, reason, channel_no, variant_no, encode(uuid_send(entry_id), 'hex') as id, units
    from stock_movement where sale_no = ${saleNo} and round_no = ${roundNo}
    order by movement_no`.portions(ROWS_AT_ONCE);
  for await (const rows of portions) {
    await write(
      rows.map(
        (row) =>
          [
            "m",
            row.movementNo,
            row.reason,
            row.channelNo,
            row.variantNo,
            row.id,
            row.units,
          ] as const,
      ),
    );
  }
}
