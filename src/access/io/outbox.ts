import { createTransport, type Transporter } from "nodemailer";
import type { Query, Sql } from "../../db/connect.ts";
import { maskContact, type Contact } from "../contact.ts";
import { composeMessage, type Message, type MessageFacts } from "../message.ts";
import { postHook, type HookSettings } from "./hook.ts";
import type { Keyring } from "./keyring.ts";

/** A message to be sent, written in the transaction of what it tells about. */
export interface OutgoingMessage {
  readonly facts: MessageFacts;
  readonly language: "id" | "en";
  readonly recipient: { readonly contact: Contact } | { readonly accountKey: string };
  readonly nowMs: number;
}

/** Puts messages into the outbox, one statement for as many as there are; returns their numbers in order. */
export async function enqueueMessages(
  tx: Query,
  keyring: Keyring,
  messages: readonly OutgoingMessage[],
): Promise<number[]> {
  if (messages.length === 0) return [];
  const hex = (text: string) => keyring.encrypt(text).toString("hex");
  const rows = messages.map(({ facts, language, recipient, nowMs }) => ({
    kind: facts.kind,
    accountKey: "accountKey" in recipient ? recipient.accountKey : null,
    recipient: "contact" in recipient ? hex(JSON.stringify(recipient.contact)) : null,
    payload: hex(JSON.stringify({ facts, language })),
    at: new Date(nowMs).toISOString(),
  }));
  const written = await tx<{ message_id: number }[]>`
    insert into outbox
      (kind, account_key, recipient_cipher, payload_cipher, created_at, next_attempt_at)
    select kind, account_key, decode(recipient, 'hex'), decode(payload, 'hex'), at, at
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.accountKey)}::uuid[],
      ${rows.map((row) => row.recipient)}::text[], ${rows.map((row) => row.payload)}::text[],
      ${rows.map((row) => row.at)}::timestamptz[])
      with ordinality as message (kind, account_key, recipient, payload, at, position)
    order by position
    returning message_id`;
  return written.map((row) => row.message_id).sort((a, b) => a - b);
}

interface OutboxRow {
  readonly message_id: number;
  readonly kind: string;
  readonly recipient_cipher: Buffer | null;
  readonly contact_cipher: Buffer | null;
  readonly payload_cipher: Buffer;
  readonly created_at: Date;
  readonly attempts: number;
}

interface ReadableMessage {
  readonly messageId: number;
  readonly kind: string;
  readonly contact: Contact | null;
  readonly message: Message;
  readonly createdAtMs: number;
  readonly attempts: number;
}

function readRow(row: OutboxRow, keyring: Keyring): ReadableMessage {
  const cipher = row.recipient_cipher ?? row.contact_cipher;
  const payload = JSON.parse(keyring.decrypt(row.payload_cipher)) as {
    facts: MessageFacts;
    language: "id" | "en";
  };
  return {
    messageId: row.message_id,
    kind: row.kind,
    contact: cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact),
    message: composeMessage(payload.facts, payload.language),
    createdAtMs: row.created_at.getTime(),
    attempts: row.attempts,
  };
}

/** The newest messages, contacts masked: the outbox that a developer looks into instead of a phone. */
export async function readOutbox(
  sql: Query,
  keyring: Keyring,
  mostCount: number,
): Promise<
  {
    messageId: number;
    kind: string;
    to: string;
    subject: string;
    text: string;
    createdAt: string;
  }[]
> {
  const rows = await sql<OutboxRow[]>`
    select o.message_id, o.kind, o.recipient_cipher, a.contact_cipher, o.payload_cipher,
      o.created_at, o.attempts
    from outbox o left join account a using (account_key)
    where o.payload_cipher is not null
    order by o.message_id desc limit ${mostCount}`;
  return rows.map((row) => {
    const { messageId, kind, contact, message, createdAtMs } = readRow(row, keyring);
    return {
      messageId,
      kind,
      to: contact === null ? "–" : maskContact(contact),
      ...message,
      createdAt: new Date(createdAtMs).toISOString(),
    };
  });
}

/** A message that failed this often is given up. */
export const ATTEMPTS = 8;
const FIRST_RETRY_MS = 15_000;

export interface PostmanOptions {
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null;
  /** Who sends texts (SMS, WhatsApp): it gets a signed message for each. */
  readonly textGateway: HookSettings | null;
}

/**
 * Sends e-mail and hands texts to a gateway; what fails is tried again later and later, and then given up
 * with its reason.
 */
export class Postman {
  readonly #transport: Transporter | null;
  readonly #from: string;
  readonly #textGateway: HookSettings | null;

  constructor({ mail, textGateway }: PostmanOptions) {
    this.#transport = mail === null ? null : createTransport(mail.smtpUrl);
    this.#from = mail?.from ?? "";
    this.#textGateway = textGateway;
  }

  /**
   * Sends what is due, at most `mostCount`; returns how many went out. Rows are taken with SKIP
   * LOCKED, so several servers share the work. A crash after sending and before the commit sends a
   * message twice, which is better than not at all.
   */
  async deliver(sql: Sql, keyring: Keyring, nowMs: number, mostCount: number): Promise<number> {
    return await sql.begin(async (tx) => {
      const rows = await tx<OutboxRow[]>`
        select o.message_id, o.kind, o.recipient_cipher, a.contact_cipher, o.payload_cipher,
          o.created_at, o.attempts
        from outbox o left join account a using (account_key)
        where o.sent_at is null and o.next_attempt_at <= ${new Date(nowMs)} and o.attempts < ${ATTEMPTS}
        order by o.next_attempt_at limit ${mostCount} for update of o skip locked`;
      let sentCount = 0;
      for (const row of rows) {
        const { contact, message, messageId, attempts } = readRow(row, keyring);
        const failure = await this.#send(contact, message, { messageId, nowMs });
        if (failure === null) {
          // What a mail server took is delivered as far as anybody can tell; a gateway reports for itself.
          const sentBy = contact?.kind === "email" ? "mail" : "gateway";
          await tx`
            update outbox set sent_at = ${new Date(nowMs)}, sent_by = ${sentBy}
            where message_id = ${messageId}`;
          sentCount++;
        } else {
          const next = new Date(nowMs + FIRST_RETRY_MS * 2 ** attempts);
          await tx`
            update outbox set attempts = attempts + 1, next_attempt_at = ${next},
              last_error = ${failure}
            where message_id = ${messageId}`;
        }
      }
      return sentCount;
    });
  }

  /** Null when it was handed over, else why not (without the address). */
  async #send(
    contact: Contact | null,
    message: Message,
    which: { readonly messageId: number; readonly nowMs: number },
  ): Promise<string | null> {
    if (contact === null) return "no contact on record";
    if (contact.kind === "phone") return await this.#sendText(contact, message, which);
    if (this.#transport === null) return "no mail server is configured";
    try {
      const mail = { from: this.#from, to: contact.value, ...message };
      await this.#transport.sendMail(mail);
      return null;
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      return `mail server: ${code ?? "error"} ${responseCode ?? ""}`.trim();
    }
  }

  async #sendText(
    contact: Contact,
    message: Message,
    { messageId, nowMs }: { readonly messageId: number; readonly nowMs: number },
  ): Promise<string | null> {
    if (this.#textGateway === null) return "no gateway for text messages is configured";
    const data = { messageId, to: contact.value, text: message.text };
    const body = { type: "message.text", timestamp: new Date(nowMs).toISOString(), data };
    try {
      // The id stays the same over all attempts, so that the gateway can tell a repeated one.
      const status = await postHook(this.#textGateway, `message.${messageId}`, body, nowMs);
      return status >= 200 && status < 300 ? null : `text gateway: ${status}`;
    } catch {
      return "text gateway: not reached";
    }
  }
}
