/* Checks and reports what a simulated crowd left behind: every invariant, counts, answer times. */

import type { Crowd } from "../crowd/crowd.ts";
import { faultText } from "../../src/proof/fsck/fault.ts";
import { fsck } from "../../src/proof/fsck/io/fsck.ts";
import type { StoredSale } from "../../src/sale/io/saleStore.ts";
import { readCounts } from "../../src/sale/entry/io/statusStore.ts";
import type { Sql } from "../../src/db/connect.ts";
import { count, type Output } from "../../src/cli/output.ts";
import { stockTable } from "../../src/cli/saleCommand.ts";

export interface CrowdReport {
  readonly slug: string;
  readonly entrants: number;
  readonly offersMade: number;
  readonly ordersPaid: number;
  readonly expiredOffers: number;
  readonly declinedOffers: number;
  readonly unpaidOrders: number;
  readonly backfilledUnits: number;
  readonly entryP50Ms: number;
  readonly entryP99Ms: number;
  readonly faults: readonly string[];
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, value) => total + value, 0);

/** Faults: fsck, including the public record, and differences from the crowd's own count. */
async function findFaults(
  sql: Sql,
  sale: StoredSale,
  crowd: Crowd,
  entryCount: number,
): Promise<string[]> {
  const findings = await fsck(sql, {
    slug: sale.definition.slug,
    keyring: null,
    nowMs: Date.now(),
  });
  const faults = findings.flatMap(({ check, faults: found }) =>
    found.map((fault) => `${check}: ${faultText(fault)}`),
  );
  const { enteredCount, failedCount } = crowd.tally;
  if (entryCount < enteredCount) {
    faults.push(`${enteredCount} entries were acknowledged, ${entryCount} are there`);
  }
  if (failedCount > 0)
    faults.push(`${failedCount} requests of the crowd were not answered as they should`);
  return faults;
}

/** Reads the report of a finished rehearsal. */
export async function reportCrowd(sql: Sql, sale: StoredSale, crowd: Crowd): Promise<CrowdReport> {
  const counts = await readCounts(sql, sale.saleNo, 1);
  return {
    slug: sale.definition.slug,
    entrants: counts.entryCount,
    offersMade: sum(counts.offers),
    ordersPaid: (counts.orders.paid ?? 0) + (counts.orders.cod_confirmed ?? 0),
    expiredOffers: counts.offers.expired ?? 0,
    declinedOffers: counts.offers.declined ?? 0,
    unpaidOrders: counts.orders.cancelled ?? 0,
    backfilledUnits: counts.backfilledUnits,
    entryP50Ms: crowd.entryLatency.percentile(0.5),
    entryP99Ms: crowd.entryLatency.percentile(0.99),
    faults: await findFaults(sql, sale, crowd, counts.entryCount),
  };
}

export async function sayReport(
  output: Output,
  sql: Sql,
  sale: StoredSale,
  crowd: Crowd,
  report: CrowdReport,
): Promise<void> {
  const { tally } = crowd;
  output.say();
  output.say(`What happened in "${sale.definition.title.en}"`);
  output.say(`  entrants              ${count(report.entrants)}`);
  if (tally.refusedCount > 0) {
    output.say(
      `  came too late         ${count(tally.refusedCount)} (this machine did not get round to them before closing)`,
    );
  }
  output.say(`  offers made           ${count(report.offersMade)}`);
  output.say(
    `  orders paid           ${count(report.ordersPaid)} (cash on delivery: ${count(tally.codConfirmedCount)})`,
  );
  output.say(
    `  offers expired        ${count(report.expiredOffers)}, declined ${count(report.declinedOffers)}`,
  );
  output.say(`  orders not paid       ${count(report.unpaidOrders)}`);
  output.say(`  units offered again   ${count(report.backfilledUnits)}`);
  output.say(
    `  time to join          half within ${report.entryP50Ms.toFixed(0)} ms, 99 of 100 within ${report.entryP99Ms.toFixed(0)} ms`,
  );
  output.say(
    `  repeated requests     ${count(tally.repeatedCount)}, each got its first answer; payment messages late or twice ${count(tally.lateDuplicateEventCount)}`,
  );
  output.say();
  output.say(await stockTable({ sql }, sale, 1));
  output.say();
  if (report.faults.length === 0) {
    output.say(
      "Checked: every draw, every place in line, every unit and every limit recomputed. All fits.",
    );
  }
  for (const fault of report.faults) output.say(`WRONG  ${fault}`);
}
