import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchKeyring, prepareRequests } from "../../bench/requests.ts";
import type { Sql } from "../../src/db/connect.ts";
import { fsck } from "../../src/proof/fsck/io/fsck.ts";
import { writeRecord } from "../../src/proof/io/recordStore.ts";
import { Verifier } from "../../src/proof/verify.ts";
import { createSale, type StoredSale } from "../../src/sale/io/saleStore.ts";
import { openSale } from "../helpers/openSale.ts";
import { OwnDatabase } from "../helpers/outside/ownDatabase.ts";
import { RushCrowd } from "../helpers/outside/rushCrowd.ts";
import { smallSale } from "../helpers/sale.ts";

/** People on connections of their own; `npm run slow:rush` has 12,000. */
const PEOPLE = Number(process.env["RUSH_CONNECTIONS"] ?? 600);
/** A tenth of what comes in two seconds; a third of the people can wait. */
const RUSH_MS = 2_000;
const PER_SECOND = PEOPLE / 20;
const QUEUED = Math.floor(PEOPLE / 3);
const UNITS_EACH = Math.floor(PEOPLE / 5);
/** Chi-square with one degree of freedom, beyond it by chance in one of a hundred, or of ten thousand. */
const MOST_CHI_SQUARE = PEOPLE < 10_000 ? 15.137 : 6.635;
/** Opening the connections of scripts takes its time. */
const PREPARE_MS = 4_000 + PEOPLE / 2;

/** A rush before a whole server on a real database whose disk takes a tenth of it. */
describe("a rush on real connections", () => {
  let own: OwnDatabase;
  let sql: Sql;
  let child: ChildProcess | null = null;

  beforeAll(async () => {
    own = await OwnDatabase.open("rush", 4);
    sql = own.sql;
    await sql.unsafe(`
      create function slow_disk() returns trigger language plpgsql as $$
      begin
        perform pg_sleep((select count(*) from arrived) / ${PER_SECOND}::float8);
        return null;
      end $$;
      create trigger slow_disk after insert on entry referencing new table as arrived
        for each statement execute function slow_disk()`);
  });
  afterAll(async () => {
    child?.kill("SIGKILL");
    await own?.close();
  });

  async function startServer(): Promise<number> {
    const options = {
      url: own.url,
      mostQueuedCount: QUEUED,
      mostBatchCount: Math.ceil(PER_SECOND / 4),
    };
    const file = join(import.meta.dirname, "../helpers/children/rushServerChild.ts");
    child = fork(file, [JSON.stringify(options)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return await new Promise((done, failed) => {
      child!.once("message", (port) => done(port as number));
      child!.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
    });
  }

  async function stage(opensAtMs: number): Promise<StoredSale> {
    const base = smallSale({ slug: "bench", units: UNITS_EACH });
    const round = {
      ...base.rounds[0]!,
      ...{ lobbyOpensAtMs: opensAtMs - 60_000, opensAtMs, closesAtMs: opensAtMs + 300_000 },
      offerMs: 600_000,
    };
    const nowMs = Date.now();
    const sale = await createSale(sql, benchKeyring(), {
      definition: { ...base, rounds: [round] },
      nowMs,
      chainEnds: [randomBytes(32)],
    });
    await openSale(sql, sale!, nowMs);
    return sale!;
  }

  async function unitsOf(sale: StoredSale, entryIds: readonly string[]): Promise<number> {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from offer
      where sale_no = ${sale.saleNo} and entry_id = any(${entryIds as string[]}::uuid[])`;
    return row!.count;
  }

  async function verified(sale: StoredSale) {
    const verifier = new Verifier();
    const write = async (lines: readonly unknown[]) => lines.forEach((line) => verifier.add(line));
    await writeRecord(sql, sale, 1, { nowMs: Date.now(), write });
    return verifier.report();
  }

  it(`${PEOPLE} people in two seconds: scripts and phones have the same chance, and nobody gives up`, async () => {
    const port = await startServer();
    const opensAtMs = Date.now() + PREPARE_MS;
    const sale = await stage(opensAtMs);
    const requests = prepareRequests("/v1/sales/bench/rounds/1/entries", sale.saleNo, PEOPLE);
    const crowd = new RushCrowd(port, requests);
    const { entryIds, answers, mostConnections, lastInAfterMs } = await crowd.play(
      opensAtMs + 100,
      RUSH_MS,
    );
    expect(entryIds.flat()).toHaveLength(PEOPLE);
    expect(new Set(entryIds.flat()).size).toBe(PEOPLE);
    expect(answers["503 come_again"], "the queue was full").toBeGreaterThan(0);
    const offers = async () => await unitsOf(sale, entryIds.flat());
    for (let look = 0; look < 600 && (await offers()) < 2 * UNITS_EACH; look++) await sleep(100);
    const units = [await unitsOf(sale, entryIds[0]), await unitsOf(sale, entryIds[1])] as const;
    const report = await verified(sale);
    const told = JSON.stringify({
      units,
      answers,
      mostConnections,
      lastInAfterMs,
      rushes: report.rushes,
    });
    if (PEOPLE >= 10_000) console.log(told);
    expect(units[0] + units[1], told).toBe(2 * UNITS_EACH);
    // Got a unit or not, as a script or as a phone: a table of four.
    const won = UNITS_EACH;
    const lost = PEOPLE / 2 - won;
    const chiSquare = units.reduce(
      (sum, n) => sum + (n - won) ** 2 / won + (n - won) ** 2 / lost,
      0,
    );
    expect(chiSquare, told).toBeLessThan(MOST_CHI_SQUARE);
    expect(report.faults).toEqual([]);
    const findings = await fsck(sql, { slug: "bench", keyring: benchKeyring(), nowMs: Date.now() });
    expect(findings.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
