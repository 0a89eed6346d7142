/*
 * Server process of the entry benchmark: serves one configuration, window after window, until told
 * to stop.
 */

import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import pino from "pino";
import type { Keyring } from "../src/access/io/keyring.ts";
import { must } from "../src/base/assert.ts";
import { connect, type Sql } from "../src/db/connect.ts";
import { setSalePolicy } from "../src/cases/policy/io/policyRoutes.ts";
import { changeSaleState } from "../src/sale/io/operatorSaleRoutes.ts";
import { createSale, findSale, type StoredSale } from "../src/sale/io/saleStore.ts";
import {
  databaseMarker,
  databaseWriter,
  Intake,
  type EntryIntake,
} from "../src/sale/entry/io/intake.ts";
import { createServer } from "../src/server.ts";
import { smallSale } from "../test/helpers/sale.ts";
import type { Configuration, ServerReady, ServerWindow } from "./entry.ts";
import { benchKeyring } from "./requests.ts";
import { forUpdate, noStore, redisLua, skipLocked } from "./rivals.ts";

const [url, configuration, redisPort] = process.argv.slice(2) as [string, Configuration, string];
const RIVAL_POOL = 20;

async function prepareSale(sql: Sql, keyring: Keyring): Promise<StoredSale> {
  const known = await findSale(sql, "bench");
  if (known) return known;
  const nowMs = Date.now();
  const base = smallSale({ slug: "bench", units: 1 });
  const round = {
    ...must(base.rounds[0], "the example has a round"),
    lobbyOpensAtMs: nowMs - 1_000,
    opensAtMs: nowMs + 3_600_000,
    closesAtMs: nowMs + 7_200_000,
  };
  const definition = { ...base, rounds: [round] };
  const chainEnds = [randomBytes(32)];
  const sale = must(
    await createSale(sql, keyring, { definition, nowMs, chainEnds }),
    "the slug is free",
  );
  await sql.begin(async (tx) => {
    await setSalePolicy(tx, sale, { nowMs });
    await changeSaleState(tx, sale, { action: "open", nowMs });
  });
  return sale;
}

const keyring = benchKeyring();
const target = { url };
const sql = connect(target, { poolSize: RIVAL_POOL, name: "bench server" });
const entryPool = connect(target, { poolSize: 2, name: "bench entry pool" });
await sql`create table if not exists bench_counter (id integer primary key, n integer)`;
await sql`insert into bench_counter values (1, 0) on conflict do nothing`;
await sql`create table if not exists bench_slot (id integer primary key)`;
if (configuration === "SKIP LOCKED") {
  await sql`truncate bench_slot`;
  await sql`insert into bench_slot select generate_series(1, 200000)`;
}
const sale = await prepareSale(sql, keyring);
const clock = { nowMs: () => Date.now() };
const redis = configuration === "Redis-Lua" ? await redisLua(Number(redisPort), sql) : null;
const ours = new Intake(configuration === "ours" ? databaseWriter(entryPool) : noStore, {
  clock,
  mark: databaseMarker(entryPool),
});
const INTAKES: Record<Configuration, () => EntryIntake> = {
  ours: () => ours,
  "no store": () => ours,
  "empty POST": () => ours,
  "FOR UPDATE": () => forUpdate(sql),
  "SKIP LOCKED": () => skipLocked(sql),
  "Redis-Lua": () => must(redis, "connected for this configuration").intake,
};
const server = await createServer({
  sql,
  entryPool,
  keyring,
  clock,
  worker: false,
  brandLogin: null,
  mail: null,
  addressRule: null,
  logger: pino({ level: "error" }),
  secureCookies: false,
  trustedProxies: [],
  publicUrl: null,
  notices: false,
  payments: "none",
  intake: INTAKES[configuration](),
});
server.app.post("/bench/empty", { config: { cost: "memory" } }, async () => ({ ok: true }));
await server.listen("127.0.0.1", 0);
const { port } = server.app.server.address() as AddressInfo;
let cpu = process.cpuUsage();

/** Sends the window's cost once everything acknowledged is in the table. */
async function report(): Promise<void> {
  await redis?.settle();
  const cpuMicros = cpu.user + cpu.system;
  process.send?.({
    cpuMicros,
    meanBatch: ours.meanBatchCount(),
  } satisfies ServerWindow);
}

async function stop(): Promise<void> {
  await server.close();
  await redis?.stop();
  await Promise.all([sql.end(), entryPool.end()]);
  process.disconnect();
}

process.on("message", (message) => {
  if (message === "begin") cpu = process.cpuUsage();
  if (message === "end") cpu = process.cpuUsage(cpu);
  if (message === "report") void report();
  if (message === "stop") void stop();
});
const ready: ServerReady = { port, saleNo: sale.saleNo };
process.send?.(ready);
