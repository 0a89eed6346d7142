/*
 * The outbox: messages are written in the transaction of the event they report, encrypted, and sent
 * later. An event without its message, or a message without its event, cannot exist.
 */

import type { Language } from "../../base/language.ts";
import type { Query } from "../../db/connect.ts";
import type { Contact } from "../../access/contact.ts";
import type { MessageFacts } from "../message.ts";
import { expiryOf, urgencyOf, type WayName } from "../sending.ts";
import { contactKey } from "../../access/io/accountStore.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { insertMessages, type NewMessage, type SealedMessage } from "./outboxStore.ts";

/** A message to send, written in the transaction of its event. */
export interface OutgoingMessage {
  readonly facts: MessageFacts;
  readonly language: Language;
  /** An account is written to at its contact at the time of sending. */
  readonly recipient:
    | { readonly contact: Contact; readonly accountKey: string | null }
    | { readonly accountKey: string };
  /** The sale of the message; it is kept until that sale is over. Null: no sale. */
  readonly saleNo: number | null;
  readonly nowMs: number;
  /** When the message becomes useless; codes define it themselves. */
  readonly expiresAtMs?: number;
}

/** The way for a contact. */
export function wayOf(contact: Contact): WayName {
  return contact.kind === "email" ? "mail" : "text";
}

/** Inserts messages into the outbox in one statement; returns their numbers in order. */
export async function enqueueMessages(
  tx: Query,
  keyring: Keyring,
  messages: readonly OutgoingMessage[],
): Promise<number[]> {
  if (messages.length === 0) return [];
  const sealed = messages.map((one): NewMessage => {
    const { facts, language, recipient, saleNo, nowMs, expiresAtMs } = one;
    const contact = "contact" in recipient ? recipient.contact : null;
    return {
      kind: facts.kind,
      saleNo,
      accountKey: recipient.accountKey,
      recipientCipher: contact === null ? null : keyring.encrypt(JSON.stringify(contact)),
      contactKey: contact === null ? null : contactKey(keyring, contact),
      payloadCipher: keyring.encrypt(JSON.stringify({ facts, language })),
      createdAtMs: nowMs,
      // An account's contact is looked up at sending: it may have changed by then.
      way: contact === null ? "unsorted" : wayOf(contact),
      urgency: urgencyOf(facts.kind),
      expiresAtMs: expiresAtMs ?? expiryOf(facts, nowMs),
    };
  });
  return await insertMessages(tx, sealed);
}

/** Undefined if decryption fails: written with another secret, or damaged. */
export function unlessBroken<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** Null if no contact is on record (any more). */
export function openContact(
  keyring: Keyring,
  row: Pick<SealedMessage, "recipientCipher" | "contactCipher">,
): Contact | null {
  const cipher = row.recipientCipher ?? row.contactCipher;
  return cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact);
}

/** The facts of a message, and its language. */
export function openFacts(
  keyring: Keyring,
  row: Pick<SealedMessage, "payloadCipher">,
): { readonly facts: MessageFacts; readonly language: Language } {
  return JSON.parse(keyring.decrypt(row.payloadCipher));
}
