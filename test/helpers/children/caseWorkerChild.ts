import { createHash } from "node:crypto";
import pino from "pino";
import { createKeyring } from "../../../src/access/io/keyring.ts";
import { MessageSender } from "../../../src/messages/io/sender.ts";
import { channelWays } from "../../../src/cases/decision/io/channelCalls.ts";
import { CaseWorker } from "../../../src/cases/io/worker.ts";
import type { HookSettings } from "../../../src/access/io/hook.ts";
import { hookChannel } from "../../../src/connectors/channels/hook.ts";
import { connect } from "../../../src/db/connect.ts";
import { watchTransactions } from "../../../src/db/transactionGuard.ts";

/* A process that only works on cases, to be killed at any moment. */

interface Task {
  readonly socketFolder: string;
  readonly database: string;
  readonly nowMs: number;
  readonly hook: HookSettings;
  /** Rounds of work, or 0 to go on until killed. */
  readonly rounds: number;
}

const task = JSON.parse(process.argv[2]!) as Task;
const { socketFolder, database } = task;
watchTransactions();
const sql = connect({ socketFolder, database }, { poolSize: 3, name: "case worker" });
let nowMs = task.nowMs;
const keyring = createKeyring(createHash("sha256").update("test").digest());
const clock = { nowMs: () => nowMs };
const ports = new Map([["shop", hookChannel(task.hook, () => nowMs)]]);
const logger = pino({ level: "silent" });
const sender = new MessageSender({
  ways: channelWays(sql, clock, ports),
  clock,
  logger,
  chance: () => 0.5,
  report: null,
});
const worker = new CaseWorker({
  sql,
  keyring,
  clock,
  logger,
  ports,
  baseUrl: () => "http://test.example",
});
await sql`select 1`;
process.stdout.write("ready\n");
for (let round = 0; task.rounds === 0 || round < task.rounds; round++) {
  await worker.run().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  await sender.run().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  // Calls that were cut off are looked at again after a minute.
  nowMs += 20_000;
}
await sql.end();
