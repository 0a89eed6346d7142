import type { Query } from "../../db/connect.ts";
import type { Contact } from "../../access/contact.ts";
import type { MessageFacts } from "../message.ts";
import { expiryOf, urgencyOf, type WayName } from "../sending.ts";
import { contactKey } from "../../access/io/accountStore.ts";
import type { Keyring } from "../../access/io/keyring.ts";

/** A message to be sent, written in the transaction of what it tells about. */
export interface OutgoingMessage {
  readonly facts: MessageFacts;
  readonly language: "id" | "en";
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
  const hex = (text: string) => keyring.encrypt(text).toString("hex");
  const rows = messages.map(({ facts, language, recipient, saleNo, nowMs, expiresAtMs }) => {
    const contact = "contact" in recipient ? recipient.contact : null;
    const expiryMs = expiresAtMs ?? expiryOf(facts, nowMs);
    return {
      kind: facts.kind,
      saleNo,
      accountKey: recipient.accountKey,
      recipient: contact === null ? null : hex(JSON.stringify(contact)),
      contactKey: contact === null ? null : contactKey(keyring, contact),
      payload: hex(JSON.stringify({ facts, language })),
      at: new Date(nowMs).toISOString(),
      // An account's contact is looked at when the message is sent: it may be another one by then.
      way: contact === null ? "unsorted" : wayOf(contact),
      urgency: urgencyOf(facts.kind),
      expiry: expiryMs === null ? null : new Date(expiryMs).toISOString(),
    };
  });
  const written = await tx<{ message_id: number }[]>`
    insert into outbox (kind, sale_no, account_key, contact_key, recipient_cipher, payload_cipher,
      created_at, next_attempt_at, way, urgency, expires_at)
    select kind, sale_no, account_key, contact_key, decode(recipient, 'hex'),
      decode(payload, 'hex'), at, at, way, urgency, expiry
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.saleNo)}::integer[],
      ${rows.map((row) => row.accountKey)}::uuid[], ${rows.map((row) => row.contactKey)}::uuid[],
      ${rows.map((row) => row.recipient)}::text[], ${rows.map((row) => row.payload)}::text[],
      ${rows.map((row) => row.at)}::timestamptz[], ${rows.map((row) => row.way)}::text[],
      ${rows.map((row) => row.urgency)}::smallint[], ${rows.map((row) => row.expiry)}::timestamptz[])
      with ordinality as message (kind, sale_no, account_key, contact_key, recipient, payload, at,
        way, urgency, expiry, position)
    order by position
    returning message_id`;
  return written.map((row) => row.message_id).sort((a, b) => a - b);
}

/** What is read of a message to send or to show it. */
export interface SealedMessage {
  readonly recipient_cipher: Buffer | null;
  /** The account's contact; counts where the message has none of its own. */
  readonly contact_cipher: Buffer | null;
  readonly payload_cipher: Buffer;
}

/** Null where nobody's contact is on record (any more). */
export function openContact(
  keyring: Keyring,
  row: Pick<SealedMessage, "recipient_cipher" | "contact_cipher">,
): Contact | null {
  const cipher = row.recipient_cipher ?? row.contact_cipher;
  return cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact);
}

/** What a message tells, and in which language. */
export function openFacts(
  keyring: Keyring,
  row: Pick<SealedMessage, "payload_cipher">,
): { readonly facts: MessageFacts; readonly language: "id" | "en" } {
  return JSON.parse(keyring.decrypt(row.payload_cipher));
}
