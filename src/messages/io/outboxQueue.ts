/*
 * The outbox as a queue. States of a message: unsorted (its way is unknown), waiting, claimed,
 * sent, failed (given up).
 * A claim counts the attempt and commits before the network is used; the outcome is another short
 * statement. SKIP LOCKED lets several servers share the work. A decision must not be sent twice: a
 * doubtful attempt is checked before a retry.
 */

import { randomUUID } from "node:crypto";
import type { Contact } from "../../access/contact.ts";
import { composeMessage, type ComposedMessage } from "../message.ts";
import type { Fate, MessageKind, Urgency, WayName } from "../sending.ts";
import { Batcher } from "../../db/batcher.ts";
import { inTransaction, type Sql } from "../../db/connect.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { openContact, openFacts, unlessBroken, wayOf } from "./outbox.ts";
import {
  claimMessages,
  endExpired,
  giveUp,
  lockUnsorted,
  readDueUrgencies,
  sortAgain,
  writeEndings,
  writeWays,
  type MessageEnding,
} from "./outboxStore.ts";

/**
 * Lifetime of a claim. Messages of a dead server wait this long. It must exceed an attempt's
 * timeout, or a message could be sent twice at the same time.
 */
export const CLAIM_MS = 30_000;
/** Messages per transaction of the contact lookup. */
const SORTED_AT_ONCE = 500;
const RECORDED_AT_ONCE = 200;
const EXPIRY_EVERY_MS = 1_000;

export interface ClaimedMessage {
  readonly messageId: number;
  readonly claim: string;
  readonly kind: MessageKind;
  readonly contact: Contact;
  readonly message: ComposedMessage;
  /** Including the current one. */
  readonly attempts: number;
  readonly maybeArrived: boolean;
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
  readonly #siteUrl: () => string;
  #expiredAtMs = Number.NEGATIVE_INFINITY;

  /** `siteUrl` is where links in messages lead. */
  constructor(sql: Sql, keyring: Keyring, siteUrl: () => string) {
    this.#sql = sql;
    this.#keyring = keyring;
    this.#siteUrl = siteUrl;
    this.#outcomes = new Batcher({
      flush: async (outcomes) => {
        await writeEndings(sql, outcomes.map(asEnding));
        return outcomes.map(() => null);
      },
      maxBatchCount: RECORDED_AT_ONCE,
      maxInFlightCount: 1,
      maxQueuedCount: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * Urgencies due on a way, the most urgent first. Sorts new messages by way and ends expired ones
   * before.
   */
  async due(way: WayName, nowMs: number): Promise<Urgency[]> {
    if (Math.abs(nowMs - this.#expiredAtMs) >= EXPIRY_EVERY_MS) {
      this.#expiredAtMs = nowMs;
      await endExpired(this.#sql, nowMs);
    }
    while ((await readDueUrgencies(this.#sql, "unsorted", nowMs)).length > 0) {
      if ((await this.#sort(nowMs)) < SORTED_AT_ONCE) break;
    }
    return await readDueUrgencies(this.#sql, way, nowMs);
  }

  /** Looks up the contact for messages that name only an account. */
  async #sort(nowMs: number): Promise<number> {
    return await inTransaction(this.#sql, async (tx) => {
      const rows = await lockUnsorted(tx, nowMs, SORTED_AT_ONCE);
      const sorted = rows.map((row) => {
        const contact = unlessBroken(() => openContact(this.#keyring, row));
        // A message that cannot be decrypted is given up by its claimer.
        if (contact === undefined) return { messageId: row.messageId, way: "mail" as const };
        return { messageId: row.messageId, way: contact === null ? null : wayOf(contact) };
      });
      await writeWays(tx, sorted, nowMs);
      return rows.length;
    });
  }

  /** Claims at most `count` due messages of a way for `CLAIM_MS`. */
  async claim(
    way: WayName,
    urgency: Urgency,
    { count, nowMs }: { readonly count: number; readonly nowMs: number },
  ): Promise<ClaimedMessage[]> {
    const claim = randomUUID();
    const time = { nowMs, untilMs: nowMs + CLAIM_MS };
    const rows = await claimMessages(this.#sql, { way, urgency, claim, mostCount: count }, time);
    const claimed: ClaimedMessage[] = [];
    const elsewhere: number[] = [];
    const broken: number[] = [];
    for (const row of rows) {
      const opened = unlessBroken(() => ({
        contact: openContact(this.#keyring, row),
        ...openFacts(this.#keyring, row),
      }));
      if (opened === undefined) broken.push(row.messageId);
      else if (opened.contact === null || wayOf(opened.contact) !== way) {
        elsewhere.push(row.messageId);
      } else {
        claimed.push({
          messageId: row.messageId,
          claim,
          kind: row.kind,
          contact: opened.contact,
          message: composeMessage(opened.facts, opened.language, this.#siteUrl()),
          attempts: row.attempts,
          maybeArrived: row.maybeArrived,
        });
      }
    }
    if (elsewhere.length > 0) await sortAgain(this.#sql, elsewhere, nowMs);
    if (broken.length > 0) await giveUp(this.#sql, broken, nowMs);
    return claimed.sort((a, b) => a.messageId - b.messageId);
  }

  /** Stores an outcome; simultaneous outcomes share one statement. */
  async record(outcome: Outcome): Promise<void> {
    await this.#outcomes.add(outcome);
  }
}

/** An outcome as it is stored. */
function asEnding({ messageId, claim, fate, nowMs, way, why }: Outcome): MessageEnding {
  return {
    messageId,
    claim,
    why,
    sentAtMs: fate.state === "sent" ? nowMs : null,
    // Mail accepted by the server counts as delivered, as nobody can tell more; a gateway reports
    // delivery itself.
    sentBy: fate.state === "sent" ? (way === "mail" ? "mail" : "gateway") : null,
    failedAtMs: fate.state === "failed" ? nowMs : null,
    failure: fate.state === "failed" ? fate.failure : null,
    nextAtMs: fate.state === "again" ? nowMs + fate.waitMs : null,
    uncountedCount: fate.state === "again" && !fate.counted ? 1 : 0,
    maybeArrived: fate.state === "again" ? fate.maybeArrived : null,
  };
}
