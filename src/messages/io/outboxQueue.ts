import { randomUUID } from "node:crypto";
import type { Contact } from "../../access/contact.ts";
import { composeMessage, type Message } from "../message.ts";
import { URGENCIES, type Fate, type MessageKind, type Urgency, type WayName } from "../sending.ts";
import { Batcher } from "../../db/batcher.ts";
import { inTransaction, type Query, type Sql } from "../../db/connect.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { openContact, openFacts, wayOf, type SealedMessage } from "./outbox.ts";

/*
 * The outbox as a queue. A claim counts the attempt and is committed before the network is touched; the outcome is
 * another short statement. Rows are claimed with SKIP LOCKED, so several servers share the work.
 */

/**
 * How long a claim lasts. A server that died in the middle leaves its messages waiting for as long; shorter than an
 * attempt may take, and a message would be sent twice at the same time.
 */
export const CLAIM_MS = 30_000;
/** Messages whose contact is looked at in one transaction. */
const SORTED_AT_ONCE = 500;
const RECORDED_AT_ONCE = 200;
const EXPIRY_EVERY_MS = 1_000;

export interface ClaimedMessage {
  readonly messageId: number;
  readonly claim: string;
  readonly kind: MessageKind;
  readonly contact: Contact;
  readonly message: Message;
  /** With the one that begins. */
  readonly attempts: number;
  readonly maybeArrived: boolean;
}

interface ClaimedRow extends SealedMessage {
  readonly message_id: number;
  readonly kind: MessageKind;
  readonly attempts: number;
  readonly maybe_arrived: boolean;
}

export interface Outcome {
  readonly messageId: number;
  readonly claim: string;
  readonly fate: Fate;
  readonly way: WayName;
  readonly why: string | null;
  readonly nowMs: number;
}

export class OutboxQueue {
  readonly #sql: Sql;
  readonly #keyring: Keyring;
  readonly #outcomes: Batcher<Outcome, null>;
  #expiredAtMs = Number.NEGATIVE_INFINITY;

  constructor(sql: Sql, keyring: Keyring) {
    this.#sql = sql;
    this.#keyring = keyring;
    this.#outcomes = new Batcher({
      flush: async (outcomes) => {
        await recordOutcomes(sql, outcomes);
        return outcomes.map(() => null);
      },
      maxBatchCount: RECORDED_AT_ONCE,
      maxInFlightCount: 1,
      maxQueuedCount: Number.POSITIVE_INFINITY,
    });
  }

  /** What is due on a way, the most urgent first; before, messages are sorted by their ways, and the expired end. */
  async due(way: WayName, nowMs: number): Promise<Urgency[]> {
    if (Math.abs(nowMs - this.#expiredAtMs) >= EXPIRY_EVERY_MS) {
      this.#expiredAtMs = nowMs;
      await this.#endExpired(nowMs);
    }
    while ((await this.#look("unsorted", nowMs)).length > 0) {
      if ((await this.#sort(nowMs)) < SORTED_AT_ONCE) break;
    }
    return await this.#look(way, nowMs);
  }

  async #look(way: WayName | "unsorted", nowMs: number): Promise<Urgency[]> {
    const rows = await this.#sql<{ urgency: Urgency }[]>`
      select u.urgency from unnest(${URGENCIES as readonly number[]}::smallint[]) u (urgency)
        cross join lateral (select 1 from outbox
          where way = ${way} and urgency = u.urgency and sent_at is null and failed_at is null
            and next_attempt_at <= ${new Date(nowMs)} limit 1) one
      order by u.urgency`;
    return rows.map((row) => row.urgency);
  }

  /** Expired messages end unsent, but for those in hand. */
  async #endExpired(nowMs: number): Promise<void> {
    const now = new Date(nowMs);
    await this.#sql`
      update outbox set failed_at = ${now}, failure = 'expired', claim = null
      where message_id in (select message_id from outbox
        where sent_at is null and failed_at is null and expires_at is not null
          and expires_at <= ${now} and (claim is null or next_attempt_at <= ${now})
        limit 10000 for update skip locked)`;
  }

  /** Looks which contact an account has, for messages that name only the account. */
  async #sort(nowMs: number): Promise<number> {
    const now = new Date(nowMs);
    return await inTransaction(this.#sql, async (tx) => {
      const rows = await tx<(Pick<ClaimedRow, "message_id"> & SealedContact)[]>`
        select o.message_id, o.recipient_cipher, a.contact_cipher
        from outbox o left join account a using (account_key)
        where o.way = 'unsorted' and o.sent_at is null and o.failed_at is null
          and o.next_attempt_at <= ${now}
        order by o.urgency, o.next_attempt_at, o.message_id
        limit ${SORTED_AT_ONCE} for update of o skip locked`;
      const ways = rows.map((row) => {
        const contact = unlessBroken(() => openContact(this.#keyring, row));
        // What cannot be opened is given up by whoever claims it.
        if (contact === undefined) return "mail";
        return contact === null ? null : wayOf(contact);
      });
      await tx`
        update outbox o set way = coalesce(sorted.way, o.way),
          failed_at = case when sorted.way is null then ${now} end,
          failure = case when sorted.way is null then 'bounced' end,
          last_error = case when sorted.way is null then 'no contact on record' end
        from unnest(${rows.map((row) => row.message_id)}::bigint[], ${ways}::text[])
          as sorted (message_id, way)
        where o.message_id = sorted.message_id`;
      return rows.length;
    });
  }

  /** Takes at most `count` due messages of a way in hand. Each is this caller's for `CLAIM_MS`. */
  async claim(
    way: WayName,
    urgency: Urgency,
    count: number,
    nowMs: number,
  ): Promise<ClaimedMessage[]> {
    const claim = randomUUID();
    const now = new Date(nowMs);
    const rows = await this.#sql<ClaimedRow[]>`
      with due as (
        select message_id, account_key, claim is not null as cut_off from outbox
        where way = ${way} and urgency = ${urgency} and sent_at is null and failed_at is null
          and next_attempt_at <= ${now} and (expires_at is null or expires_at > ${now})
        order by next_attempt_at, message_id limit ${count} for update skip locked)
      update outbox o set attempts = o.attempts + 1, claim = ${claim}::uuid,
        next_attempt_at = ${new Date(nowMs + CLAIM_MS)},
        maybe_arrived = o.maybe_arrived or due.cut_off
      from due left join account a using (account_key)
      where o.message_id = due.message_id
      returning o.message_id, o.kind, o.recipient_cipher, a.contact_cipher, o.payload_cipher,
        o.attempts, o.maybe_arrived`;
    const claimed: ClaimedMessage[] = [];
    const elsewhere: number[] = [];
    const broken: number[] = [];
    for (const row of rows) {
      const opened = unlessBroken(() => ({
        contact: openContact(this.#keyring, row),
        ...openFacts(this.#keyring, row),
      }));
      if (opened === undefined) broken.push(row.message_id);
      else if (opened.contact === null || wayOf(opened.contact) !== way) {
        elsewhere.push(row.message_id);
      } else {
        claimed.push({
          messageId: row.message_id,
          claim,
          kind: row.kind,
          contact: opened.contact,
          message: composeMessage(opened.facts, opened.language),
          attempts: row.attempts,
          maybeArrived: row.maybe_arrived,
        });
      }
    }
    if (elsewhere.length > 0) await this.#sortAgain(elsewhere, nowMs);
    if (broken.length > 0) await this.#giveUp(broken, nowMs);
    return claimed.sort((a, b) => a.messageId - b.messageId);
  }

  /** They were written with another secret, or damaged: one such row must not keep all others waiting. */
  async #giveUp(messageIds: readonly number[], nowMs: number): Promise<void> {
    await this.#sql`
      update outbox set claim = null, failed_at = ${new Date(nowMs)}, failure = 'bounced',
        last_error = 'cannot be opened with this secret'
      where message_id = any(${messageIds as number[]}::bigint[])`;
  }

  /** The account has another contact since they were sorted. */
  async #sortAgain(messageIds: readonly number[], nowMs: number): Promise<void> {
    await this.#sql`
      update outbox set way = 'unsorted', attempts = attempts - 1, claim = null,
        next_attempt_at = ${new Date(nowMs)}
      where message_id = any(${messageIds as number[]}::bigint[])`;
  }

  /** Records what became of a message; outcomes that come at once are one statement. */
  async record(outcome: Outcome): Promise<void> {
    await this.#outcomes.add(outcome);
  }
}

/** Puts a message that failed back into the queue, as if never tried; false where it did not fail, or is useless by now. */
export async function resendMessage(tx: Query, messageId: number, nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  const { count } = await tx`
    update outbox set failed_at = null, failure = null, attempts = 0, maybe_arrived = false,
      way = 'unsorted', next_attempt_at = ${now}
    where message_id = ${messageId} and failure in ('bounced', 'unclear')
      and payload_cipher is not null and (expires_at is null or expires_at > ${now})`;
  return count > 0;
}

type SealedContact = Pick<SealedMessage, "recipient_cipher" | "contact_cipher">;

/** Undefined where a cipher cannot be opened. */
function unlessBroken<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** An outcome under a claim that ended meanwhile changes nothing: somebody else has the message. */
async function recordOutcomes(sql: Sql, outcomes: readonly Outcome[]): Promise<void> {
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const rows = outcomes.map(({ fate, nowMs, way, ...one }) => ({
    ...one,
    sentAt: instant(fate.state === "sent" ? nowMs : null),
    // What a mail server took is delivered as far as anybody can tell; a gateway reports for itself.
    sentBy: fate.state === "sent" ? (way === "mail" ? "mail" : "gateway") : null,
    failedAt: instant(fate.state === "failed" ? nowMs : null),
    failure: fate.state === "failed" ? fate.failure : null,
    nextAt: instant(fate.state === "again" ? nowMs + fate.waitMs : null),
    uncounted: fate.state === "again" && !fate.counted ? 1 : 0,
    maybeArrived: fate.state === "again" ? fate.maybeArrived : null,
  }));
  await sql`
    update outbox o set claim = null, sent_at = r.sent_at, sent_by = r.sent_by,
      failed_at = r.failed_at, failure = r.failure, last_error = coalesce(r.why, o.last_error),
      next_attempt_at = coalesce(r.next_at, o.next_attempt_at),
      attempts = o.attempts - r.uncounted,
      maybe_arrived = coalesce(r.maybe_arrived, o.maybe_arrived)
    from unnest(${rows.map((row) => row.messageId)}::bigint[],
      ${rows.map((row) => row.claim)}::uuid[], ${rows.map((row) => row.sentAt)}::timestamptz[],
      ${rows.map((row) => row.sentBy)}::text[], ${rows.map((row) => row.failedAt)}::timestamptz[],
      ${rows.map((row) => row.failure)}::text[], ${rows.map((row) => row.why)}::text[],
      ${rows.map((row) => row.nextAt)}::timestamptz[],
      ${rows.map((row) => row.uncounted)}::smallint[],
      ${rows.map((row) => row.maybeArrived)}::boolean[])
      as r (message_id, claim, sent_at, sent_by, failed_at, failure, why, next_at, uncounted,
        maybe_arrived)
    where o.message_id = r.message_id and o.claim = r.claim`;
}
