/* `bench draw`: sealing and ranking a million entries, in memory and in a real database. */

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createKeyring } from "../src/access/io/keyring.ts";
import { must } from "../src/base/assert.ts";
import { compareBytes } from "../src/base/bytes.ts";
import { sha256 } from "../src/base/hash.ts";
import { MerkleBuilder } from "../src/base/merkle.ts";
import { ensureDatabase, openBackend } from "../src/db/backend.ts";
import { connect } from "../src/db/connect.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { table } from "../src/cli/output.ts";
import { readBoard } from "../src/sale/io/boardStore.ts";
import { takeLease } from "../src/sale/lease/io/leaseStore.ts";
import { setSalePolicy } from "../src/cases/policy/io/policyRoutes.ts";
import { changeSaleState } from "../src/sale/io/operatorSaleRoutes.ts";
import { createSale } from "../src/sale/io/saleStore.ts";
import { RoundMemory, sealRound } from "../src/sale/line/io/seal.ts";
import { fastSha256 } from "../src/sale/line/io/windowRoot.ts";
import { chanceRank, entryLeaf } from "../src/sale/rank.ts";
import { benchDrawServers } from "./drawServers.ts";
import { smallSale } from "../test/helpers/sale.ts";
import { sealing as sealingWith } from "../test/helpers/sealing.ts";

const MILLION = 1_000_000;

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Root, ranks and sort of a million entries in memory, with the server's hash and the browser's.
 */
async function benchMemory(): Promise<(string | number)[][]> {
  const ids = Array.from({ length: MILLION }, () => new Uint8Array(randomBytes(16)));
  const entry = (entryId: Uint8Array) => ({
    entryId,
    tier: 1,
    channelNo: 1,
    preferences: "1.2",
    arrivalNo: 0,
  });
  const seed = new Uint8Array(randomBytes(32));
  const rows: (string | number)[][] = [];
  for (const [name, hash] of [
    ["server's SHA-256", fastSha256],
    ["browser's SHA-256", sha256],
  ] as const) {
    const time = await seconds(() => {
      const builder = new MerkleBuilder(hash);
      for (const id of ids) builder.add(entryLeaf(entry(id), "draw"));
      builder.root();
    });
    rows.push([`Merkle root, ${name}`, time.toFixed(2)]);
  }
  let ranks: Uint8Array[] = [];
  const ranking = await seconds(() => (ranks = ids.map((id) => chanceRank(seed, id))));
  const sorting = await seconds(() => ranks.sort(compareBytes));
  rows.push(["ranks, browser's SHA-256", ranking.toFixed(2)], ["sorting them", sorting.toFixed(2)]);
  return rows;
}

/** Sealing a lobby with a million entries in a real database, and the first board after it. */
async function benchDatabase(): Promise<(string | number)[][]> {
  const homeFolder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  spawnSync("chmod", ["755", homeFolder]);
  const backend = await openBackend({ homeFolder, purpose: "bench", as: "alone" });
  await ensureDatabase(backend);
  const sql = connect(backend.target, { poolSize: 4, name: "bench" });
  try {
    await migrate(sql, readMigrations());
    const keyring = createKeyring(createHash("sha256").update("bench").digest());
    const definition = smallSale({ units: 1000 });
    const chainEnds = [randomBytes(32)];
    const sale = must(
      await createSale(sql, keyring, { definition, nowMs: 0, chainEnds }),
      "the slug is free",
    );
    await sql.begin(async (tx) => {
      await setSalePolicy(tx, sale, { nowMs: 0 });
      await changeSaleState(tx, sale, { action: "open", nowMs: 0 });
    });
    const { round } = must(sale.rounds[0], "a sale has a round");
    const filling = await seconds(
      () => sql`
        insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
          preferences, request_key, entered_at)
        select ${sale.saleNo}, 1, gen_random_uuid(), gen_random_uuid(), 0, n, 1 + n % 2, '1',
          gen_random_uuid(), now()
        from generate_series(1, ${MILLION}::int) n`,
    );
    const lease = must(await takeLease(sql, sale.saleNo, randomUUID()), "nobody else holds it");
    const sealing = await seconds(() =>
      sealRound(sealingWith(sql, keyring, lease), new RoundMemory(), round, {
        nowMs: () => round.opensAtMs + 1,
      }),
    );
    const reading = await seconds(() => readBoard(sql, sale, round, round.opensAtMs));
    return [
      ["filling the table, for comparison", filling.toFixed(2)],
      ["seal: root, seed, ranks, line written", sealing.toFixed(2)],
      ["board, read from the database", reading.toFixed(3)],
    ];
  } finally {
    await sql.end();
    await backend.close();
    rmSync(homeFolder, { recursive: true, force: true });
  }
}

/** A million entries in one process; with `--entries` or `--servers` on real server processes. */
export async function benchDraw(args: readonly string[]): Promise<void> {
  const options = { entries: { type: "string" }, servers: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.entries !== undefined || values.servers !== undefined) {
    await benchDrawServers(Number(values.entries ?? 2 * MILLION), Number(values.servers ?? 2));
    return;
  }
  console.log("draw: one million entries\n");
  const rows = [...(await benchMemory()), ...(await benchDatabase())];
  console.log(table(["what", "seconds"], rows));
  console.log();
}
