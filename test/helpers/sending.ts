import pino from "pino";
import { enqueueMessages, type OutgoingMessage } from "../../src/messages/io/outbox.ts";
import { messageWays, type MessageWayDeps } from "../../src/messages/io/messageWays.ts";
import { MessageSender, type SenderDeps } from "../../src/messages/io/sender.ts";
import type { MessageFacts } from "../../src/messages/message.ts";
import type { TestMailServer, TestGateway } from "./outside/mailServer.ts";
import type { TestServer } from "./server.ts";

/** A sender on a test's database, to a mail server and a gateway of the test's own. */
export function senderTo(
  test: TestServer,
  to: { readonly mail?: TestMailServer; readonly gateway?: TestGateway },
  change: Partial<MessageWayDeps & SenderDeps> & {
    readonly connections?: number;
    readonly silenceMs?: number;
  } = {},
): MessageSender {
  const { connections = 5, silenceMs = 20_000 } = change;
  const { mail, gateway } = to;
  const ways = messageWays({
    sql: test.database.sql,
    keyring: test.keyring,
    clock: test.clock,
    siteUrl: () => "https://test.example",
    mail: mail ? { smtpUrl: mail.url, from: "sale@example.id", connections, silenceMs } : null,
    textGateway: gateway ? { ...gateway.settings, connections } : null,
    ...change,
  });
  return new MessageSender({
    ways,
    clock: test.clock,
    logger: pino({ level: "fatal" }),
    chance: () => 1,
    timeoutMs: 25_000,
    report: null,
    ...change,
  });
}

const TEXT = { subject: "Tentang pesanan Anda", text: "Isi." };
const FACTS: Readonly<Record<"code" | "turn" | "decision", MessageFacts>> = {
  code: { kind: "sign_in_code", code: "123456", minutes: 10 },
  turn: {
    kind: "offer_made",
    sale: "Kecil",
    variant: "Merah",
    until: "10.00",
    price: "Rp100.000",
    path: "/s/kecil",
  },
  decision: { kind: "decision", id: TEXT, en: TEXT },
};

/** Writes messages of a kind to as many people; returns their numbers. */
export async function write(
  test: TestServer,
  kind: keyof typeof FACTS,
  to: readonly string[],
  change: Partial<OutgoingMessage> = {},
): Promise<number[]> {
  const { sql } = test.database;
  return await sql.begin((tx) =>
    enqueueMessages(
      tx,
      test.keyring,
      to.map((value) => ({
        facts: FACTS[kind],
        language: "id" as const,
        recipient: {
          contact: { kind: value.includes("@") ? ("email" as const) : ("phone" as const), value },
          accountKey: null,
        },
        saleNo: null,
        nowMs: test.clock.ms,
        ...change,
      })),
    ),
  );
}

export interface Waiting {
  readonly messageId: number;
  readonly attempts: number;
  readonly sent: boolean;
  readonly failure: string | null;
  readonly error: string | null;
}

/** All messages as they stand, in the order in which they were written. */
export async function outboxOf(test: TestServer): Promise<Waiting[]> {
  return await test.database.sql<Waiting[]>`
    select message_id as "messageId", attempts::int, sent_at is not null as sent, failure,
      last_error as error
    from outbox order by message_id`;
}
