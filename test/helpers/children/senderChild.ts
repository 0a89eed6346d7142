import { createHash } from "node:crypto";
import pino from "pino";
import { createKeyring } from "../../../src/access/io/keyring.ts";
import {
  messageWays,
  type MailSettings,
  type TextGateway,
} from "../../../src/messages/io/messageWays.ts";
import { MessageSender } from "../../../src/messages/io/sender.ts";
import { connect } from "../../../src/db/connect.ts";
import { watchTransactions } from "../../../src/db/transactionGuard.ts";

/* A process that only sends, to be killed while messages are in flight. */

interface Task {
  readonly socketFolder: string;
  readonly database: string;
  readonly nowMs: number;
  readonly mail: MailSettings;
  readonly textGateway: TextGateway;
}

watchTransactions();
const { socketFolder, database, nowMs, mail, textGateway } = JSON.parse(
  process.argv[2] ?? "",
) as Task;
const clock = { nowMs: () => nowMs };
new MessageSender({
  ways: messageWays({
    sql: connect({ socketFolder, database }, { poolSize: 3, name: "sender" }),
    keyring: createKeyring(createHash("sha256").update("test").digest()),
    clock,
    mail,
    textGateway,
    siteUrl: () => "https://test.example",
  }),
  clock,
  logger: pino({ level: "silent" }),
  chance: () => 0.5,
  report: null,
}).start();
