import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDatabase, openBackend } from "../src/db/backend.ts";
import { connect, type Sql } from "../src/db/connect.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { count, table } from "../src/cli/output.ts";
import { databaseCpuMicros } from "./databaseCpu.ts";
import { load, type LoadResult } from "./load.ts";
import { prepareRequests } from "./requests.ts";

/* The real route with nothing switched off, against the same route without a store and its rivals. */

const CONNECTIONS = 256;
/** In a shorter one V8 is still compiling the server while the window runs: 7 % of both cores, seen in its profile. */
const WARM_MS = 10_000;
const WINDOW_MS = 4_000;
/** Odd, so that there is a middle one. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** More than any configuration answers in a window: every person joins once. */
const PEOPLE = 400_000;
const SLOW_PEOPLE = 60_000;
const REDIS_PORT = 6399;

/** The flags that `npm start` gives its server. */
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
  scripts: { start: string };
};
const SERVER_FLAGS = manifest.scripts.start.split(" ").filter((word) => word.startsWith("--"));

const ALL = ["empty POST", "no store", "ours", "SKIP LOCKED", "FOR UPDATE", "Redis-Lua"] as const;
export type Configuration = (typeof ALL)[number];
/** These store nothing, so the same people may come again. */
const STATELESS: readonly Configuration[] = ["no store", "empty POST"];
const SLOW: readonly Configuration[] = ["FOR UPDATE", "SKIP LOCKED"];

/** What the server process of one window says when it is ready, and when it is done. */
export interface ServerReady {
  readonly port: number;
  readonly saleNo: number;
}
export interface ServerDone {
  readonly cpuMicros: number;
  readonly meanBatch: number;
}

interface Window extends LoadResult {
  readonly cpuMicrosPerRequest: number;
  readonly databaseCpuMicrosPerRequest: number;
  readonly meanBatch: number;
  readonly storedOfAcknowledged: string;
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((done, failed) => {
    child.once("message", (value) => done(value as T));
    child.once("exit", (code) => failed(new Error(`the bench's server ended with ${code}`)));
  });
}

function replies({ statuses }: LoadResult): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

interface Place {
  readonly sql: Sql;
  readonly url: string;
  readonly dataFolder: string;
}

async function runWindow(place: Place, configuration: Configuration): Promise<Window> {
  const { sql, url, dataFolder } = place;
  await sql.unsafe("truncate entry, sale_window, entry_withdrawn; checkpoint");
  const profileFolder = process.env.BENCH_PROFILE;
  const people = SLOW.includes(configuration) ? SLOW_PEOPLE : PEOPLE;
  const child = fork(
    join(import.meta.dirname, "entryServer.ts"),
    [url, configuration, String(REDIS_PORT)],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",

      execArgv: [
        ...process.execArgv,
        ...SERVER_FLAGS,
        ...(profileFolder ? ["--cpu-prof", "--cpu-prof-dir", profileFolder] : []),
      ],
    },
  );
  const ready = await message<ServerReady>(child);
  const path = configuration === "empty POST" ? "/bench/empty" : "/v1/sales/bench/rounds/1/entries";
  const requests = prepareRequests(path, ready.saleNo, people);
  let databaseCpu = 0;
  const result = await load(ready.port, requests, {
    connectionCount: CONNECTIONS,
    warmMs: WARM_MS,
    windowMs: WINDOW_MS,
    again: STATELESS.includes(configuration),
    begin: () => {
      databaseCpu = -databaseCpuMicros(dataFolder);
      child.send("begin");
    },
    end: () => {
      databaseCpu += databaseCpuMicros(dataFolder);
      child.send("end");
    },
  });
  child.send("stop");
  const done = await message<ServerDone>(child);
  await new Promise((ended) => child.once("exit", ended));
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from entry`;
  const kept = STATELESS.includes(configuration)
    ? "–"
    : `${count(row!.count)} / ${count(result.acknowledged)}`;
  return {
    ...result,
    cpuMicrosPerRequest: done.cpuMicros / replies(result),
    databaseCpuMicrosPerRequest: databaseCpu / replies(result),
    meanBatch: done.meanBatch,
    storedOfAcknowledged: kept,
  };
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
    const list = windows
      .get(of)!
      .map(
        (window, round) => window.requestsPerSecond / windows.get(to)![round]!.requestsPerSecond,
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
    median(list.map((w) => w.databaseCpuMicrosPerRequest)).toFixed(0),
    median(list.map((w) => w.meanBatch)).toFixed(0),
    list.at(-1)!.storedOfAcknowledged,
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
        "database CPU µs",
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
  const refused = windows
    .get("ours")!
    .flatMap((w) => Object.entries(w.statuses).filter(([status]) => status !== "201"));
  if (refused.length > 0) console.log(`  not 201: ${JSON.stringify(refused)}`);
}

export async function benchEntry(): Promise<void> {
  const homeFolder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  spawnSync("chmod", ["755", homeFolder]);
  const backend = await openBackend({ homeFolder, purpose: "bench", as: "alone" });
  await ensureDatabase(backend);
  const { socketFolder } = backend.target as { socketFolder: string };
  const url = `postgres://giliran@localhost/giliran?host=${socketFolder}`;
  const sql = connect(backend.target, { poolSize: 2, name: "bench" });
  const place: Place = { sql, url, dataFolder: realpathSync(join(homeFolder, "database", "data")) };
  const redis = startRedis();
  try {
    await migrate(sql, readMigrations());
    const [fsync] = await sql<{ fsync: string }[]>`show fsync`;
    const [commit] = await sql<{ synchronous_commit: string }[]>`show synchronous_commit`;
    console.log(
      `entry: ${backend.description}, fsync ${fsync!.fsync}, synchronous_commit ${commit!.synchronous_commit}`,
    );
    console.log(
      `one server process, ${CONNECTIONS} connections, ${ROUNDS} rounds, windows of ${WINDOW_MS / 1000} s in an order that rotates\n`,
    );
    const only = process.env.BENCH_ONLY?.split(",");
    const configurations = ALL.filter(
      (name) => (redis !== null || name !== "Redis-Lua") && (!only || only.includes(name)),
    );
    if (redis === null) console.log("redis-server is not installed: that rival is left out.\n");
    const windows = new Map<Configuration, Window[]>(configurations.map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      const order = configurations.map(
        (_, i) => configurations[(i + round * 2) % configurations.length] as Configuration,
      );
      for (const configuration of order) {
        windows.get(configuration)!.push(await runWindow(place, configuration));
        process.stdout.write(".");
      }
    }
    console.log("\n");
    report(windows);
    console.log();
  } finally {
    redis?.kill();
    await sql.end();
    await backend.close();
    rmSync(homeFolder, { recursive: true, force: true });
  }
}
