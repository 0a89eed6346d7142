/*
 * `bench scoring [orders]`: what a number costs, and how soon a server that has just started asks again, in a
 * real database. The orders are made up.
 */

import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createKeyring } from "../src/access/io/keyring.ts";
import { must } from "../src/base/assert.ts";
import { setSalePolicy } from "../src/cases/policy/io/policyRoutes.ts";
import { thresholdsOfSale } from "../src/cases/policy/io/thresholds.ts";
import { OrderMaker } from "../src/crowd/orders.ts";
import { ensureDatabase, openBackend } from "../src/db/backend.ts";
import { connect, type Sql } from "../src/db/connect.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import type { OrderFacts } from "../src/sale/io/factsStore.ts";
import type { StoredOffer } from "../src/sale/io/offerStore.ts";
import { changeSaleState } from "../src/sale/io/operatorSaleRoutes.ts";
import type { OrderInDoubt } from "../src/sale/io/requireSale.ts";
import { createSale, type StoredSale } from "../src/sale/io/saleStore.ts";
import { OrderScorer } from "../src/sale/stepUp/io/scorer.ts";
import { smallSale, START_MS } from "../test/helpers/sale.ts";

const ORDERS = 50_000;
/** As many orders as one transaction takes. */
const GROUP = 64;

const keyring = createKeyring(createHash("sha256").update("bench").digest());

function scorerOn(sql: Sql): OrderScorer {
  return new OrderScorer({
    sql: sql.within("score"),
    keyring,
    thresholdsOf: thresholdsOfSale,
    logger: pino({ level: "warn" }),
    timeoutMs: 30_000,
  });
}

async function openSale(sql: Sql): Promise<StoredSale> {
  const definition = smallSale({ slug: "scoring" });
  const chainEnds = [createHash("sha256").update("chain").digest()];
  const made = await createSale(sql, keyring, { definition, nowMs: START_MS, chainEnds });
  const sale = must(made, "the first sale");
  await sql.begin((tx) => setSalePolicy(tx, sale, { nowMs: START_MS }));
  await sql.begin((tx) => changeSaleState(tx, sale, { action: "open", nowMs: START_MS }));
  return sale;
}

/** Orders of made-up people, ten a second. */
function madeUp(count: number): OrderInDoubt[] {
  const keys = new Map<string, string>();
  const made = new OrderMaker(7).make({ count, ringShare: 0.15 });
  return made
    .toSorted((a, b) => a.order.orderedAtMs - b.order.orderedAtMs)
    .map(({ order }, index) => {
      const { name, phone, email, address, district, city, deviceId, ip } = order;
      const facts = { name, phone, email, address, district, city, deviceId, ip };
      const account = String(order.account);
      const accountKey = keys.get(account) ?? randomUUID();
      keys.set(account, accountKey);
      const offer = { offerId: randomUUID(), accountKey, channelNo: 1, variantNo: 1 };
      return {
        offer: offer as StoredOffer,
        wanted: { paymentMethod: "va", facts: JSON.parse(JSON.stringify(facts)) as OrderFacts },
        nowMs: START_MS + index * 100,
      };
    });
}

/** Scores all in groups, as orders of a crowd come; the times of groups of ten, in ms. */
async function fill(sql: Sql, sale: StoredSale, orders: readonly OrderInDoubt[]) {
  const scorer = scorerOn(sql);
  const times: number[] = [];
  for (let at = 0; at < orders.length; at += GROUP) {
    const group = orders.slice(at, at + GROUP);
    const started = performance.now();
    await scorer.score(sale, group);
    times.push(performance.now() - started);
    await sql`update scored_order set state = 'counted' where state = 'coming'`;
  }
  await scorer.stop();
  return times;
}

export async function benchScoring(args: readonly string[]): Promise<void> {
  const homeFolder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  spawnSync("chmod", ["755", homeFolder]);
  const backend = await openBackend({ homeFolder, purpose: "bench", as: "alone" });
  await ensureDatabase(backend);
  const sql = connect(backend.target, { poolSize: 4, name: "bench" });
  try {
    await migrate(sql, readMigrations());
    const sale = await openSale(sql);
    const orders = madeUp(Number(args[0] ?? ORDERS));
    const times = await fill(sql, sale, orders.slice(0, -1));
    const late = times.slice(-Math.ceil(times.length / 10)).sort((a, b) => a - b);
    const at = (share: number) => must(late[Math.floor((late.length - 1) * share)], "a group");
    const perOrder = (share: number) => (at(share) / GROUP).toFixed(2);
    console.log(
      `${orders.length} orders numbered and scored in groups of ${GROUP}; one order of the last tenth: ` +
        `half of the groups ${perOrder(0.5)} ms, nine of ten ${perOrder(0.9)} ms`,
    );
    const fresh = scorerOn(sql);
    const started = performance.now();
    await fresh.follow();
    const known = performance.now();
    await fresh.score(sale, orders.slice(-1));
    const asked = performance.now();
    await fresh.stop();
    console.log(
      `a server that has just started knows them after ${((known - started) / 1_000).toFixed(2)} s, ` +
        `and scores the next one in ${(asked - known).toFixed(0)} ms`,
    );
  } finally {
    await sql.end({ timeout: 1 });
    await backend.close();
    rmSync(homeFolder, { recursive: true, force: true });
  }
}
