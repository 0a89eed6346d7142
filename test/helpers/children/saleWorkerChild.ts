import { createHash } from "node:crypto";
import { createKeyring } from "../../../src/access/io/keyring.ts";
import { connect } from "../../../src/db/connect.ts";
import { slowWorker } from "./slowWorker.ts";

/* A process with a worker of its own. It says when it asks for a root, and how its one round of work ended. */

const { target, nowMs, rootMs, lease } = JSON.parse(process.argv[2]!);
const sql = connect(target, { poolSize: 4, name: "worker child" });
const keyring = createKeyring(createHash("sha256").update("test").digest());
const clock = { nowMs: () => nowMs };
const { worker, roots } = slowWorker({ sql, keyring, clock, rootMs, lease });
roots.onAsk = () => process.send!("asked");
const outcome = await worker.tick().then(
  () => "done",
  (error: Error) => error.name,
);
process.send!(outcome);
await worker.stop();
await sql.end();
process.disconnect();
