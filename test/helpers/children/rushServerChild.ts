import type { AddressInfo } from "node:net";
import pino from "pino";
import { benchKeyring } from "../../../bench/requests.ts";
import { connect } from "../../../src/db/connect.ts";
import { createServer } from "../../../src/server.ts";

/* A whole server, with its worker, in a process of its own. It says its port. */

export interface RushServer {
  readonly url: string;
  readonly mostQueuedCount: number;
  readonly mostBatchCount: number;
}

const { url, ...queue } = JSON.parse(process.argv[2]!) as RushServer;
const sql = connect({ url }, { poolSize: 10, name: "rush server" });
const entryPool = connect({ url }, { poolSize: 3, name: "rush entries", deadline: "entries" });
const server = await createServer({
  sql,
  entryPool,
  keyring: benchKeyring(),
  clock: { nowMs: () => Date.now() },
  worker: true,
  brandLogin: null,
  mail: null,
  addressRule: null,
  logger: pino({ level: "fatal" }),
  secureCookies: false,
  trustedProxies: [],
  publicUrl: null,
  notices: false,
  payments: "none",
  queue,
});
await server.listen("127.0.0.1", 0);
process.on("message", () => {
  void server.close().then(async () => {
    await Promise.all([sql.end(), entryPool.end()]);
    process.disconnect();
  });
});
process.send!((server.app.server.address() as AddressInfo).port);
