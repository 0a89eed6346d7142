import type { Keyring } from "../../src/access/io/keyring.ts";
import type { Sql } from "../../src/db/connect.ts";

/**
 * The crowd's phones: reads the outbox as a gateway for text messages would, and gives a person the
 * newest code that was sent to the number.
 */
export class SimulatedPhones {
  readonly #sql: Sql;
  readonly #keyring: Keyring;
  readonly #codes = new Map<string, string>();
  #lastMessageId = 0;

  constructor(sql: Sql, keyring: Keyring) {
    this.#sql = sql;
    this.#keyring = keyring;
  }

  /** The newest code about an order that reached a number, if any did. */
  async codeFor(phone: string): Promise<string | undefined> {
    if (!this.#codes.has(phone)) await this.#receive();
    const code = this.#codes.get(phone);
    this.#codes.delete(phone);
    return code;
  }

  /** The answer to a question before an order: whoever has no number that was written to confirms the address. */
  async stepUpAnswer(phone: string): Promise<object> {
    const code = await this.codeFor(phone);
    return code === undefined ? { kind: "address" } : { kind: "code", code };
  }

  async #receive(): Promise<void> {
    const rows = await this.#sql<
      { message_id: number; recipient_cipher: Buffer; payload_cipher: Buffer }[]
    >`
      select message_id, recipient_cipher, payload_cipher from outbox
      where message_id > ${this.#lastMessageId} and kind in ('cod_code', 'step_up_code') order by message_id`;
    for (const row of rows) {
      this.#lastMessageId = row.message_id;
      const contact = JSON.parse(this.#keyring.decrypt(row.recipient_cipher)) as { value: string };
      const payload = JSON.parse(this.#keyring.decrypt(row.payload_cipher)) as {
        facts: { code: string };
      };
      this.#codes.set(contact.value, payload.facts.code);
    }
  }
}
