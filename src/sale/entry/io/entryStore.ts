/*
 * All SQL about entries: the hot table that everybody writes at the same moment. An entry that is
 * reported as entered is committed.
 */

import { must } from "../../../base/assert.ts";
import {
  isRepeated,
  isRetryable,
  type Query,
  type Sql,
  type Transaction,
} from "../../../db/connect.ts";
import { uuidArray } from "../../../db/uuidArray.ts";
import type { Round } from "../../definition.ts";
import type { WindowGroup } from "../../group.ts";
import { lastWindowNo, windowAt, windowSpan, type WindowSpan } from "../../window.ts";

export interface NewEntry {
  readonly accountKey: string;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  /** The challenge that the entry's work solved: unpredictable, and valid for one entry only. */
  readonly entryId: string;
  readonly channelNo: number;
  /** Variant numbers joined by dots. */
  readonly preferences: string;
  /** Unique across accounts. */
  readonly requestKey: string;
  /** When the request came, in ms; absent: with its batch. */
  readonly arrivedAtMs?: number;
  /** When she first came, if a server told her to retry, in ms; absent: now. */
  readonly firstArrivedAtMs?: number;
}

export interface StoredEntry {
  readonly entryId: string;
  readonly windowNo: number;
  readonly channelNo: number;
  readonly preferences: string;
  readonly enteredAtMs: number;
}

export type EntryRefusal =
  | "not_open_yet"
  | "entry_closed"
  | "already_entered"
  | "contact_already_entered"
  | "idempotency_key_reused"
  | "work_used";

export type EntryOutcome =
  | { readonly ok: true; readonly entry: StoredEntry }
  | { readonly ok: false; readonly why: EntryRefusal };

/*
 * One statement per batch. The gate's row is locked FOR SHARE until the commit. The seal of the
 * window needs it FOR UPDATE, so it waits for us, or we find the window closed and insert nothing.
 * Several processes insert in parallel, as share locks do not conflict. A seal is not starved,
 * because arrivals after the window's end lock the next window's row.
 * The time of the batch chooses the window, and each entry keeps its own arrival. Arrivals are
 * numbered when the window is sealed, and under first come only.
 * Rows are sorted by key, or two processes with overlapping batches deadlock (50 of 180 batches;
 * sorted: none). Uniqueness is enforced by the indexes alone: account, phone, e-mail. Keys travel
 * in binary form, as parsing them from text was an eighth of the database's work; other arrays
 * travel as text literals, cheaper to build than the driver's array encoding.
 */
const enterStatement = (onConflict: string) => `
with gate as materialized (
  select window_no from sale_window
  where sale_no = $1 and round_no = $2 and state = 'open' and opens_at <= $3 and closes_at > $3
  order by window_no limit 1 for share
), inserted as (
  insert into entry (sale_no, round_no, account_key, phone_key, email_key, entry_id, window_no,
    arrival_no, channel_no, preferences, request_key, entered_at)
  select $1, $2, i.account_key, i.phone_key, i.email_key, i.entry_id, gate.window_no,
    0, i.channel_no, i.preferences, i.request_key,
    $12::timestamptz + i.late_ms * interval '1 ms'
  from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::smallint[], $9::text[],
    $10::uuid[], $13::int[]) as i (account_key, phone_key, email_key,
    entry_id, channel_no, preferences, request_key, late_ms)
  cross join gate
  where not exists (select 1 from entry_withdrawn w
    where w.sale_no = $1 and w.round_no = $2 and w.entry_id = i.entry_id)
  order by i.account_key
  ${onConflict}
  returning request_key
)
select (select window_no from gate) as window_no, count(*)::int as inserted_count,
  case when count(*) < $11::int then array_agg(request_key::text) end as inserted_keys
from inserted`;

/**
 * With `on conflict` each index is searched twice and each row written first as tentative, then as
 * final: a third of the database's work. So new people are inserted without it. A batch with a
 * repeated entry then fails as a whole and is retried with it.
 */
const ENTER = { new: enterStatement(""), mixed: enterStatement("on conflict do nothing") };

/**
 * Whether a batch is believed to hold new people only. Both statements are correct, one costs more.
 */
export type BatchKind = keyof typeof ENTER;

interface BatchReply {
  readonly windowNo: number | null;
  readonly insertedCount: number;
  readonly insertedKeys: string[] | null;
}

/** A column of the batch as an array literal. Numbers and dots only, so no value needs quoting. */
function column(entries: readonly NewEntry[], pick: (entry: NewEntry) => string | number): string {
  return `{${entries.map(pick).join(",")}}`;
}

/** When an entry arrived, in whole ms as it is stored. */
const arrivalOf = (entry: NewEntry, nowMs: number) => Math.floor(entry.arrivedAtMs ?? nowMs);

async function insertBatch(
  entryPool: Sql,
  target: EntryTarget,
  batch: { kind: BatchKind; entries: readonly NewEntry[]; atMs: number; nowMs: number },
): Promise<BatchReply> {
  const { kind, entries, atMs, nowMs } = batch;
  const batchMs = Math.floor(nowMs);
  const [reply] = await entryPool.unsafe<BatchReply[]>(ENTER[kind], [
    target.saleNo,
    target.round.roundNo,
    new Date(atMs).toISOString(),
    uuidArray(entries, (entry) => entry.accountKey),
    uuidArray(entries, (entry) => entry.phoneKey),
    uuidArray(entries, (entry) => entry.emailKey),
    uuidArray(entries, (entry) => entry.entryId),
    column(entries, (entry) => entry.channelNo),
    column(entries, (entry) => entry.preferences),
    uuidArray(entries, (entry) => entry.requestKey),
    entries.length,
    new Date(batchMs).toISOString(),
    column(entries, (entry) => arrivalOf(entry, nowMs) - batchMs),
  ]);
  return reply as BatchReply;
}

export interface EntryTarget {
  readonly saleNo: number;
  readonly round: Round;
}

/** Windows open and close while batches are in flight; a batch never misses this many in a row. */
const MOST_ATTEMPTS = 6;

/**
 * Enters a batch and returns the outcome of each entry. An entry reported as entered is committed.
 * Throws if the database is unreachable; then the outcome is unknown, and a retry with the same key
 * reveals it.
 */
export async function enterBatch(
  entryPool: Sql,
  target: EntryTarget,
  entries: readonly NewEntry[],
  { nowMs, kind: believed }: { readonly nowMs: number; readonly kind: BatchKind },
): Promise<EntryOutcome[]> {
  let atMs = nowMs;
  let kind = believed;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    try {
      const reply = await insertBatch(entryPool, target, { kind, entries, atMs, nowMs });
      if (reply.windowNo !== null) return await outcomes(entryPool, target, entries, reply, nowMs);
      const opened = await openWindow(entryPool, target, atMs);
      if ("why" in opened) return await closedOutcomes(entryPool, target, entries, opened.why);
      // A process with a slow clock joins the open window instead of a sealed one.
      atMs = Math.max(atMs, opened.opensAtMs);
    } catch (error) {
      const again = isRetryable(error) || isRepeated(error);
      if (attempt === MOST_ATTEMPTS || !again) throw error;
      kind = "mixed";
    }
  }
  throw new Error("no window stays open long enough to enter");
}

/**
 * Marks windows in which this server lets people wait, so that they are sealed together with those
 * after them. Returns the window that the marks end with; null if the round takes nobody any more.
 * Holds the windows' rows FOR SHARE like a batch: a window is marked, or closed already, and then
 * the first open one gets the mark.
 */
export async function markCrowded(
  entryPool: Sql,
  target: EntryTarget,
  mark: {
    readonly serverId: string;
    readonly fromWindowNo: number;
    readonly throughAtMs: number;
    readonly turnedAwayCount: number;
    readonly longestWaitMs: number;
    readonly nowMs: number;
  },
): Promise<number | null> {
  const { saleNo, round } = target;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const opened = await openWindow(entryPool, target, mark.throughAtMs);
    if ("why" in opened) return null;
    const throughNo = opened.windowNo;
    const fromNo = Math.min(mark.fromWindowNo, throughNo);
    await openWindows(entryPool, target, { fromWindowNo: fromNo, windowNo: throughNo });
    const marked = await entryPool`
      with gate as materialized (
        select window_no from sale_window
        where sale_no = ${saleNo} and round_no = ${round.roundNo} and state = 'open'
          and window_no between ${fromNo} and ${throughNo}
        order by window_no for share)
      insert into window_mark (sale_no, round_no, window_no, server_id, turned_away_count,
        longest_wait_ms, marked_at)
      select ${saleNo}, ${round.roundNo}, window_no, ${mark.serverId},
        case when window_no = ${throughNo} then ${mark.turnedAwayCount}::int else 0 end,
        ${mark.longestWaitMs}, ${new Date(mark.nowMs)} from gate
      on conflict (sale_no, round_no, window_no, server_id) do update set
        turned_away_count = window_mark.turned_away_count + excluded.turned_away_count,
        longest_wait_ms = greatest(window_mark.longest_wait_ms, excluded.longest_wait_ms),
        marked_at = excluded.marked_at
      returning window_no`;
    if (marked.some((row) => row["windowNo"] === throughNo)) return throughNo;
  }
  return null;
}

/**
 * Creates the row of the window at `nowMs` in one statement. Its share lock on the round's row
 * excludes closing the sale meanwhile. If another process sealed further in between, the row
 * already exists, closed, and the caller checks again.
 */
async function openWindow(
  entryPool: Sql,
  target: EntryTarget,
  nowMs: number,
): Promise<WindowSpan | { why: "not_open_yet" | "entry_closed" }> {
  const { saleNo, round } = target;
  const [row] = await entryPool<{ state: string; accepting: boolean; lastClosed: number }[]>`
    select s.state, r.accepting, coalesce((select max(window_no) from sale_window w
      where w.sale_no = r.sale_no and w.round_no = r.round_no and w.state <> 'open'), -1)
      as last_closed
    from sale_round r join sale s using (sale_no)
    where r.sale_no = ${saleNo} and r.round_no = ${round.roundNo}`;
  const { state, accepting, lastClosed } = must(row, "row of the round");
  if (state === "draft") return { why: "not_open_yet" };
  if (!accepting) return { why: "entry_closed" };
  const now = windowAt(round, nowMs);
  if (now === null) return { why: nowMs < round.lobbyOpensAtMs ? "not_open_yet" : "entry_closed" };
  const windowNo = Math.max(now.windowNo, lastClosed + 1);
  if (windowNo > lastWindowNo(round)) return { why: "entry_closed" };
  const span = windowSpan(round, windowNo);
  await entryPool`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    select sale_no, round_no, ${windowNo}::int, ${new Date(span.opensAtMs)}, ${new Date(span.closesAtMs)}
    from sale_round where sale_no = ${saleNo} and round_no = ${round.roundNo} and accepting
    for share
    on conflict do nothing`;
  return span;
}

/**
 * Creates the rows of windows in which nobody is yet: people who wait are entered later, and a
 * window without a row cannot be marked. Closed windows have theirs.
 */
async function openWindows(
  entryPool: Sql,
  { saleNo, round }: EntryTarget,
  { fromWindowNo, windowNo }: WindowGroup,
): Promise<void> {
  if (fromWindowNo === windowNo) return;
  const count = windowNo - fromWindowNo + 1;
  const spans = Array.from({ length: count }, (_, index) =>
    windowSpan(round, fromWindowNo + index),
  );
  await entryPool`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    select r.sale_no, r.round_no, span.*
    from unnest(${spans.map((span) => span.windowNo)}::int[],
      ${spans.map((span) => new Date(span.opensAtMs).toISOString())}::timestamptz[],
      ${spans.map((span) => new Date(span.closesAtMs).toISOString())}::timestamptz[]) as span,
      sale_round r
    where r.sale_no = ${saleNo} and r.round_no = ${round.roundNo} and r.accepting
    order by 3 for share of r
    on conflict do nothing`;
}

/** The stored row of an entry. */
export interface KnownEntry {
  readonly accountKey: string;
  readonly entryId: string;
  readonly windowNo: number;
  readonly channelNo: number;
  readonly preferences: string;
  readonly requestKey: string;
  readonly enteredAt: Date;
}

export function asStored(row: KnownEntry): StoredEntry {
  return {
    entryId: row.entryId,
    windowNo: row.windowNo,
    channelNo: row.channelNo,
    preferences: row.preferences,
    enteredAtMs: row.enteredAt.getTime(),
  };
}

async function findByAccounts(
  sql: Query,
  target: EntryTarget,
  accountKeys: readonly string[],
): Promise<Map<string, KnownEntry>> {
  const rows = await sql<KnownEntry[]>`
    select account_key, entry_id, window_no, channel_no, preferences, request_key,
      entered_at
    from entry where sale_no = ${target.saleNo} and round_no = ${target.round.roundNo}
      and account_key = any(${accountKeys as string[]}::uuid[])`;
  return new Map(rows.map((row) => [row.accountKey, row]));
}

/** The outcome for an entry that a unique key rejected: its first answer, or the refusal. */
function outcomeOfKnown(entry: NewEntry, known: KnownEntry | undefined): EntryOutcome | null {
  if (!known) return null;
  if (known.requestKey !== entry.requestKey) return { ok: false, why: "already_entered" };
  // The row holds the whole payload of a join, so a different payload shows by comparison.
  const same =
    known.channelNo === entry.channelNo &&
    known.preferences === entry.preferences &&
    known.entryId === entry.entryId;
  return same ? { ok: true, entry: asStored(known) } : { ok: false, why: "idempotency_key_reused" };
}

async function outcomes(
  entryPool: Sql,
  target: EntryTarget,
  entries: readonly NewEntry[],
  reply: BatchReply,
  nowMs: number,
): Promise<EntryOutcome[]> {
  const windowNo = reply.windowNo as number;
  const fresh = (entry: NewEntry): EntryOutcome => ({
    ok: true,
    entry: {
      entryId: entry.entryId,
      windowNo,
      channelNo: entry.channelNo,
      preferences: entry.preferences,
      enteredAtMs: arrivalOf(entry, nowMs),
    },
  });
  if (reply.insertedCount === entries.length) return entries.map(fresh);
  const insertedKeys = new Set(reply.insertedKeys ?? []);
  const keptOut = entries.filter((entry) => !insertedKeys.has(entry.requestKey));
  const known = await findByAccounts(
    entryPool,
    target,
    keptOut.map((entry) => entry.accountKey),
  );
  const used = await usedWork(entryPool, target, keptOut);
  return entries.map((entry) => {
    if (insertedKeys.has(entry.requestKey)) return fresh(entry);
    const outcome = outcomeOfKnown(entry, known.get(entry.accountKey));
    if (outcome) return outcome;
    return { ok: false, why: used.has(entry.entryId) ? "work_used" : "contact_already_entered" };
  });
}

async function usedWork(
  sql: Query,
  target: EntryTarget,
  entries: readonly NewEntry[],
): Promise<Set<string>> {
  const rows = await sql<{ entryId: string }[]>`
    select entry_id from entry_withdrawn
    where sale_no = ${target.saleNo} and round_no = ${target.round.roundNo}
      and entry_id = any(${entries.map((entry) => entry.entryId)}::uuid[])`;
  return new Set(rows.map((row) => row.entryId));
}

/** People who have already entered keep place and answer, even after entry closed. */
async function closedOutcomes(
  entryPool: Sql,
  target: EntryTarget,
  entries: readonly NewEntry[],
  why: "not_open_yet" | "entry_closed",
): Promise<EntryOutcome[]> {
  const known = await findByAccounts(
    entryPool,
    target,
    entries.map((entry) => entry.accountKey),
  );
  return entries.map(
    (entry) => outcomeOfKnown(entry, known.get(entry.accountKey)) ?? { ok: false, why },
  );
}

export async function findEntry(
  sql: Query,
  saleNo: number,
  roundNo: number,
  accountKey: string,
): Promise<StoredEntry | null> {
  const [row] = await sql<KnownEntry[]>`
    select account_key, entry_id, window_no, channel_no, preferences, request_key,
      entered_at
    from entry where sale_no = ${saleNo} and round_no = ${roundNo} and account_key = ${accountKey}`;
  return row ? asStored(row) : null;
}

/**
 * Removes an entry before its window is sealed. The window's row is share-locked as at entry:
 * either the seal comes first and the entry stays, or the seal never sees it.
 */
export async function withdrawEntry(
  tx: Transaction,
  entry: { saleNo: number; roundNo: number; accountKey: string; nowMs: number },
): Promise<"withdrawn" | "entry_not_found" | "window_sealed"> {
  const { saleNo, roundNo, accountKey, nowMs } = entry;
  const [row] = await tx<{ state: string }[]>`
    select w.state from sale_window w join entry e using (sale_no, round_no, window_no)
    where e.sale_no = ${saleNo} and e.round_no = ${roundNo} and e.account_key = ${accountKey}
    for share of w`;
  if (!row) return "entry_not_found";
  if (row.state !== "open") return "window_sealed";
  const moved = await tx`
    with gone as (
      delete from entry
      where sale_no = ${saleNo} and round_no = ${roundNo} and account_key = ${accountKey}
      returning entry_id)
    insert into entry_withdrawn (sale_no, round_no, entry_id, account_key, withdrawn_at)
    select ${saleNo}, ${roundNo}, entry_id, ${accountKey}, ${new Date(nowMs)} from gone`;
  return moved.count === 1 ? "withdrawn" : "entry_not_found";
}
