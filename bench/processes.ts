/*
 * `bench processes`: joins on one port of one, two and three servers (`serve --processes`), each
 * server with the same share of a core. On a machine with few cores servers, database and load
 * would else take from each other what the processes gain.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes, createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../src/base/assert.ts";
import { count, table } from "../src/cli/output.ts";
import { setSalePolicy } from "../src/cases/policy/io/policyRoutes.ts";
import { ensureDatabase, openBackend } from "../src/db/backend.ts";
import { connect, type Sql } from "../src/db/connect.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { changeSaleState } from "../src/sale/io/operatorSaleRoutes.ts";
import { createSale, type StoredSale } from "../src/sale/io/saleStore.ts";
import { SimulatedBrand } from "../sim/crowd/brand.ts";
import { smallSale } from "../test/helpers/sale.ts";
import { serverEnvironment } from "../test/helpers/serverProcess.ts";
import { databaseCpuMicros, processCpuMicros } from "./databaseCpu.ts";
import { v8Flags } from "./flags.ts";
import { load } from "./load.ts";
import { limitEach } from "./quota.ts";
import { benchKeyring, prepareRequests } from "./requests.ts";

const BIN = join(import.meta.dirname, "../bin/giliran.js");
/** The share of a core of each server: three, the database and the load fit two cores. */
const SHARE = Number(process.env.BENCH_SHARE ?? 0.12);
const COUNTS = [1, 2, 3] as const;
const CONNECTIONS = 256;
const LEAD_MS = 1_000;
const WINDOW_MS = 3_000;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const WARM_ROUNDS = 2;
/** More than a window answers, at the share of this bench. */
const PEOPLE = 60_000;
/** Each server may have 50 connections. */
const CONNECTION_COUNT = 400;

interface Group {
  readonly count: number;
  readonly child: ChildProcess;
  readonly port: number;
  readonly pids: readonly number[];
}

interface Window {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Processor time of the servers for a join, in µs. */
  readonly serverMicros: number;
  /** Of the database, in cores. */
  readonly databaseCores: number;
  readonly statuses: string;
}

async function prepareSale(sql: Sql): Promise<StoredSale> {
  const nowMs = Date.now();
  const base = smallSale({ slug: "bench", units: 1 });
  const times = { lobbyOpensAtMs: nowMs - 1_000, opensAtMs: nowMs + 3_600_000 };
  const round = { ...must(base.rounds[0], "it has one"), ...times, closesAtMs: nowMs + 7_200_000 };
  const definition = { ...base, rounds: [round] };
  const chainEnds = [randomBytes(32)];
  const made = await createSale(sql, benchKeyring(), { definition, nowMs, chainEnds });
  const sale = must(made, "the name is free");
  await sql.begin(async (tx) => {
    await setSalePolicy(tx, sale, { nowMs });
    await changeSaleState(tx, sale, { action: "open", nowMs });
  });
  return sale;
}

/** The servers that a supervisor started. */
function serversOf(pid: number): number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return pids
    .filter((one) => readFileSync(`/proc/${one}/cmdline`, "utf8").includes("--child"))
    .map(Number);
}

async function startGroup(environment: NodeJS.ProcessEnv, size: number): Promise<Group> {
  const args = [BIN, "serve", "--json", "--no-worker", "--processes", String(size)];
  const child = spawn(process.execPath, [...v8Flags(), ...args], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise<string>((done, failed) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /"address": "([^"]+)"/.exec(text)?.[1];
      if (found !== undefined) done(found);
    });
    child.once("exit", (code) => failed(new Error(`the servers ended with ${code}`)));
  });
  const pid = must(child.pid, "it runs");
  const pids = size === 1 ? [pid] : serversOf(pid);
  return { count: size, child, port: Number(new URL(address).port), pids };
}

async function measure(
  { sql, dataFolder, saleNo }: { sql: Sql; dataFolder: string; saleNo: number },
  group: Group,
): Promise<Window> {
  await sql.unsafe("truncate entry, sale_window, entry_withdrawn; checkpoint");
  const requests = prepareRequests("/v1/sales/bench/rounds/1/entries", saleNo, PEOPLE);
  let databaseMicros = 0;
  let serverMicros = 0;
  const servers = () => group.pids.reduce((sum, pid) => sum + processCpuMicros(pid), 0);
  const result = await load(group.port, requests, {
    connectionCount: CONNECTIONS,
    leadMs: LEAD_MS,
    windowMs: WINDOW_MS,
    again: false,
    begin: () => {
      databaseMicros = -databaseCpuMicros(dataFolder);
      serverMicros = -servers();
    },
    end: () => {
      databaseMicros += databaseCpuMicros(dataFolder);
      serverMicros += servers();
    },
  });
  const statuses = JSON.stringify(result.statuses);
  if (result.seconds * 1_000 < 0.9 * WINDOW_MS) {
    throw new Error(`all requests were sent, ${statuses}: lower the share`);
  }
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from entry`;
  if (must(row, "one row").count < result.acknowledged) throw new Error("an entry is missing");
  return {
    requestsPerSecond: result.requestsPerSecond,
    p99Ms: result.p99Ms,
    serverMicros: serverMicros / (result.requestsPerSecond * result.seconds),
    databaseCores: databaseMicros / 1e6 / result.seconds,
    statuses,
  };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function report(rounds: readonly (readonly Window[])[]): void {
  const columns = COUNTS.map((_, at) => rounds.map((round) => must(round[at], "all are measured")));
  const rows = columns.map((list, at) => {
    const ratios = list.map((one, round) => {
      const alone = must(columns[0]?.[round], "one server is measured");
      return one.requestsPerSecond / alone.requestsPerSecond;
    });
    return [
      String(COUNTS[at]),
      count(Math.round(median(list.map((one) => one.requestsPerSecond)))),
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)})`,
      median(list.map((one) => one.p99Ms)).toFixed(0),
      median(list.map((one) => one.serverMicros)).toFixed(0),
      median(list.map((one) => one.databaseCores)).toFixed(2),
      must(list.at(-1), "a round was measured").statuses,
    ];
  });
  const head = [
    "servers",
    "joins a second",
    "÷ one",
    "p99 ms",
    "CPU µs",
    "cores of PostgreSQL",
    "statuses",
  ];
  console.log(table(head, rows));
}

async function runRounds(place: Parameters<typeof measure>[0], groups: readonly Group[]) {
  const rounds: Window[][] = [];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    const windows: Window[] = [];
    // There and back, so that a machine that gets slower favours nobody.
    const order = round % 2 === 0 ? groups : groups.toReversed();
    for (const group of order) windows[groups.indexOf(group)] = await measure(place, group);
    if (round >= 0) rounds.push(windows);
    process.stdout.write(round < 0 ? "," : ".");
  }
  console.log("\n");
  return rounds;
}

export async function benchProcesses(): Promise<void> {
  const homeFolder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  chmodSync(homeFolder, 0o755);
  const backend = await openBackend({
    homeFolder,
    purpose: "bench",
    as: "alone",
    settings: { max_connections: String(CONNECTION_COUNT) },
  });
  await ensureDatabase(backend);
  const { socketFolder } = backend.target as { socketFolder: string };
  const sql = connect(backend.target, { poolSize: 2, name: "bench" });
  const environment = {
    ...process.env,
    ...serverEnvironment(new SimulatedBrand(), homeFolder),
    GILIRAN_SECRET: createHash("sha256").update("bench").digest("hex"),
    DATABASE_URL: `postgres://giliran@localhost/giliran?host=${socketFolder}`,
  };
  const groups: Group[] = [];
  let unlimit: () => void = () => undefined;
  try {
    await migrate(sql, readMigrations());
    const { saleNo } = await prepareSale(sql);
    for (const size of COUNTS) groups.push(await startGroup(environment, size));
    unlimit = limitEach(
      groups.flatMap(({ pids }) => pids),
      SHARE,
    );
    console.log(
      `processes: ${SHARE} of a core for each server, ${CONNECTIONS} connections, ${ROUNDS} rounds after ${WARM_ROUNDS} that are not counted, windows of ${WINDOW_MS / 1000} s\n`,
    );
    const dataFolder = realpathSync(join(homeFolder, "database", "data"));
    report(await runRounds({ sql, dataFolder, saleNo }, groups));
  } finally {
    unlimit();
    const ended = groups.map(({ child }) => new Promise((done) => child.once("exit", done)));
    for (const { child } of groups) child.kill();
    await Promise.all(ended);
    await sql.end();
    await backend.close();
    rmSync(homeFolder, { recursive: true, force: true });
  }
}
