/*
 * `npm run slow:bound`: how often the bound that decided orders certify is broken. Orders are made up, with their truth
 * (src/crowd/orders.ts), and split by household: one half is decided, the other shows whether the promise was kept.
 * With labelled accounts in the folder GILIRAN_LABELLED_DATA, also thresholds that are read off a random half there and
 * reported on the other.
 */

import { existsSync } from "node:fs";
import { SeededChance } from "../src/crowd/chance.ts";
import { OrderMaker } from "../src/crowd/orders.ts";
import { must } from "../src/base/assert.ts";
import { audit, type AuditResult } from "../src/integrity/audit.ts";
import {
  certificateOf,
  clustersOf,
  type Certificate,
  type DecidedOrder,
} from "../src/integrity/decided.ts";
import { OrderTableBuilder, type OrderTable } from "../src/integrity/table/orders.ts";
import { labelledAccounts } from "./labelled.ts";

export interface Broken {
  readonly alpha: number;
  readonly splits: number;
  /** Splits of which the other half shows more wrong holds than promised, and those that certified anything. */
  readonly broken: number;
  readonly certified: number;
  /** The same for a threshold that is read off the decided half without a bound: the control. */
  readonly pointBroken: number;
}

const bitsOf = (certificate: Certificate, alpha: number): number | null =>
  must(
    certificate.certified.find((one) => one.alpha === alpha),
    "a promise of each share",
  ).bits;

/** The laxest threshold whose share of wrong holds is kept on the decided half itself. */
const pointOf = ({ thresholds }: Certificate, alpha: number): number | null =>
  thresholds.findLast(({ genuineHeld }) => genuineHeld <= alpha)?.bits ?? null;

/** The share of genuine orders that a threshold holds. */
function heldShare({ thresholds }: Certificate, bits: number): number {
  return must(
    thresholds.find((one) => one.bits === bits),
    "a line of each threshold",
  ).genuineHeld;
}

interface Event {
  readonly table: OrderTable;
  readonly result: AuditResult;
}

/**
 * Made-up orders with small rings, of which people would find `innocentShare` to be no ring at all: wrong holds in
 * clumps, more of them the laxer the threshold.
 */
export function madeEvent(
  count: number,
  innocentShare: number,
): Event & { readonly decided: readonly DecidedOrder[] } {
  const made = new OrderMaker(31).make({
    count,
    ringShare: 0.3,
    styles: ["tiny", "tiny", "tiny", "careful", "drop_ship"],
  });
  const chance = new SeededChance(32);
  const innocent = new Map<string, boolean>();
  for (const { ring } of made)
    if (ring !== null && !innocent.has(ring)) innocent.set(ring, chance.fraction() < innocentShare);
  const builder = new OrderTableBuilder();
  for (const { order } of made) builder.add(order);
  const table = builder.build();
  const decided = made.map(({ order, ring, household }) => ({
    orderId: order.orderId,
    genuine: ring === null || innocent.get(ring) === true,
    cluster: household,
  }));
  return { table, result: audit(table), decided };
}

/** Splits an event's clusters in halves; certifies by one and looks at the other. */
export function brokenSplits(
  { table, result }: Event,
  decided: readonly DecidedOrder[],
  { splits, seed }: { readonly splits: number; readonly seed: number },
): Broken[] {
  const chance = new SeededChance(seed);
  const clusters = clustersOf(table, result);
  const certificate = (of: readonly DecidedOrder[][]) =>
    certificateOf(table, result, of.flat(), null, clusters);
  const units = [...Map.groupBy(decided, ({ cluster }) => cluster).values()];
  const sums = [0.005, 0.01, 0.02].map((alpha) => {
    return { alpha, splits, broken: 0, certified: 0, pointBroken: 0 };
  });
  for (let split = 0; split < splits; split++) {
    const mixed = chance.shuffled(units);
    const half = mixed.length >> 1;
    const known = certificate(mixed.slice(0, half));
    const rest = certificate(mixed.slice(half));
    for (const sum of sums) {
      const bits = bitsOf(known, sum.alpha);
      if (bits !== null) sum.certified++;
      if (bits !== null && heldShare(rest, bits) > sum.alpha) sum.broken++;
      const point = pointOf(known, sum.alpha);
      if (point !== null && heldShare(rest, point) > sum.alpha) sum.pointBroken++;
    }
  }
  return sums;
}

const SPLITS = 20;
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** Recall at a share of genuine accounts in cases: the threshold is read off one half and reported on the other. */
async function labelled(folder: string): Promise<void> {
  const { table, isRing } = await labelledAccounts(folder);
  const result = audit(table);
  const clusters = clustersOf(table, result);
  const chance = new SeededChance(7);
  const decided = table.orderIds.map((orderId, row) => {
    return { orderId, genuine: !isRing(row), cluster: null };
  });
  const ways = {
    "by cluster": [...Map.groupBy(decided.keys(), clusters.of).values()],
    "by account": Array.from(decided.keys(), (row) => [row]),
  };
  for (const [way, units] of Object.entries(ways)) {
    for (const alpha of [0.005, 0.01]) {
      const sums = { recall: 0, genuine: 0, certified: 0, broken: 0, least: 1, most: 0 };
      for (let split = 0; split < SPLITS; split++) {
        const mixed = chance.shuffled(units);
        const half = mixed.length >> 1;
        const of = (part: readonly number[][]) =>
          certificateOf(
            table,
            result,
            part.flat().map((row) => must(decided[row], "a label of each row")),
            null,
            clusters,
          );
        const [known, rest] = [of(mixed.slice(0, half)), of(mixed.slice(half))];
        const read = known.thresholds.findLast((one) => one.genuineInCases <= alpha);
        const there = rest.thresholds.find((one) => one.bits === read?.bits);
        const { othersInCases = 0, genuineInCases = 0 } = there ?? {};
        sums.recall += othersInCases / SPLITS;
        sums.genuine += genuineInCases / SPLITS;
        sums.least = Math.min(sums.least, othersInCases);
        sums.most = Math.max(sums.most, genuineInCases);
        const bits = bitsOf(known, alpha);
        if (bits !== null) sums.certified++;
        if (bits !== null && heldShare(rest, bits) > alpha) sums.broken++;
      }
      console.log(
        `accounts, ${way}, at most ${percent(alpha)} of genuine in cases: recall ${percent(sums.recall)} (least ${percent(sums.least)}), ` +
          `genuine ${percent(sums.genuine)} (most ${percent(sums.most)}); bound certified ${sums.certified}, broken ${sums.broken} of ${SPLITS}`,
      );
    }
  }
}

/** Prints the figures of docs/reference/accuracy.md. */
export async function benchBound(): Promise<void> {
  const { decided, ...event } = madeEvent(20_000, 0.6);
  for (const sum of brokenSplits(event, decided, { splits: 400, seed: 33 }))
    console.log(
      `made-up orders, at most ${percent(sum.alpha)}: certified ${sum.certified}, broken ${sum.broken} of ${sum.splits} splits; ` +
        `a threshold without a bound ${sum.pointBroken}`,
    );
  const folder = process.env.GILIRAN_LABELLED_DATA;
  if (folder !== undefined && existsSync(folder)) await labelled(folder);
}
