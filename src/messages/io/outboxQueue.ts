import { randomUUID } from "node:crypto";
import type { Contact } from "../../access/contact.ts";
import { composeMessage, type Message } from "../message.ts";
import type { Fate, MessageKind, Urgency, WayName } from "../sending.ts";
import { Batcher } from "../../db/batcher.ts";
import { inTransaction, type Sql } from "../../db/connect.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { openContact, openFacts, wayOf } from "./outbox.ts";
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
        await writeEndings(sql, outcomes.map(asEnding));
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
      await endExpired(this.#sql, nowMs);
    }
    while ((await readDueUrgencies(this.#sql, "unsorted", nowMs)).length > 0) {
      if ((await this.#sort(nowMs)) < SORTED_AT_ONCE) break;
    }
    return await readDueUrgencies(this.#sql, way, nowMs);
  }

  /** Looks which contact an account has, for messages that name only the account. */
  async #sort(nowMs: number): Promise<number> {
    return await inTransaction(this.#sql, async (tx) => {
      const rows = await lockUnsorted(tx, nowMs, SORTED_AT_ONCE);
      const sorted = rows.map((row) => {
        const contact = unlessBroken(() => openContact(this.#keyring, row));
        // What cannot be opened is given up by whoever claims it.
        if (contact === undefined) return { messageId: row.messageId, way: "mail" as const };
        return { messageId: row.messageId, way: contact === null ? null : wayOf(contact) };
      });
      await writeWays(tx, sorted, nowMs);
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
          message: composeMessage(opened.facts, opened.language),
          attempts: row.attempts,
          maybeArrived: row.maybeArrived,
        });
      }
    }
    if (elsewhere.length > 0) await sortAgain(this.#sql, elsewhere, nowMs);
    if (broken.length > 0) await giveUp(this.#sql, broken, nowMs);
    return claimed.sort((a, b) => a.messageId - b.messageId);
  }

  /** Records what became of a message; outcomes that come at once are one statement. */
  async record(outcome: Outcome): Promise<void> {
    await this.#outcomes.add(outcome);
  }
}

/** Undefined where a cipher cannot be opened. */
function unlessBroken<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** An outcome as it is written. */
function asEnding({ messageId, claim, fate, nowMs, way, why }: Outcome): MessageEnding {
  return {
    messageId,
    claim,
    why,
    sentAtMs: fate.state === "sent" ? nowMs : null,
    // What a mail server took is delivered as far as anybody can tell; a gateway reports for itself.
    sentBy: fate.state === "sent" ? (way === "mail" ? "mail" : "gateway") : null,
    failedAtMs: fate.state === "failed" ? nowMs : null,
    failure: fate.state === "failed" ? fate.failure : null,
    nextAtMs: fate.state === "again" ? nowMs + fate.waitMs : null,
    uncountedCount: fate.state === "again" && !fate.counted ? 1 : 0,
    maybeArrived: fate.state === "again" ? fate.maybeArrived : null,
  };
}
