/*
 * `bench entry`: the real join route with nothing switched off, against the same route without a
 * store and against rivals. Compare ratios within one run; absolute rates mean nothing elsewhere.
 */

import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../src/base/assert.ts";
import { ensureDatabase, openBackend } from "../src/db/backend.ts";
import { connect, type Sql } from "../src/db/connect.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { count, table } from "../src/cli/output.ts";
import { databaseCpuMicros, processCpuMicros } from "./databaseCpu.ts";
import { v8Flags } from "./flags.ts";
import { load, type LoadResult } from "./load.ts";
import { prepareRequests } from "./requests.ts";

const CONNECTIONS = 256;
/**
 * Warm-up load before each window, in ms: connections are open and batches full when the window
 * begins.
 */
const LEAD_MS = 400;
const WINDOW_MS = 2_000;
/**
 * Odd, so that there is a median. Many short windows in turn instead of few long ones: on a shared
 * machine two windows a minute apart differed by a third, whatever was measured.
 */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
/**
 * Rounds that are not counted: in a young server V8 still compiles, which takes 7 % of both cores.
 */
const WARM_ROUNDS = 5;
/**
 * Requests prepared for a window: twice the answers of the last one, at least this many. While a
 * server warms up, a window may answer three times as many as the one before.
 */
const WARM_PEOPLE = 80_000;
const LEAST_PEOPLE = 30_000;
/**
 * On a fast machine the requests run out and the window ends early; below this length, in ms, it is
 * repeated.
 */
const LEAST_WINDOW_MS = 1_000;
/** Upper limit of prepared requests, at 0.7 kB each. */
const MOST_PEOPLE = 640_000;
const REDIS_PORT = 6399;

const ALL = ["empty POST", "no store", "ours", "SKIP LOCKED", "FOR UPDATE", "Redis-Lua"] as const;
export type Configuration = (typeof ALL)[number];
/** Rivals that store nothing; nothing can be found of what they acknowledged. */
const STATELESS: readonly Configuration[] = ["no store", "empty POST"];

/** Messages of a server process: ready, and the cost of a window once all of it is written. */
export interface ServerReady {
  readonly port: number;
  readonly saleNo: number;
}
export interface ServerWindow {
  readonly cpuMicros: number;
  readonly meanBatch: number;
}

interface Window extends LoadResult {
  readonly cpuMicrosPerRequest: number;
  /** CPU of PostgreSQL and Redis. */
  readonly storeCpuMicrosPerRequest: number;
  /** CPU of this process, which sends the requests. */
  readonly loadCpuMicrosPerRequest: number;
  readonly meanBatch: number;
  readonly storedOfAcknowledged: string;
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((done, failed) => {
    const ended = (code: number) => failed(new Error(`the bench's server ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (value) => {
      child.off("exit", ended);
      done(value as T);
    });
  });
}

function replies({ statuses }: LoadResult): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

interface Place {
  readonly sql: Sql;
  readonly url: string;
  readonly storeCpuMicros: () => number;
}

interface Server extends ServerReady {
  readonly child: ChildProcess;
  readonly configuration: Configuration;
  /** Answers in its last window. */
  answered: number;
}

async function startServer(place: Place, configuration: Configuration): Promise<Server> {
  const profileFolder = process.env.BENCH_PROFILE;
  const child = fork(
    join(import.meta.dirname, "entryServer.ts"),
    [place.url, configuration, String(REDIS_PORT)],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
      execArgv: [
        ...process.execArgv,
        ...v8Flags(),
        ...(profileFolder ? ["--cpu-prof", "--cpu-prof-dir", profileFolder] : []),
      ],
    },
  );
  const ready = await message<ServerReady>(child);
  return { ...ready, child, configuration, answered: 0 };
}

async function stopServer({ child }: Server): Promise<void> {
  const ended = new Promise((done) => child.once("exit", done));
  child.send("stop");
  await ended;
}

/** A window with enough people for this machine. */
async function runWindow(place: Place, server: Server, leastPeople: number): Promise<Window> {
  let people = Math.max(leastPeople, 2 * server.answered);
  for (;;) {
    const window = await runWindowOnce(place, server, people);
    if (window.seconds * 1000 >= LEAST_WINDOW_MS || people >= MOST_PEOPLE) return window;
    people = Math.min(2 * people, MOST_PEOPLE);
  }
}

async function runWindowOnce(place: Place, server: Server, people: number): Promise<Window> {
  const { child, configuration, port, saleNo } = server;
  const { sql } = place;
  const storesNothing = STATELESS.includes(configuration);
  await sql.unsafe("truncate entry, sale_window, entry_withdrawn; checkpoint");
  const path = configuration === "empty POST" ? "/bench/empty" : "/v1/sales/bench/rounds/1/entries";
  const requests = prepareRequests(path, saleNo, people);
  let storeCpu = 0;
  let loadCpu = process.cpuUsage();
  const result = await load(port, requests, {
    connectionCount: CONNECTIONS,
    leadMs: LEAD_MS,
    windowMs: WINDOW_MS,
    again: configuration === "empty POST",
    begin: () => {
      storeCpu = -place.storeCpuMicros();
      loadCpu = process.cpuUsage();
      child.send("begin");
    },
    end: () => {
      loadCpu = process.cpuUsage(loadCpu);
      storeCpu += place.storeCpuMicros();
      child.send("end");
    },
  });
  child.send("report");
  const { cpuMicros, meanBatch } = await message<ServerWindow>(child);
  server.answered = result.acknowledged;
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from entry`;
  return {
    ...result,
    cpuMicrosPerRequest: cpuMicros / replies(result),
    storeCpuMicrosPerRequest: storeCpu / replies(result),
    loadCpuMicrosPerRequest: (loadCpu.user + loadCpu.system) / replies(result),
    meanBatch,
    storedOfAcknowledged: storesNothing
      ? "–"
      : `${count(must(row, "an aggregate is one row").count)} / ${count(result.acknowledged)}`,
  };
}

/** Rotates the order so that each configuration follows each other one about equally often. */
function orderOf<Item>(items: readonly Item[], round: number): readonly Item[] {
  const turned = items.map((_, index) => items[(index + round) % items.length] as Item);
  return round % 2 === 0 ? turned : turned.toReversed();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function startRedis(): ChildProcess | null {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "giliran-bench-redis-"));
  return spawn(
    "redis-server",
    [
      "--port",
      String(REDIS_PORT),
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--appendonly",
      "yes",
      "--appendfsync",
      "everysec",
      "--save",
      "",
    ],
    {
      stdio: "ignore",
    },
  );
}

function report(windows: ReadonlyMap<Configuration, Window[]>): void {
  const ratios = (of: Configuration, to: Configuration) => {
    const rate = (configuration: Configuration, round: number) =>
      must(windows.get(configuration)?.[round], "each round measures all").requestsPerSecond;
    const list = must(windows.get(of), "always measured").map(
      (_, round) => rate(of, round) / rate(to, round),
    );
    return { median: median(list), least: Math.min(...list), most: Math.max(...list) };
  };
  const rows = [...windows].map(([name, list]) => [
    name,
    count(Math.round(median(list.map((w) => w.requestsPerSecond)))),
    windows.has("empty POST") ? ratios(name, "empty POST").median.toFixed(2) : "–",
    median(list.map((w) => w.p50Ms)).toFixed(1),
    median(list.map((w) => w.p99Ms)).toFixed(1),
    median(list.map((w) => w.cpuMicrosPerRequest)).toFixed(0),
    median(list.map((w) => w.storeCpuMicrosPerRequest)).toFixed(0),
    median(list.map((w) => w.loadCpuMicrosPerRequest)).toFixed(0),
    median(list.map((w) => w.meanBatch)).toFixed(0),
    must(list.at(-1), "a round was measured").storedOfAcknowledged,
  ]);
  console.log(
    table(
      [
        "configuration",
        "a second",
        "÷ empty",
        "p50 ms",
        "p99 ms",
        "CPU µs",
        "of the stores",
        "of the load",
        "batch",
        "stored / acknowledged",
      ],
      rows,
    ),
  );
  console.log("\nours, durable, against (median of the rounds' ratios, least – most):");
  for (const rival of windows.keys()) {
    if (rival === "ours" || !windows.has("ours")) continue;
    const { median: middle, least, most } = ratios("ours", rival);
    console.log(
      `  ${rival.padEnd(12)} ${middle.toFixed(2)}  (${least.toFixed(2)} – ${most.toFixed(2)})`,
    );
  }
  for (const [name, list] of windows) {
    const early = list.filter((w) => w.seconds * 1000 < WINDOW_MS);
    if (early.length === 0) continue;
    const shortest = Math.min(...early.map((w) => w.seconds));
    console.log(
      `  ${name}: ${early.length} of ${list.length} windows ended early, the shortest after ${shortest.toFixed(1)} s: all requests were sent`,
    );
  }
  const ours = must(windows.get("ours"), "always measured");
  const refused = ours.flatMap((w) =>
    Object.entries(w.statuses).filter(([status]) => status !== "201"),
  );
  if (refused.length > 0) console.log(`  not 201: ${JSON.stringify(refused)}`);
}

/** All servers run side by side; only the one being measured gets load. */
async function runRounds(
  place: Place,
  configurations: readonly Configuration[],
): Promise<ReadonlyMap<Configuration, Window[]>> {
  const windows = new Map<Configuration, Window[]>(configurations.map((name) => [name, []]));
  const servers: Server[] = [];
  try {
    for (const configuration of configurations) {
      servers.push(await startServer(place, configuration));
    }
    for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
      for (const server of orderOf(servers, round + WARM_ROUNDS)) {
        const window = await runWindow(place, server, round < 0 ? WARM_PEOPLE : LEAST_PEOPLE);
        if (round >= 0) must(windows.get(server.configuration), "a known server").push(window);
      }
      process.stdout.write(round < 0 ? "," : ".");
    }
    console.log("\n");
    for (const server of servers) await stopServer(server);
  } finally {
    for (const { child } of servers) child.kill();
  }
  return windows;
}

export async function benchEntry(): Promise<void> {
  const homeFolder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  spawnSync("chmod", ["755", homeFolder]);
  const backend = await openBackend({ homeFolder, purpose: "bench", as: "alone" });
  await ensureDatabase(backend);
  const { socketFolder } = backend.target as { socketFolder: string };
  const url = `postgres://giliran@localhost/giliran?host=${socketFolder}`;
  const sql = connect(backend.target, { poolSize: 2, name: "bench" });
  const dataFolder = realpathSync(join(homeFolder, "database", "data"));
  const redis = startRedis();
  const place: Place = {
    sql,
    url,
    storeCpuMicros: () =>
      databaseCpuMicros(dataFolder) + (redis?.pid === undefined ? 0 : processCpuMicros(redis.pid)),
  };
  try {
    await migrate(sql, readMigrations());
    const [fsync] = await sql<{ fsync: string }[]>`show fsync`;
    const [commit] = await sql<{ synchronousCommit: string }[]>`show synchronous_commit`;
    console.log(
      `entry: ${backend.description}, fsync ${must(fsync, "show is one row").fsync}, synchronous_commit ${must(commit, "show is one row").synchronousCommit}`,
    );
    console.log(
      `one server process, ${CONNECTIONS} connections, ${ROUNDS} rounds after ${WARM_ROUNDS} that are not counted, windows of ${WINDOW_MS / 1000} s in an order that changes\n`,
    );
    const only = process.env.BENCH_ONLY?.split(",");
    const configurations = ALL.filter(
      (name) => (redis !== null || name !== "Redis-Lua") && (!only || only.includes(name)),
    );
    if (redis === null) console.log("redis-server is not installed: that rival is left out.\n");
    report(await runRounds(place, configurations));
    console.log();
  } finally {
    redis?.kill();
    await sql.end();
    await backend.close();
    rmSync(homeFolder, { recursive: true, force: true });
  }
}
