/*
 * All SQL about one-time codes. Codes and contacts are stored as keyed hashes. A guess
 * and a request for a code first lock the contact's row of the hour: guesses at one contact run one
 * after the other, so that none is missed in the count.
 */

import type { Query, Transaction } from "../../db/connect.ts";
import {
  ASKER_GUESSES,
  CODE_MS,
  CODES_WINDOW_MS,
  digitsFor,
  GUESSES_WINDOW_MS,
  MOST_CODES,
  MOST_CODES_USED,
  openedBy,
  type LiveCode,
} from "../codeRules.ts";

const HOUR_MS = 3_600_000;
const hourOf = (nowMs: number) => new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS);

/** A code about an order. */
export interface CodeRow {
  readonly contactKey: string;
  readonly purpose: string;
  /** The sale that the code belongs to; null for signing in. */
  readonly saleNo: number | null;
  readonly codeKey: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
  readonly attempts: number;
}

/**
 * Inserts a code about an order; false if the contact got as many for this purpose as it gets in
 * five minutes.
 */
export async function insertCode(tx: Query, code: CodeRow): Promise<boolean> {
  const { count } = await tx`
    insert into sign_in_code
      (contact_key, purpose, sale_no, code_key, attempts_left, created_at, expires_at)
    select ${code.contactKey}::uuid, ${code.purpose}, ${code.saleNo}::integer,
      ${code.codeKey}::uuid, ${code.attempts}::smallint, ${new Date(code.nowMs)}::timestamptz,
      ${new Date(code.expiresAtMs)}::timestamptz
    where (select count(*) from sign_in_code
      where contact_key = ${code.contactKey} and purpose = ${code.purpose}
        and created_at > ${new Date(code.nowMs - CODES_WINDOW_MS)}) < ${MOST_CODES}`;
  return count > 0;
}

/** The result of a code that somebody typed. */
export type CodeCheck = "right" | "wrong" | "used";

/**
 * Checks a code about the asker's own order: every unexpired one is valid, and a wrong guess spends
 * one attempt. The rows are locked, so two simultaneous guesses are two attempts. A right guess uses
 * the code up in the transaction that it authorizes.
 */
export async function checkCode(
  tx: Query,
  guess: { contactKey: string; purpose: string; codeKey: string; nowMs: number },
): Promise<CodeCheck> {
  const rows = await tx<
    { codeNo: number; codeKey: string; attemptsLeft: number; usedAt: Date | null }[]
  >`
    select code_no, code_key, attempts_left, used_at from sign_in_code
    where contact_key = ${guess.contactKey} and purpose = ${guess.purpose}
      and expires_at > ${new Date(guess.nowMs)}
    order by code_no desc for update`;
  const paying = rows.find((row) => row.attemptsLeft > 0);
  if (!paying) return "wrong";
  const typed = rows.find((row) => row.codeKey === guess.codeKey);
  if (typed && typed.usedAt !== null) return "used";
  await tx`
    update sign_in_code set attempts_left = attempts_left - (code_no = ${paying.codeNo})::int,
      used_at = case when code_no = ${typed?.codeNo ?? null}::bigint
        then ${new Date(guess.nowMs)}::timestamptz else used_at end
    where code_no in (${paying.codeNo}, ${typed?.codeNo ?? paying.codeNo})`;
  return typed ? "right" : "wrong";
}

/** Locks the contact; returns the wrong guesses at it during the last day at least. */
async function lockContact(tx: Transaction, contactKey: string, nowMs: number): Promise<number> {
  await tx`
    insert into code_guess (contact_key, hour, wrong_count)
    values (${contactKey}, ${hourOf(nowMs)}, 0)
    on conflict (contact_key, hour) do update set wrong_count = code_guess.wrong_count`;
  const [row] = await tx<{ wrong: number }[]>`
    select coalesce(sum(wrong_count), 0)::int as wrong from code_guess
    where contact_key = ${contactKey} and hour >= ${hourOf(nowMs - GUESSES_WINDOW_MS)}`;
  return row?.wrong ?? 0;
}

export interface CodeRequest {
  readonly contactKey: string;
  readonly askerKey: string;
  readonly nowMs: number;
  /** Makes the stored hash of a code of so many digits. */
  readonly newCodeKey: (digits: number) => string;
  /** Whether a message may be sent; asked only if one is needed. */
  readonly maySend: () => Promise<boolean>;
}

export type CodeRequested =
  | { readonly outcome: "made"; readonly expiresAtMs: number; readonly digits: number }
  /** Enough were sent: they are valid, and another can be sent at `nextAtMs`. */
  | {
      readonly outcome: "sent_before";
      readonly expiresAtMs: number;
      readonly digits: number;
      readonly nextAtMs: number;
    }
  | { readonly outcome: "not_sendable" }
  | { readonly outcome: "work_used" };

interface SentCode {
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly digits: number;
  readonly used: boolean;
  readonly recent: boolean;
  readonly mine: boolean;
}

/** Makes a code for signing in, unless those that were sent are enough. */
export async function requestCode(tx: Transaction, asked: CodeRequest): Promise<CodeRequested> {
  const { contactKey, askerKey, nowMs } = asked;
  const digits = digitsFor(await lockContact(tx, contactKey, nowMs));
  const sent = await tx<SentCode[]>`
    select created_at, expires_at, digits, used_at is not null as used, asker_key = ${askerKey} as mine,
      digits >= ${digits} and created_at > ${new Date(nowMs - CODES_WINDOW_MS)} as recent
    from sign_in_code
    where contact_key = ${contactKey} and purpose = 'sign_in'
      and expires_at > ${new Date(nowMs)} order by code_no desc`;
  if (sent.some(({ mine }) => mine)) return { outcome: "work_used" };
  const recent = sent.filter((row) => row.recent);
  const before = (rows: readonly SentCode[]): CodeRequested => ({
    outcome: "sent_before",
    digits: rows[0]?.digits ?? digits,
    expiresAtMs: rows[0]?.expiresAt.getTime() ?? nowMs,
    nextAtMs: (rows.at(-1)?.createdAt.getTime() ?? nowMs) + CODES_WINDOW_MS,
  });
  const unused = recent.filter((row) => !row.used);
  if (unused.length >= MOST_CODES) return before(unused);
  if (recent.length >= MOST_CODES_USED) return before(recent);
  if (!(await asked.maySend())) return unused[0] ? before(unused) : { outcome: "not_sendable" };
  const expiresAtMs = nowMs + CODE_MS;
  const { count } = await tx`
    insert into sign_in_code (contact_key, purpose, code_key, attempts_left, created_at, expires_at,
      asker_key, digits)
    values (${contactKey}, 'sign_in', ${asked.newCodeKey(digits)}, 0, ${new Date(nowMs)},
      ${new Date(expiresAtMs)}, ${askerKey}, ${digits})
    on conflict (asker_key) where asker_key is not null do nothing`;
  return count > 0 ? { outcome: "made", expiresAtMs, digits } : { outcome: "work_used" };
}

interface Guess {
  readonly contactKey: string;
  readonly askerKey: string;
  readonly codeKey: string;
  readonly nowMs: number;
}

interface Guessed {
  readonly result: CodeCheck | "guesses_used";
  /** Digits of new codes, if this guess made them longer. */
  readonly longerDigits: number | null;
}

/** Wrong guesses of an asker, whose row stays locked. */
async function lockAsker(tx: Transaction, askerKey: string, nowMs: number): Promise<number> {
  const now = new Date(nowMs);
  const [row] = await tx<{ wrongCount: number }[]>`
    insert into code_asker as a (asker_key, wrong_count, since) values (${askerKey}, 0, ${now})
    on conflict (asker_key) do update set
      wrong_count = case when a.since <= ${new Date(nowMs - CODE_MS)} then 0 else a.wrong_count end,
      since = case when a.since <= ${new Date(nowMs - CODE_MS)} or a.wrong_count = 0
        then excluded.since else a.since end
    returning wrong_count`;
  return row?.wrongCount ?? 0;
}

/** Checks a code for signing in. A wrong one counts against its asker and lengthens later codes. */
export async function guessCode(tx: Transaction, guess: Guess): Promise<Guessed> {
  const { contactKey, askerKey, codeKey, nowMs } = guess;
  const guessed = (result: Guessed["result"]): Guessed => ({ result, longerDigits: null });
  if ((await lockAsker(tx, askerKey, nowMs)) >= ASKER_GUESSES) return guessed("guesses_used");
  const wrong = await lockContact(tx, contactKey, nowMs);
  const codes = await tx<(LiveCode & { codeNo: number; usedAt: Date | null })[]>`
    select code_no, code_key, digits, asker_key, used_at from sign_in_code
    where contact_key = ${contactKey} and purpose = 'sign_in'
      and expires_at > ${new Date(nowMs)} order by code_no desc`;
  const unused = codes.filter(({ usedAt }) => usedAt === null);
  const opened = openedBy(unused, { codeKey, askerKey }, digitsFor(wrong));
  if (opened) {
    await tx`
      update sign_in_code set used_at = ${new Date(nowMs)} where code_no = ${opened.codeNo}`;
    return guessed("right");
  }
  if (codes.some((code) => code.usedAt !== null && code.codeKey === codeKey)) {
    return guessed("used");
  }
  await tx`update code_asker set wrong_count = wrong_count + 1 where asker_key = ${askerKey}`;
  await tx`
    update code_guess set wrong_count = wrong_count + 1
    where contact_key = ${contactKey} and hour = ${hourOf(nowMs)}`;
  const digits = digitsFor(wrong + 1);
  return { result: "wrong", longerDigits: digits > digitsFor(wrong) ? digits : null };
}

/** Rows of an hour; more would cost readers, fewer would make requests wait for each other. */
const SHARDS = 16;

/** Texts with sign-in codes in the present hour. */
export async function countTexts(sql: Query, nowMs: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select coalesce(sum(text_count), 0)::int as count from text_budget where hour = ${hourOf(nowMs)}`;
  return row?.count ?? 0;
}

/** Counts one text; `chance` in [0, 1) spreads the rows. */
export async function countText(
  tx: Query,
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): Promise<void> {
  const shard = Math.floor(chance * SHARDS);
  await tx`
    insert into text_budget as t (hour, shard, text_count) values (${hourOf(nowMs)}, ${shard}, 1)
    on conflict (hour, shard) do update set text_count = t.text_count + 1`;
}

/** Notes an alarm of the present hour; false if it was raised before. */
export async function raiseTextAlarm(
  tx: Query,
  { percent, nowMs }: { readonly percent: number; readonly nowMs: number },
): Promise<boolean> {
  const { count } = await tx`
    insert into text_alarm (hour, percent, raised_at)
    values (${hourOf(nowMs)}, ${percent}, ${new Date(nowMs)}) on conflict do nothing`;
  return count > 0;
}

/** Deletes counts that no decision looks at any more. */
export async function forgetCodeCounts(sql: Query, nowMs: number): Promise<void> {
  const before = new Date(nowMs - 2 * GUESSES_WINDOW_MS);
  await sql`delete from code_asker where since < ${before}`;
  await sql`delete from code_guess where hour < ${before}`;
  await sql`delete from text_budget where hour < ${before}`;
  await sql`delete from text_alarm where hour < ${before}`;
}
