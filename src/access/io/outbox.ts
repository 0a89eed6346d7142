import { createTransport, type Transporter } from "nodemailer";
import type { Query, Sql } from "../../db/connect.ts";
import type { Contact } from "../contact.ts";
import { composeMessage, type Message, type MessageFacts } from "../message.ts";
import { postHook, type HookSettings } from "./hook.ts";
import { contactKey } from "./accountStore.ts";
import type { Keyring } from "./keyring.ts";

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
}

/** Puts messages into the outbox, one statement for as many as there are; returns their numbers in order. */
export async function enqueueMessages(
  tx: Query,
  keyring: Keyring,
  messages: readonly OutgoingMessage[],
): Promise<number[]> {
  if (messages.length === 0) return [];
  const hex = (text: string) => keyring.encrypt(text).toString("hex");
  const rows = messages.map(({ facts, language, recipient, saleNo, nowMs }) => ({
    kind: facts.kind,
    saleNo,
    accountKey: recipient.accountKey,
    recipient: "contact" in recipient ? hex(JSON.stringify(recipient.contact)) : null,
    contactKey: "contact" in recipient ? contactKey(keyring, recipient.contact) : null,
    payload: hex(JSON.stringify({ facts, language })),
    at: new Date(nowMs).toISOString(),
  }));
  const written = await tx<{ message_id: number }[]>`
    insert into outbox (kind, sale_no, account_key, contact_key, recipient_cipher, payload_cipher,
      created_at, next_attempt_at)
    select kind, sale_no, account_key, contact_key, decode(recipient, 'hex'),
      decode(payload, 'hex'), at, at
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.saleNo)}::integer[],
      ${rows.map((row) => row.accountKey)}::uuid[], ${rows.map((row) => row.contactKey)}::uuid[],
      ${rows.map((row) => row.recipient)}::text[], ${rows.map((row) => row.payload)}::text[],
      ${rows.map((row) => row.at)}::timestamptz[])
      with ordinality as message
        (kind, sale_no, account_key, contact_key, recipient, payload, at, position)
    order by position
    returning message_id`;
  return written.map((row) => row.message_id).sort((a, b) => a - b);
}

/** A row with what it takes to read it; the contact of an account comes with a join. */
export interface OutboxRow {
  readonly message_id: number;
  readonly recipient_cipher: Buffer | null;
  readonly contact_cipher: Buffer | null;
  readonly payload_cipher: Buffer;
  readonly attempts: number;
}

interface ReadableMessage {
  readonly messageId: number;
  readonly contact: Contact | null;
  readonly facts: MessageFacts;
  readonly language: "id" | "en";
  readonly attempts: number;
}

/** Opens a row: to whom, and in which words. */
export function readRow(row: OutboxRow, keyring: Keyring): ReadableMessage {
  const cipher = row.recipient_cipher ?? row.contact_cipher;
  const payload = JSON.parse(keyring.decrypt(row.payload_cipher)) as {
    facts: MessageFacts;
    language: "id" | "en";
  };
  return {
    messageId: row.message_id,
    contact: cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact),
    ...payload,
    attempts: row.attempts,
  };
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
        select o.message_id, o.recipient_cipher, a.contact_cipher, o.payload_cipher, o.attempts
        from outbox o left join account a using (account_key)
        where o.sent_at is null and o.payload_cipher is not null and o.next_attempt_at <= ${new Date(nowMs)} and o.attempts < ${ATTEMPTS}
        order by o.next_attempt_at limit ${mostCount} for update of o skip locked`;
      let sentCount = 0;
      for (const row of rows) {
        const { contact, facts, language, messageId, attempts } = readRow(row, keyring);
        const message = composeMessage(facts, language);
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
