/*
 * SQL of the outbox as a queue; deleting is in `access/io/purgeStore.ts`. Everything about a person is stored
 * encrypted.
 */

import { isoOrNull } from "../../base/instant.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import { URGENCIES, type MessageKind, type Urgency, type WayName } from "../sending.ts";

const hex = (cipher: Buffer | null) => cipher?.toString("hex") ?? null;

export interface NewMessage {
  readonly kind: string;
  readonly saleNo: number | null;
  readonly accountKey: string | null;
  readonly contactKey: string | null;
  /** Null for a message to the account's contact at the time of sending. */
  readonly recipientCipher: Buffer | null;
  readonly payloadCipher: Buffer;
  readonly createdAtMs: number;
  readonly way: WayName | "unsorted";
  readonly urgency: Urgency;
  readonly expiresAtMs: number | null;
}

/** Inserts messages, due at once; returns their numbers in order. */
export async function insertMessages(
  tx: Query,
  messages: readonly NewMessage[],
): Promise<number[]> {
  const written = await tx<{ messageId: number }[]>`
    insert into outbox (kind, sale_no, account_key, contact_key, recipient_cipher, payload_cipher,
      created_at, next_attempt_at, way, urgency, expires_at)
    select kind, sale_no, account_key, contact_key, decode(recipient, 'hex'),
      decode(payload, 'hex'), at, at, way, urgency, expiry
    from unnest(${messages.map((one) => one.kind)}::text[],
      ${messages.map((one) => one.saleNo)}::integer[],
      ${messages.map((one) => one.accountKey)}::uuid[],
      ${messages.map((one) => one.contactKey)}::uuid[],
      ${messages.map((one) => hex(one.recipientCipher))}::text[],
      ${messages.map((one) => hex(one.payloadCipher))}::text[],
      ${messages.map((one) => isoOrNull(one.createdAtMs))}::timestamptz[],
      ${messages.map((one) => one.way)}::text[],
      ${messages.map((one) => one.urgency)}::smallint[],
      ${messages.map((one) => isoOrNull(one.expiresAtMs))}::timestamptz[])
      with ordinality as message (kind, sale_no, account_key, contact_key, recipient, payload, at,
        way, urgency, expiry, position)
    order by position
    returning message_id`;
  return written.map(({ messageId }) => messageId).sort((a, b) => a - b);
}

/** The stored fields needed to send or show a message. */
export interface SealedMessage {
  readonly recipientCipher: Buffer | null;
  /** The account's contact, used if the message has none of its own. */
  readonly contactCipher: Buffer | null;
  readonly payloadCipher: Buffer;
}

/** The urgencies with a message due on a way, the most urgent first. */
export async function readDueUrgencies(
  sql: Query,
  way: WayName | "unsorted",
  nowMs: number,
): Promise<Urgency[]> {
  const rows = await sql<{ urgency: Urgency }[]>`
    select u.urgency from unnest(${URGENCIES as readonly number[]}::smallint[]) u (urgency)
      cross join lateral (select 1 from outbox
        where way = ${way} and urgency = u.urgency and sent_at is null and failed_at is null
          and next_attempt_at <= ${new Date(nowMs)} limit 1) one
    order by u.urgency`;
  return rows.map((row) => row.urgency);
}

/** Expired messages end unsent, except claimed ones. */
export async function endExpired(sql: Query, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    update outbox set failed_at = ${now}, failure = 'expired', claim = null
    where message_id in (select message_id from outbox
      where sent_at is null and failed_at is null and expires_at is not null
        and expires_at <= ${now} and (claim is null or next_attempt_at <= ${now})
      limit 10000 for update skip locked)`;
}

/** Locks messages whose way is not known yet. */
export async function lockUnsorted(
  tx: Transaction,
  nowMs: number,
  mostCount: number,
): Promise<(Omit<SealedMessage, "payloadCipher"> & { readonly messageId: number })[]> {
  return await tx<(Omit<SealedMessage, "payloadCipher"> & { messageId: number })[]>`
    select o.message_id, o.recipient_cipher,
      a.contact_cipher
    from outbox o left join account a using (account_key)
    where o.way = 'unsorted' and o.sent_at is null and o.failed_at is null
      and o.next_attempt_at <= ${new Date(nowMs)}
    order by o.urgency, o.next_attempt_at, o.message_id
    limit ${mostCount} for update of o skip locked`;
}

/** Sets the way of each message; one without a way has no recipient, and ends. */
export async function writeWays(
  tx: Transaction,
  sorted: readonly { readonly messageId: number; readonly way: WayName | null }[],
  nowMs: number,
): Promise<void> {
  await tx`
    update outbox o set way = coalesce(sorted.way, o.way),
      failed_at = case when sorted.way is null then ${new Date(nowMs)} end,
      failure = case when sorted.way is null then 'bounced' end,
      last_error = case when sorted.way is null then 'no contact on record' end
    from unnest(${sorted.map((one) => one.messageId)}::bigint[],
      ${sorted.map((one) => one.way)}::text[]) as sorted (message_id, way)
    where o.message_id = sorted.message_id`;
}

export interface ClaimedRow extends SealedMessage {
  readonly messageId: number;
  readonly kind: MessageKind;
  /** Including the current one. */
  readonly attempts: number;
  readonly maybeArrived: boolean;
}

/** Claims due messages until `untilMs`, counting one attempt each. */
export async function claimMessages(
  sql: Query,
  wanted: {
    readonly way: WayName;
    readonly urgency: Urgency;
    readonly claim: string;
    readonly mostCount: number;
  },
  time: { readonly nowMs: number; readonly untilMs: number },
): Promise<ClaimedRow[]> {
  const now = new Date(time.nowMs);
  return await sql<ClaimedRow[]>`
    with due as (
      select message_id, account_key, claim is not null as cut_off from outbox
      where way = ${wanted.way} and urgency = ${wanted.urgency} and sent_at is null
        and failed_at is null and next_attempt_at <= ${now}
        and (expires_at is null or expires_at > ${now})
      order by next_attempt_at, message_id limit ${wanted.mostCount} for update skip locked)
    update outbox o set attempts = o.attempts + 1, claim = ${wanted.claim}::uuid,
      next_attempt_at = ${new Date(time.untilMs)},
      maybe_arrived = o.maybe_arrived or due.cut_off
    from due left join account a using (account_key)
    where o.message_id = due.message_id
    returning o.message_id, o.kind, o.recipient_cipher,
      a.contact_cipher, o.payload_cipher, o.attempts,
      o.maybe_arrived`;
}

/**
 * Gives up messages written with another secret, or damaged: one such row must not block all
 * others.
 */
export async function giveUp(
  sql: Query,
  messageIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await sql`
    update outbox set claim = null, failed_at = ${new Date(nowMs)}, failure = 'bounced',
      last_error = 'cannot be opened with this secret'
    where message_id = any(${messageIds}::bigint[])`;
}

/** The account's contact has changed since sorting. */
export async function sortAgain(
  sql: Query,
  messageIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await sql`
    update outbox set way = 'unsorted', attempts = attempts - 1, claim = null,
      next_attempt_at = ${new Date(nowMs)}
    where message_id = any(${messageIds}::bigint[])`;
}

/** The result of an attempt: sent, failed for good, or due for a retry. */
export interface MessageEnding {
  readonly messageId: number;
  readonly claim: string;
  readonly why: string | null;
  readonly sentAtMs: number | null;
  readonly sentBy: "mail" | "gateway" | null;
  readonly failedAtMs: number | null;
  readonly failure: string | null;
  readonly nextAtMs: number | null;
  /** Attempts that do not count after all: 0 or 1. */
  readonly uncountedCount: number;
  readonly maybeArrived: boolean | null;
}

/** A result under an expired claim changes nothing: another server has the message. */
export async function writeEndings(sql: Query, endings: readonly MessageEnding[]): Promise<void> {
  await sql`
    update outbox o set claim = null, sent_at = r.sent_at, sent_by = r.sent_by,
      failed_at = r.failed_at, failure = r.failure, last_error = coalesce(r.why, o.last_error),
      next_attempt_at = coalesce(r.next_at, o.next_attempt_at),
      attempts = o.attempts - r.uncounted,
      maybe_arrived = coalesce(r.maybe_arrived, o.maybe_arrived)
    from unnest(${endings.map((one) => one.messageId)}::bigint[],
      ${endings.map((one) => one.claim)}::uuid[],
      ${endings.map((one) => isoOrNull(one.sentAtMs))}::timestamptz[],
      ${endings.map((one) => one.sentBy)}::text[],
      ${endings.map((one) => isoOrNull(one.failedAtMs))}::timestamptz[],
      ${endings.map((one) => one.failure)}::text[], ${endings.map((one) => one.why)}::text[],
      ${endings.map((one) => isoOrNull(one.nextAtMs))}::timestamptz[],
      ${endings.map((one) => one.uncountedCount)}::smallint[],
      ${endings.map((one) => one.maybeArrived)}::boolean[])
      as r (message_id, claim, sent_at, sent_by, failed_at, failure, why, next_at, uncounted,
        maybe_arrived)
    where o.message_id = r.message_id and o.claim = r.claim`;
}

/**
 * Puts a failed message back into the queue with no attempts counted; false if it did not fail, or
 * is useless by now.
 */
export async function resendMessage(tx: Query, messageId: number, nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  const { count } = await tx`
    update outbox set failed_at = null, failure = null, attempts = 0, maybe_arrived = false,
      way = 'unsorted', next_attempt_at = ${now}
    where message_id = ${messageId} and failure in ('bounced', 'unclear')
      and payload_cipher is not null and (expires_at is null or expires_at > ${now})`;
  return count > 0;
}

export interface NewestMessage extends SealedMessage {
  readonly messageId: number;
  readonly kind: string;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly failed: boolean;
}

/** The newest messages that still have their text. */
export async function listNewest(sql: Query, mostCount: number): Promise<NewestMessage[]> {
  return await sql<NewestMessage[]>`
    select o.message_id, o.kind, o.recipient_cipher,
      a.contact_cipher, o.payload_cipher,
      o.created_at, o.sent_at, o.failed_at is not null as failed
    from outbox o left join account a using (account_key)
    where o.payload_cipher is not null
    order by o.message_id desc limit ${mostCount}`;
}

/** The newest messages with codes about orders, sent to an account after an instant. */
export async function listCodes(
  sql: Query,
  accountKey: string,
  afterMs: number,
): Promise<Pick<SealedMessage, "payloadCipher">[]> {
  return await sql<Pick<SealedMessage, "payloadCipher">[]>`
    select payload_cipher from outbox
    where account_key = ${accountKey} and kind in ('cod_code', 'step_up_code')
      and payload_cipher is not null and created_at > ${new Date(afterMs)}
    order by message_id desc limit 5`;
}
