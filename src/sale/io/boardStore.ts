/* All SQL of the public board, and its cache in this process. */

import { must } from "../../base/assert.ts";
import { isoOrNull } from "../../base/instant.ts";
import type { Clock } from "../../base/clock.ts";
import type { Query, Sql } from "../../db/connect.ts";
import { documentOf, type Document } from "../../http/document.ts";
import { beaconRoundAtMs, type DrandChain } from "../beacon/beacon.ts";
import type { AwaitingWindow, Board, BoardWindow } from "../board.ts";
import { channelByNo, variantByNo, type Round, type SaleDefinition } from "../definition.ts";
import { roundPhase } from "../saleState.ts";
import { readSaleStatus, type StoredSale } from "./saleStore.ts";
import { readStock, type StockRow } from "./stockStore.ts";

/** A stock balance in wire names. */
export function stockLine(
  definition: SaleDefinition,
  balance: StockRow,
): Omit<Board["stock"][number], "offeredThroughPlaceNo"> {
  const { channelNo, variantNo, allotted, free, offered, ordered, sold, held, returned } = balance;
  return {
    channel: must(channelByNo(definition, channelNo), "channel of stock").code,
    sku: must(variantByNo(definition, variantNo), "variant of stock").sku,
    allotted,
    free,
    offered,
    ordered,
    sold,
    held,
    returned,
    makeGood: balance.makeGood,
  };
}

async function readWindows(sql: Query, saleNo: number, roundNo: number): Promise<BoardWindow[]> {
  const rows = await sql<
    {
      windowNo: number;
      fromWindowNo: number;
      entryCount: number;
      setAsideCount: number;
      root: Buffer;
      seed: Buffer;
    }[]
  >`
    with aside as materialized (
      select l.window_no, count(*)::int as set_aside_count
      from make_good m join line_place l using (sale_no, round_no, entry_id)
      where m.sale_no = ${saleNo} and m.round_no = ${roundNo} group by l.window_no)
    select w.window_no, coalesce(w.group_from, w.window_no) as from_window_no, w.entry_count, w.root,
      w.seed,
      coalesce(a.set_aside_count, 0) as set_aside_count
    from sale_window w left join aside a using (window_no)
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.state = 'sealed'
      and w.entry_count > 0
    order by w.window_no`;
  let nextPlaceNo = 1;
  return rows.map((row) => {
    const firstPlaceNo = nextPlaceNo;
    nextPlaceNo += row.entryCount;
    return {
      windowNo: row.windowNo,
      fromWindowNo: row.fromWindowNo,
      entryCount: row.entryCount,
      firstPlaceNo,
      setAsideCount: row.setAsideCount,
      root: row.root.toString("hex"),
      seed: row.seed.toString("hex"),
    };
  });
}

async function readAwaiting(
  sql: Query,
  chain: DrandChain | undefined,
  { saleNo, roundNo }: { readonly saleNo: number; readonly roundNo: number },
): Promise<AwaitingWindow[]> {
  if (chain === undefined) return [];
  const rows = await sql<
    {
      windowNo: number;
      fromWindowNo: number;
      entryCount: number;
      root: Buffer;
      beaconRoundNo: number;
    }[]
  >`
    select window_no, coalesce(group_from, window_no) as from_window_no, entry_count, root,
      beacon_round_no
    from sale_window
    where sale_no = ${saleNo} and round_no = ${roundNo} and state = 'closed'
      and beacon_round_no is not null
    order by window_no`;
  return rows.map((row) => ({
    windowNo: row.windowNo,
    fromWindowNo: row.fromWindowNo,
    entryCount: row.entryCount,
    root: row.root.toString("hex"),
    beaconRoundNo: row.beaconRoundNo,
    beaconRoundAt: new Date(beaconRoundAtMs(chain, row.beaconRoundNo)).toISOString(),
  }));
}

/** The rush of windows that are still open: the first of them, and what servers said of all. */
async function readRush(
  sql: Query,
  { saleNo, roundNo }: { readonly saleNo: number; readonly roundNo: number },
): Promise<Board["rush"]> {
  const [row] = await sql<
    { fromWindowNo: number | null; turnedAwayCount: number; longestWaitMs: number }[]
  >`
    select min(m.window_no) as from_window_no,
      coalesce(sum(m.turned_away_count), 0)::int as turned_away_count,
      coalesce(max(m.longest_wait_ms), 0) as longest_wait_ms
    from sale_window w join window_mark m using (sale_no, round_no, window_no)
    where w.sale_no = ${saleNo} and w.round_no = ${roundNo} and w.state = 'open'`;
  if (row === undefined || row.fromWindowNo === null) return null;
  return { ...row, fromWindowNo: row.fromWindowNo };
}

/**
 * Poll interval of pages. A pause must show on every screen within 5 s, and may come at any time
 * before the sale is closed: 2 s with a quarter more at random, a document up to a second old here,
 * and up to another second in caches.
 */
const POLL_MS = 2_000;
const POLL_CLOSED_MS = 15_000;

/**
 * How many transactions the database had ended by the snapshot of `tx`: every number below the
 * snapshot's upper end, but those still under way. It grows with each write and never falls, so it
 * orders boards that different servers read.
 */
async function readRevision(tx: Query): Promise<number> {
  const [row] = await tx<{ revisionNo: number }[]>`
    select (pg_snapshot_xmax(now)::text::bigint - (select count(*) from pg_snapshot_xip(now)))
      ::float8 as revision_no
    from pg_current_snapshot() now`;
  return must(row, "a snapshot").revisionNo;
}

/** Reads a board from one snapshot. */
export async function readBoard(
  sql: Sql,
  sale: StoredSale,
  round: Round,
  nowMs: number,
): Promise<RevisedBoard> {
  return await sql.begin("isolation level repeatable read read only", async (tx) => ({
    revisionNo: await readRevision(tx),
    board: await readBoardOf(tx, sale, round, nowMs),
  }));
}

async function readBoardOf(
  tx: Query,
  sale: StoredSale,
  round: Round,
  nowMs: number,
): Promise<Board> {
  const { definition, saleNo } = sale;
  const { roundNo } = round;
  const [{ state, pausedAtMs, message }, windows, awaiting, rush, balances, [sealed]] =
    await Promise.all([
      readSaleStatus(tx, saleNo),
      readWindows(tx, saleNo, roundNo),
      readAwaiting(tx, definition.beacon, { saleNo, roundNo }),
      readRush(tx, { saleNo, roundNo }),
      readStock(tx, saleNo, roundNo),
      tx<{ sealedThrough: number }[]>`
      select sealed_through from sale_round
      where sale_no = ${saleNo} and round_no = ${roundNo}`,
    ]);
  const phase = roundPhase(round, nowMs);
  return {
    sale: definition.slug,
    roundNo,
    message,
    saleState: state,
    pausedAt: isoOrNull(pausedAtMs),
    phase,
    mode: round.mode,
    sealedEntryCount: windows.reduce((sum, window) => sum + window.entryCount, 0),
    sealedThroughWindowNo: must(sealed, "row of the round").sealedThrough,
    windows,
    awaiting,
    rush,
    stock: balances.map((balance) => ({
      ...stockLine(definition, balance),
      offeredThroughPlaceNo: balance.reachedPlaceNo,
    })),
    pollAfterMs: state === "closed" ? POLL_CLOSED_MS : POLL_MS,
  };
}

/** A board, and how far the database was. */
interface RevisedBoard {
  readonly board: Board;
  readonly revisionNo: number;
}

/** A board with its wire form. */
export interface CachedBoard extends RevisedBoard {
  readonly document: Document;
}

/** Greatest age of the board; caches on the way add the same second. */
const BOARD_AGE_MS = 1_000;

/**
 * The board of each round, read at most once a second by this process. Requests that arrive during
 * the read share it.
 */
export class BoardCache {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #entries = new Map<string, { atMs: number; document: Promise<CachedBoard> }>();

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  async document(sale: StoredSale, round: Round): Promise<CachedBoard> {
    const key = `${sale.saleNo} ${round.roundNo}`;
    const nowMs = this.#clock.nowMs();
    const known = this.#entries.get(key);
    if (known && nowMs - known.atMs < BOARD_AGE_MS && nowMs >= known.atMs)
      return await known.document;
    const document = readBoard(this.#sql, sale, round, nowMs).then((read) => ({
      ...read,
      document: documentOf(JSON.stringify(read.board)),
    }));
    this.#entries.set(key, { atMs: nowMs, document });
    document.catch(() => this.#entries.delete(key));
    return await document;
  }
}
