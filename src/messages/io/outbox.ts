import type { Language } from "../../base/language.ts";
import type { Query } from "../../db/connect.ts";
import type { Contact } from "../../access/contact.ts";
import type { MessageFacts } from "../message.ts";
import { expiryOf, urgencyOf, type WayName } from "../sending.ts";
import { contactKey } from "../../access/io/accountStore.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { insertMessages, type NewMessage, type SealedMessage } from "./outboxStore.ts";

/** A message to be sent, written in the transaction of what it tells about. */
export interface OutgoingMessage {
  readonly facts: MessageFacts;
  readonly language: Language;
  /** An account is written to at the contact that it has when the message leaves. */
  readonly recipient:
    | { readonly contact: Contact; readonly accountKey: string | null }
    | { readonly accountKey: string };
  /** The sale that it is about: until that is over it is not forgotten. Null: of no sale. */
  readonly saleNo: number | null;
  readonly nowMs: number;
  /** When it has become useless; codes say it themselves. */
  readonly expiresAtMs?: number;
}

/** Which way a contact is written to. */
export function wayOf(contact: Contact): WayName {
  return contact.kind === "email" ? "mail" : "text";
}

/** Puts messages into the outbox, one statement for as many as there are; returns their numbers in order. */
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
      // An account's contact is looked at when the message is sent: it may be another one by then.
      way: contact === null ? "unsorted" : wayOf(contact),
      urgency: urgencyOf(facts.kind),
      expiresAtMs: expiresAtMs ?? expiryOf(facts, nowMs),
    };
  });
  return await insertMessages(tx, sealed);
}

/** Null where nobody's contact is on record (any more). */
export function openContact(
  keyring: Keyring,
  row: Pick<SealedMessage, "recipientCipher" | "contactCipher">,
): Contact | null {
  const cipher = row.recipientCipher ?? row.contactCipher;
  return cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact);
}

/** What a message tells, and in which language. */
export function openFacts(
  keyring: Keyring,
  row: Pick<SealedMessage, "payloadCipher">,
): { readonly facts: MessageFacts; readonly language: Language } {
  return JSON.parse(keyring.decrypt(row.payloadCipher));
}
