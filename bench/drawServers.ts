/*
 * `bench draw --entries N --servers N`: a large draw on real server processes. Measures the time
 * from closing until every entry has a place, by one server and by several.
 */

import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SimulatedBrand } from "../sim/crowd/brand.ts";
import { createKeyring } from "../src/access/io/keyring.ts";
import { must } from "../src/base/assert.ts";
import { count, table } from "../src/cli/output.ts";
import { ensureDatabase, openBackend } from "../src/db/backend.ts";
import { connect, type Sql } from "../src/db/connect.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { changeSaleState } from "../src/sale/io/operatorSaleRoutes.ts";
import { createSale, type StoredSale } from "../src/sale/io/saleStore.ts";
import { openSale } from "../test/helpers/openSale.ts";
import { smallSale } from "../test/helpers/sale.ts";
import {
  SECRET,
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../test/helpers/serverProcess.ts";

const LOOK_MS = 100;
const PROBE_MS = 20;
const MOST_SECONDS = 900;

interface Sealed {
  readonly servers: number;
  readonly rootSeconds: number;
  readonly sealedSeconds: number;
  readonly root: string;
  /** How often the sale changed hands between servers. */
  readonly fence: number;
  /** 99th percentile of a server's own health page meanwhile, in ms. */
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Peak memory of the largest server. */
  readonly peakMiB: number;
}

/** An open draw with this many entries, in a database that is then copied. */
async function fill(sql: Sql, entries: number): Promise<StoredSale> {
  await migrate(sql, readMigrations());
  const nowMs = Date.now();
  const base = smallSale({ slug: "draw", mode: "draw", units: 1_000 });
  const [round] = base.rounds;
  const times = { lobbyOpensAtMs: nowMs - 1_000, opensAtMs: nowMs - 1_000 };
  const open = { ...must(round, "a sale has a round"), ...times, closesAtMs: nowMs + 86_400_000 };
  const keyring = createKeyring(Buffer.from(SECRET, "hex"));
  const chainEnds = [randomBytes(32)];
  const sale = must(
    await createSale(sql, keyring, { definition: { ...base, rounds: [open] }, nowMs, chainEnds }),
    "nobody has the name",
  );
  await openSale(sql, sale, nowMs);
  await sql`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    values (${sale.saleNo}, 1, 0, ${new Date(open.opensAtMs)}, ${new Date(open.closesAtMs)})`;
  await sql`
    insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
      preferences, request_key, entered_at)
    select ${sale.saleNo}, 1, gen_random_uuid(), gen_random_uuid(), 0, n, 1 + n % 2, '1',
      gen_random_uuid(), now()
    from generate_series(1, ${entries}::int) n`;
  await sql.unsafe("vacuum analyze entry");
  await sql.unsafe("checkpoint");
  return sale;
}

/** Asks a server for its health repeatedly; returns how long each answer took, in ms. */
function probe(servers: readonly ServerProcess[]): () => Promise<number[]> {
  const times: number[] = [];
  let stopped = false;
  const probing = servers.map(async ({ address }) => {
    while (!stopped) {
      const start = performance.now();
      await (await fetch(`${address}/livez`)).arrayBuffer();
      times.push(performance.now() - start);
      await sleep(PROBE_MS);
    }
  });
  return async () => {
    stopped = true;
    await Promise.all(probing);
    return times.toSorted((a, b) => a - b);
  };
}

function peakMiBOf({ child }: ServerProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

async function measure(sql: Sql, sale: StoredSale, servers: ServerProcess[]): Promise<Sealed> {
  const stopProbing = probe(servers);
  const start = performance.now();
  const change = { action: "close", operatorName: "bench", nowMs: Date.now() } as const;
  await sql.begin((tx) => changeSaleState(tx, sale, change));
  let rootSeconds = 0;
  for (;;) {
    await sleep(LOOK_MS);
    const seconds = (performance.now() - start) / 1000;
    const [row] = await sql<{ state: string; root: string | null; fence: number }[]>`
      select w.state, encode(w.root, 'hex') as root, l.fence
      from sale_window w join sale_lease l using (sale_no) where w.sale_no = ${sale.saleNo}`;
    if (row?.root && rootSeconds === 0) rootSeconds = seconds;
    if (row?.state === "sealed") {
      const times = await stopProbing();
      return {
        servers: servers.length,
        rootSeconds,
        sealedSeconds: seconds,
        root: row.root ?? "",
        fence: row.fence,
        p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
        longestMs: times.at(-1) ?? 0,
        peakMiB: Math.max(...servers.map(peakMiBOf)),
      };
    }
    if (seconds > MOST_SECONDS) throw new Error(`not sealed after ${MOST_SECONDS} s`);
  }
}

function report(entries: number, all: readonly Sealed[]): void {
  console.log(`draw: ${count(entries)} entries, from the close of the sale\n`);
  const rows = all.map((one) => [
    count(one.servers),
    one.rootSeconds.toFixed(1),
    one.sealedSeconds.toFixed(1),
    (one.sealedSeconds / must(all[0], "a first run").sealedSeconds).toFixed(2),
    count(one.fence),
    one.p99Ms.toFixed(0),
    one.longestMs.toFixed(0),
    count(one.peakMiB),
  ]);
  const header = ["servers", "root fixed, s", "sealed, s", "÷ one", "holders"];
  console.log(table([...header, "p99 ms", "longest ms", "MiB at most"], rows));
  const roots = new Set(all.map((one) => one.root));
  console.log(roots.size === 1 ? "\nThe same root each time.\n" : "\nWRONG: the roots differ.\n");
}

/** Measures one server, then several, each on a copy of the same database. */
export async function benchDrawServers(entries: number, most: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  chmodSync(folder, 0o755);
  const backend = await openBackend({ homeFolder: folder, purpose: "bench", as: "alone" });
  const environment = serverEnvironment(new SimulatedBrand(), folder);
  try {
    await ensureDatabase(backend);
    const { socketFolder } = backend.target as { socketFolder: string };
    const on = (database: string) =>
      connect({ socketFolder, database }, { poolSize: 2, name: "bench" });
    const first = on("giliran");
    const sale = await fill(first, entries);
    await first.end();
    const admin = on("postgres");
    const all: Sealed[] = [];
    for (const serverCount of new Set([1, most])) {
      const database = `draw_${serverCount}`;
      await admin.unsafe(`create database ${database} template giliran`);
      const sql = on(database);
      const DATABASE_URL = `postgres://giliran@localhost/${database}?host=${socketFolder}`;
      const servers = await Promise.all(
        Array.from({ length: serverCount }, () =>
          startServerProcess({ ...environment, DATABASE_URL }),
        ),
      );
      try {
        all.push(await measure(sql, sale, servers));
      } finally {
        for (const { child } of servers) child.kill("SIGTERM");
        await Promise.all(servers.map((server) => server.ended));
        await sql.end();
      }
      await admin.unsafe(`drop database ${database} with (force)`);
    }
    await admin.end();
    report(entries, all);
  } finally {
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
