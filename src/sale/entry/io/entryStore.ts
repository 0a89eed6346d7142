import {
  isRepeated,
  isRetryable,
  type Query,
  type Sql,
  type Transaction,
} from "../../../db/connect.ts";
import { uuidArray } from "../../../db/uuidArray.ts";
import type { Round } from "../../definition.ts";
import { lastWindowNo, windowAt, windowSpan, type WindowSpan } from "../../window.ts";

/** All SQL about entries: the wide table that everybody writes to at once. */

export interface NewEntry {
  readonly accountKey: string;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  /** The challenge whose solution the entry was made with: unpredictable, and good for one entry only. */
  readonly entryId: string;
  readonly channelNo: number;
  /** Variant numbers joined by dots. */
  readonly preferences: string;
  /** Tells its account, too. */
  readonly requestKey: string;
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

/** Ordinals of a batch fit below the batch number in an arrival number. */
export const ARRIVALS_PER_BATCH = 4096;

/*
 * One statement for a batch. The gate's row is locked FOR SHARE until the commit: the seal of the
 * window needs it FOR UPDATE, so it waits for us, or we find the window closed and insert nothing.
 * Several processes insert side by side, as share locks do not exclude each other; a seal is not
 * starved, because arrivals after the window's end hold the next window's row. Rows go in sorted by
 * key, or two processes with overlapping batches deadlock (50 of 180 batches; sorted: none). All
 * uniqueness is the indexes': account, phone, e-mail. Keys travel as they are stored, as reading them
 * from text was an eighth of the database's work; other arrays as text literals, cheaper to build than
 * the driver's array encoding.
 */
const enterStatement = (onConflict: string) => `
with gate as materialized (
  select window_no, nextval('entry_batch_no') as batch_no from sale_window
  where sale_no = $1 and round_no = $2 and state = 'open' and opens_at <= $3 and closes_at > $3
  order by window_no limit 1 for share
), inserted as (
  insert into entry (sale_no, round_no, account_key, phone_key, email_key, entry_id, window_no,
    arrival_no, channel_no, preferences, request_key, entered_at)
  select $1, $2, i.account_key, i.phone_key, i.email_key, i.entry_id, gate.window_no,
    gate.batch_no * ${ARRIVALS_PER_BATCH} + i.ordinal, i.channel_no, i.preferences, i.request_key,
    $3
  from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::smallint[], $9::text[],
    $10::uuid[]) with ordinality as i (account_key, phone_key, email_key,
    entry_id, channel_no, preferences, request_key, ordinal)
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
 * Where a row may be there already each index is searched for it first and once more to insert, and each row is
 * written as tentative and then as final: a third of the database's work. So those who are new go without, and
 * a batch in which somebody was not new fails as a whole and goes again.
 */
const ENTER = { new: enterStatement(""), mixed: enterStatement("on conflict do nothing") };

/** Whether nobody of a batch is believed to be in already, or somebody may be. Both are right, one is dearer. */
export type BatchKind = keyof typeof ENTER;

interface BatchReply {
  readonly windowNo: number | null;
  readonly insertedCount: number;
  readonly insertedKeys: string[] | null;
}

/** A column of the batch as an array literal; no value needs quoting: numbers, and numbers with dots. */
function column(entries: readonly NewEntry[], pick: (entry: NewEntry) => string | number): string {
  return `{${entries.map(pick).join(",")}}`;
}

async function insertBatch(
  lane: Sql,
  target: EntryTarget,
  { kind, entries, atMs }: { kind: BatchKind; entries: readonly NewEntry[]; atMs: number },
): Promise<BatchReply> {
  const [reply] = await lane.unsafe<BatchReply[]>(ENTER[kind], [
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
  ]);
  return reply as BatchReply;
}

export interface EntryTarget {
  readonly saleNo: number;
  readonly round: Round;
}

/** Windows open and close while batches are on their way; so often one never misses all of them. */
const MOST_ATTEMPTS = 6;

/**
 * Enters a batch and says for each entry what became of it. What is reported as entered is
 * committed. Throws when the database cannot be reached; then nothing is known, and a repeated
 * request with the same key finds out.
 */
export async function enterBatch(
  lane: Sql,
  target: EntryTarget,
  entries: readonly NewEntry[],
  { nowMs, kind: believed }: { readonly nowMs: number; readonly kind: BatchKind },
): Promise<EntryOutcome[]> {
  let atMs = nowMs;
  let kind = believed;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    try {
      const reply = await insertBatch(lane, target, { kind, entries, atMs });
      if (reply.windowNo !== null) return await outcomes(lane, target, entries, reply, atMs);
      const opened = await openWindow(lane, target, atMs);
      if ("why" in opened) return await closedOutcomes(lane, target, entries, opened.why);
      // A process whose clock is behind joins the window that is open, not one that is sealed.
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
 * Makes the row of the window that `nowMs` falls into, in one statement, whose share lock on the
 * round's row makes closing a sale and opening a window exclude each other. Where somebody sealed
 * further meanwhile, the row is there already, closed, and the caller looks again.
 */
async function openWindow(
  lane: Sql,
  target: EntryTarget,
  nowMs: number,
): Promise<WindowSpan | { why: "not_open_yet" | "entry_closed" }> {
  const { saleNo, round } = target;
  const [row] = await lane<{ state: string; accepting: boolean; lastClosed: number }[]>`
    select s.state, r.accepting, coalesce((select max(window_no) from sale_window w
      where w.sale_no = r.sale_no and w.round_no = r.round_no and w.state <> 'open'), -1)
      as last_closed
    from sale_round r join sale s using (sale_no)
    where r.sale_no = ${saleNo} and r.round_no = ${round.roundNo}`;
  if (row!.state === "draft") return { why: "not_open_yet" };
  if (!row!.accepting) return { why: "entry_closed" };
  const now = windowAt(round, nowMs);
  if (now === null) return { why: nowMs < round.lobbyOpensAtMs ? "not_open_yet" : "entry_closed" };
  const windowNo = Math.max(now.windowNo, row!.lastClosed + 1);
  if (windowNo > lastWindowNo(round)) return { why: "entry_closed" };
  const span = windowSpan(round, windowNo);
  await lane`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    select sale_no, round_no, ${windowNo}::int, ${new Date(span.opensAtMs)}, ${new Date(span.closesAtMs)}
    from sale_round where sale_no = ${saleNo} and round_no = ${round.roundNo} and accepting
    for share
    on conflict do nothing`;
  return span;
}

/** An entry's row as it is read back. */
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

/** What an entry that the unique keys kept out is told: its first answer, or why not. */
function outcomeOfKnown(entry: NewEntry, known: KnownEntry | undefined): EntryOutcome | null {
  if (!known) return null;
  if (known.requestKey !== entry.requestKey) return { ok: false, why: "already_entered" };
  // The row holds all that a join says, so it tells another payload by itself.
  const same =
    known.channelNo === entry.channelNo &&
    known.preferences === entry.preferences &&
    known.entryId === entry.entryId;
  return same ? { ok: true, entry: asStored(known) } : { ok: false, why: "idempotency_key_reused" };
}

async function outcomes(
  lane: Sql,
  target: EntryTarget,
  entries: readonly NewEntry[],
  reply: BatchReply,
  atMs: number,
): Promise<EntryOutcome[]> {
  const windowNo = reply.windowNo as number;
  const fresh = (entry: NewEntry): EntryOutcome => ({
    ok: true,
    entry: {
      entryId: entry.entryId,
      windowNo,
      channelNo: entry.channelNo,
      preferences: entry.preferences,
      enteredAtMs: atMs,
    },
  });
  if (reply.insertedCount === entries.length) return entries.map(fresh);
  const insertedKeys = new Set(reply.insertedKeys ?? []);
  const keptOut = entries.filter((entry) => !insertedKeys.has(entry.requestKey));
  const known = await findByAccounts(
    lane,
    target,
    keptOut.map((entry) => entry.accountKey),
  );
  const used = await usedWork(lane, target, keptOut);
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

/** Who is in already keeps the place and the answer, also when entry has closed meanwhile. */
async function closedOutcomes(
  lane: Sql,
  target: EntryTarget,
  entries: readonly NewEntry[],
  why: "not_open_yet" | "entry_closed",
): Promise<EntryOutcome[]> {
  const known = await findByAccounts(
    lane,
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
 * Takes an entry out before its window is sealed. The window's row is share-locked like at entry:
 * either the seal comes first and the entry stays, or it never sees it.
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
