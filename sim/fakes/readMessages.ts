/* Reads the outbox as recipients would, and sends it as a gateway that takes everything. */

import type { Language } from "../../src/base/language.ts";
import type { MessageFacts } from "../../src/messages/message.ts";
import { composeMessage } from "../../src/messages/message.ts";
import type { Keyring } from "../../src/access/io/keyring.ts";
import type { Sql } from "../../src/db/connect.ts";

/** A message as its recipient gets it. */
export interface ReadMessage {
  readonly messageId: number;
  readonly kind: string;
  readonly subject: string;
  readonly text: string;
}

/** Messages of a kind, newest first, with codes and links that no page shows to others. */
export async function readMessages(
  sql: Sql,
  keyring: Keyring,
  kind: MessageFacts["kind"],
): Promise<ReadMessage[]> {
  const rows = await sql<{ messageId: number; payloadCipher: Buffer }[]>`
    select message_id, payload_cipher from outbox
    where kind = ${kind} and payload_cipher is not null order by message_id desc`;
  return rows.map((row) => {
    const { facts, language } = JSON.parse(keyring.decrypt(row.payloadCipher)) as {
      facts: MessageFacts;
      language: Language;
    };
    return { messageId: row.messageId, kind, ...composeMessage(facts, language) };
  });
}

/** Counts an attempt for each message of a kind, as the sender does before a gateway takes it. */
export async function sendMessages(sql: Sql, kind: MessageFacts["kind"]): Promise<void> {
  await sql`update outbox set attempts = attempts + 1 where kind = ${kind}`;
}
