/*
 * `npm run bench integrity [orders] [orders one by one]`: time and memory for synthetic orders;
 * recall and error by ring style and look-alike. With labelled tables in the folder
 * GILIRAN_LABELLED_DATA, also the accuracy on those.
 */

import { execFileSync } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { canonicalCsv } from "../sim/exports.ts";
import { naiveHeld } from "../sim/naive.ts";
import { must } from "../src/base/assert.ts";
import { v8Flags } from "./flags.ts";
import { OrderMaker } from "../src/crowd/orders.ts";
import { SeededChance } from "../src/crowd/chance.ts";
import { cell, labelledAccounts, rowsOf } from "./labelled.ts";
import { audit, SHIPPED_THRESHOLDS, opensCase, type AuditResult } from "../src/integrity/audit.ts";
import { linkTable } from "../src/integrity/link/linkTable.ts";
import type { FieldKind } from "../src/integrity/link/compare.ts";
import { EventIndex } from "../src/integrity/eventIndex.ts";
import { OrderTableBuilder, type OrderTable } from "../src/integrity/table/orders.ts";

const percent = (part: number, whole: number) =>
  `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;

async function writeOrders(path: string, count: number): Promise<void> {
  const orders = new OrderMaker(3).make({ count, ringShare: 0.15 });
  const stream = createWriteStream(path);
  for (let start = 0; start < orders.length; start += 10_000) {
    const text = canonicalCsv(orders.slice(start, start + 10_000).map(({ order }) => order));
    const body = start === 0 ? text : text.slice(text.indexOf("\n") + 1);
    if (!stream.write(body)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}

async function size(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "giliran-bench-"));
  const path = join(folder, "orders.csv");
  await writeOrders(path, count);
  const child = new URL("./integritySize.ts", import.meta.url).pathname;
  const flags = [...v8Flags(), "--disable-warning=ExperimentalWarning", child, path];
  execFileSync(process.execPath, flags, { stdio: "inherit" });
  rmSync(folder, { recursive: true });
}

function quality(): void {
  console.log("\n50,000 easy made-up orders (own generator), 15 % of rings, no labels:");
  const orders = new OrderMaker(1).make({ count: 50_000, ringShare: 0.15 });
  const builder = new OrderTableBuilder();
  for (const { order } of orders) builder.add(order);
  const { verdicts } = audit(builder.build());
  const naive = naiveHeld(orders);
  const lines = new Map<string, { orders: number; inCase: number; held: number; naive: number }>();
  orders.forEach(({ ring, style, kind }, row) => {
    for (const name of [
      ring ? "all of rings" : "all genuine",
      `${ring ? "ring" : "genuine"}: ${style ?? kind}`,
    ]) {
      const line = lines.get(name) ?? { orders: 0, inCase: 0, held: 0, naive: 0 };
      line.orders++;
      if (must(verdicts[row], "a verdict for each row").caseNo >= 0) line.inCase++;
      if (must(verdicts[row], "a verdict for each row").outcome === "hold") line.held++;
      if (naive[row]) line.naive++;
      lines.set(name, line);
    }
  });
  for (const [name, line] of [...lines].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(
      `${name.padEnd(26)} ${String(line.orders).padStart(6)}  in cases ${percent(line.inCase, line.orders).padStart(8)}  held ${percent(line.held, line.orders).padStart(8)}  naive rule ${percent(line.naive, line.orders).padStart(8)}`,
    );
  }
}

/**
 * Scores orders one after the other: time per order, and whether the score agrees with the batch.
 */
function oneByOne(count: number): void {
  const orders = new OrderMaker(7)
    .make({ count, ringShare: 0.15 })
    .map(({ order }) => order)
    .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
  const builder = new OrderTableBuilder();
  for (const order of orders) builder.add(order);
  const { verdicts } = audit(builder.build());
  const index = new EventIndex();
  const times: number[] = [];
  for (const order of orders) {
    const started = performance.now();
    index.judge(index.add(order));
    times.push(performance.now() - started);
  }
  const late = times.slice(-Math.floor(count / 10)).sort((a, b) => a - b);
  const at = (share: number) =>
    must(late[Math.floor((late.length - 1) * share)], "judged orders").toFixed(2);
  index.refresh();
  const differing = orders.filter((_, row) => {
    const [one, all] = [index.judge(row), must(verdicts[row], "a verdict for each row")];
    return one.outcome !== all.outcome || Math.abs(one.score.bits - all.score.bits) > 1e-9;
  });
  console.log(
    `one order at a time, the last tenth of ${count}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms; ` +
      `${differing.length} of ${count} differ from the batch`,
  );
}

function persons(path: string): void {
  const rows = rowsOf(path);
  const kinds: readonly [string, FieldKind][] = [
    ...[
      ["given_name", "name"],
      ["surname", "name"],
      ["street_number", "number"],
      ["address_1", "text"],
    ],
    ...[
      ["address_2", "text"],
      ["suburb", "text"],
      ["postcode", "number"],
      ["state", "exact"],
    ],
    ...[
      ["date_of_birth", "date"],
      ["soc_sec_id", "number"],
    ],
  ] as [string, FieldKind][];
  const chance = new SeededChance(1);
  const { entityOf } = linkTable(
    kinds.map(([column, kind]) => ({ column, kind })),
    (column) => rows.map((row) => cell(row, column)),
    () => chance.fraction(),
  );
  const pairs = (keyOf: (row: number) => string) => {
    const counts = new Map<string, number>();
    rows.forEach((_, row) => counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1));
    return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  };
  const both = pairs((row) => `${entityOf[row]} ${must(rows[row], "as many rows").entity}`);
  const found = pairs((row) => String(entityOf[row]));
  const truth = pairs((row) => must(rows[row]?.entity, "a row's entity"));
  console.log(`persons, ${rows.length} rows: F1 ${((2 * both) / (found + truth)).toFixed(5)}`);
}

/** The highest recall of any threshold that holds at most this share of genuine orders. */
function recallAt(result: AuditResult, isRing: (row: number) => boolean, share: number): string {
  const rows = result.verdicts.map(({ score }, row) => ({ score, ring: isRing(row) }));
  const ringCount = rows.filter(({ ring }) => ring).length;
  const genuineCount = rows.length - ringCount;
  const any = { ...SHIPPED_THRESHOLDS, caseBits: -Infinity };
  const opened = rows.filter(({ score }) => opensCase(score, any));
  const thresholds = [...new Set(opened.map(({ score }) => score.bits))].toSorted((a, b) => b - a);
  let best = "none";
  for (const bits of thresholds) {
    const held = opened.filter(({ score }) => score.bits >= bits);
    const caught = held.filter(({ ring }) => ring).length;
    if (held.length - caught > share * genuineCount) break;
    best = `recall ${percent(caught, ringCount)}, genuine ${percent(held.length - caught, genuineCount)} (from ${bits.toFixed(2)} bits)`;
  }
  return best;
}

function curve(name: string, table: OrderTable, isRing: (row: number) => boolean): void {
  const result: AuditResult = audit(table);
  const all = result.verdicts.map((_, row) => row);
  const rings = all.filter(isRing);
  const genuine = all.filter((row) => !isRing(row));
  for (const caseBits of [0, 1, 2, 3, 4, 5]) {
    const opened = (row: number) =>
      opensCase(must(result.verdicts[row], "a verdict for each row").score, {
        ...SHIPPED_THRESHOLDS,
        caseBits,
      });
    console.log(
      `${name}, cases from ${caseBits} bits: recall ${percent(rings.filter(opened).length, rings.length)}, genuine ${percent(genuine.filter(opened).length, genuine.length)}`,
    );
  }
  for (const share of [0.0002, 0.005, 0.01]) {
    console.log(`${name}, at most ${100 * share} % of genuine: ${recallAt(result, isRing, share)}`);
  }
}

function firstOrders(path: string, withSignUp: boolean): void {
  const rows = rowsOf(path);
  const moment = (text: string) => {
    const [month, day, year, hour, minute] = text.split(/[/ :]/).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  const builder = new OrderTableBuilder();
  for (const row of rows) {
    builder.add({
      orderId: cell(row, "user_id"),
      account: cell(row, "user_id"),
      orderedAtMs: moment(cell(row, "purchase_time")),
      deviceId: cell(row, "device_id"),
      ip: cell(row, "ip_address"),
      ...(withSignUp ? { accountCreatedAtMs: moment(cell(row, "signup_time")) } : {}),
    });
  }
  curve(
    `first orders${withSignUp ? " with sign-up time" : ""}`,
    builder.build(),
    (row) => must(rows[row], "as many rows").label === "1",
  );
}

async function accounts(folder: string): Promise<void> {
  const { table, isRing } = await labelledAccounts(folder);
  curve("accounts", table, isRing);
}

export async function benchIntegrity(args: readonly string[]): Promise<void> {
  quality();
  const folder = process.env.GILIRAN_LABELLED_DATA;
  if (folder !== undefined && existsSync(folder)) {
    console.log("");
    persons(join(folder, "persons-febrl1.csv.gz"));
    persons(join(folder, "persons-febrl3.csv.gz"));
    firstOrders(join(folder, "first-orders.csv.gz"), false);
    firstOrders(join(folder, "first-orders.csv.gz"), true);
    await accounts(folder);
  } else console.log("\nGILIRAN_LABELLED_DATA names no folder: the labelled tables are left out.");
  console.log("");
  oneByOne(Number(args[1] ?? 50_000));
  await size(Number(args[0] ?? 100_000));
}
