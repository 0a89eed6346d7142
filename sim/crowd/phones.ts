/*
 * The phones of a simulated crowd: reads codes from the outbox, as a text message gateway would
 * deliver them.
 */

import type { Keyring } from "../../src/access/io/keyring.ts";
import type { Sql } from "../../src/db/connect.ts";

/** The phones. */
export class SimulatedPhones {
  readonly #sql: Sql;
  readonly #keyring: Keyring;
  readonly #codes = new Map<string, string>();
  #lastMessageId = 0;

  constructor(sql: Sql, keyring: Keyring) {
    this.#sql = sql;
    this.#keyring = keyring;
  }

  /** The newest order code sent to a number, if there is one. */
  async codeFor(phone: string): Promise<string | undefined> {
    if (!this.#codes.has(phone)) await this.#receive();
    const code = this.#codes.get(phone);
    this.#codes.delete(phone);
    return code;
  }

  /**
   * The answer to a step-up question: the code, or confirming the address for people without a
   * number that got one.
   */
  async stepUpAnswer(phone: string): Promise<object> {
    const code = await this.codeFor(phone);
    return code === undefined ? { kind: "address" } : { kind: "code", code };
  }

  async #receive(): Promise<void> {
    const rows = await this.#sql<
      { messageId: number; recipientCipher: Buffer; payloadCipher: Buffer }[]
    >`
      select message_id, recipient_cipher, payload_cipher from outbox
      where message_id > ${this.#lastMessageId} and kind in ('cod_code', 'step_up_code') order by message_id`;
    for (const row of rows) {
      this.#lastMessageId = row.messageId;
      const contact = JSON.parse(this.#keyring.decrypt(row.recipientCipher)) as { value: string };
      const payload = JSON.parse(this.#keyring.decrypt(row.payloadCipher)) as {
        facts: { code: string };
      };
      this.#codes.set(contact.value, payload.facts.code);
    }
  }
}
