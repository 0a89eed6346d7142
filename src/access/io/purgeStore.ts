/*
 * All SQL that deletes messages, codes and stored answers: for one person's erasure, or after their
 * retention period. Data of a sale that is under way are never deleted by age.
 */

import type { Contact } from "../contact.ts";
import { KEPT_MS } from "../retention.ts";
import type { Query } from "../../db/connect.ts";
import { contactKey } from "./accountStore.ts";
import type { Keyring } from "./keyring.ts";

/** Rows per statement: a running sale waits milliseconds at most for such a lock. */
const ROWS_AT_ONCE = 1_000;
/** Statements per turn, then other purges follow. */
const STEPS_AT_ONCE = 20;

/** Repeats a bounded statement until it finds no more rows; true if it stopped earlier. */
export async function inSteps(
  step: (rowCount: number) => PromiseLike<{ readonly count: number }>,
  rowCount: number = ROWS_AT_ONCE,
): Promise<boolean> {
  for (let steps = 0; steps < STEPS_AT_ONCE; steps++) {
    if ((await step(rowCount)).count < rowCount) return false;
  }
  return true;
}

/** Sales under way; their data stay. */
export interface SalesUnderWay {
  readonly saleNos: readonly number[];
  /** Creation of the oldest sale under way: older rows belong to none of them. */
  readonly sinceMs: number;
}

/** Whether a row belongs to a finished sale, or to none. 0 stands for a row that names no sale. */
const isOver = (sql: Query, { saleNos, sinceMs }: SalesUnderWay) => sql`
  (sale_no is null or (sale_no = 0 and created_at < ${new Date(sinceMs)})
    or (sale_no <> 0 and sale_no <> all(${[...saleNos]}::integer[])))`;

/** Deletes expired codes; true if more are left. */
export async function forgetCodes(sql: Query, underWay: SalesUnderWay, nowMs: number) {
  const before = new Date(nowMs - KEPT_MS.codes);
  return await inSteps(
    (most) => sql`
      delete from sign_in_code where ctid = any(array(
        select ctid from sign_in_code where expires_at < ${before} and ${isOver(sql, underWay)}
        limit ${most} for update skip locked))`,
  );
}

/** Deletes stored first answers; true if more are left. */
export async function forgetAnswers(sql: Query, underWay: SalesUnderWay, nowMs: number) {
  const before = new Date(nowMs - KEPT_MS.answers);
  return await inSteps(
    (most) => sql`
      delete from idempotency where ctid = any(array(
        select ctid from idempotency where created_at < ${before} and ${isOver(sql, underWay)}
        limit ${most} for update skip locked))`,
  );
}

/** A notice reports the delivery of its message, so that row stays, without text and recipient. */
const isNotice = (sql: Query) => sql`
  exists (select 1 from notice n where n.message_id = outbox.message_id)`;

/** Without text, without recipient, and with nothing left to send. */
const blanked = (sql: Query) => sql`
  recipient_cipher = null, payload_cipher = null, contact_key = null,
  failed_at = case when sent_at is null then coalesce(failed_at, next_attempt_at) end,
  failure = case when sent_at is null then coalesce(failure, 'bounced') end, claim = null`;

/** Deletes messages, sent or not; true if more are left. */
export async function forgetMessages(sql: Query, underWay: SalesUnderWay, nowMs: number) {
  const codesBefore = new Date(nowMs - KEPT_MS.codes);
  const before = new Date(nowMs - KEPT_MS.messages);
  const old = sql`
    created_at < ${codesBefore} and (kind = 'sign_in_code'
      or (created_at < ${before} and ${isOver(sql, underWay)}))`;
  const blanks = await inSteps(
    (most) => sql`
      update outbox set ${blanked(sql)} where ctid = any(array(
        select ctid from outbox where ${old} and payload_cipher is not null and ${isNotice(sql)}
        limit ${most} for update skip locked))`,
  );
  const gone = await inSteps(
    (most) => sql`
      delete from outbox where ctid = any(array(
        select ctid from outbox where ${old} and not ${isNotice(sql)}
        limit ${most} for update skip locked))`,
  );
  return blanks || gone;
}

/** Stores the contact hash of older messages, so that an erasure finds them. */
export async function nameContacts(sql: Query, keyring: Keyring): Promise<void> {
  await inSteps(async (most) => {
    const rows = await sql<{ messageId: number; recipientCipher: Buffer }[]>`
      select message_id, recipient_cipher from outbox
      where recipient_cipher is not null and contact_key is null
      order by message_id limit ${most}`;
    const keys = rows.map((row) =>
      contactKey(keyring, JSON.parse(keyring.decrypt(row.recipientCipher)) as Contact),
    );
    return await sql`
      update outbox o set contact_key = named.key
      from unnest(${rows.map((row) => row.messageId)}::bigint[], ${keys}::uuid[])
        as named (message_id, key)
      where o.message_id = named.message_id`;
  });
}

/** Deletes a person's messages (sent or pending), codes and stored answers. */
export async function forgetMessagesTo(
  tx: Query,
  person: {
    readonly accountKey: string;
    readonly contactKey: string | null;
    /** The mailbox or number, which codes are stored by. */
    readonly codeBoxKey: string | null;
  },
): Promise<void> {
  const { accountKey, contactKey: key } = person;
  const hers = tx`(account_key = ${accountKey} or contact_key = ${key}::uuid)`;
  await tx`delete from outbox where ${hers} and not ${isNotice(tx)}`;
  await tx`update outbox set ${blanked(tx)} where ${hers}`;
  await tx`
    delete from sign_in_code where contact_key in (${key}::uuid, ${person.codeBoxKey}::uuid)`;
  // The answer to the erasure request itself is not written yet, and stays.
  await tx`delete from idempotency where scope = ${accountKey} and status is not null`;
}
