/*
 * `npm run slow:rings`: what the audit finds in made-up sales with placeholders, masked channels and rings that share
 * little, beside three naive rules. The orders are read from a file as a seller's are. All figures are of own
 * generators: they compare versions and rules, and promise nothing about anybody's buyers.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeBlindEvent } from "../sim/blind/orders/event.ts";
import { eventCsv } from "../sim/event/eventCsv.ts";
import { TIED_BY, type EventOrder } from "../sim/event/eventOrder.ts";
import { makeEvent } from "../sim/event/makeEvent.ts";
import { sharedThings } from "../sim/event/ties.ts";
import { NAIVE_RULES } from "../sim/naive.ts";
import { audit, SHIPPED_THRESHOLDS } from "../src/integrity/audit.ts";
import { importOrders } from "../src/integrity/io/importOrders.ts";

export interface Generator {
  readonly name: string;
  readonly make: (seed: number, count: number) => readonly EventOrder[];
}

/** Makers of sales; a further one is a line here. */
export const GENERATORS: readonly Generator[] = [
  { name: "sim/event", make: (seed, count) => makeEvent({ seed, count }) },
  { name: "sim/blind/orders", make: (seed, count) => makeBlindEvent({ seed, count }) },
];

type NaiveRule = keyof typeof NAIVE_RULES;
const RULES = Object.keys(NAIVE_RULES) as readonly NaiveRule[];
const COUNTED = ["orders", "in cases", "attached", "held", "asked", ...RULES] as const;
type Counted = (typeof COUNTED)[number];
/** Orders of one group of buyers or rings, and what became of them. */
export type Tally = Record<Counted, number>;

/** The limit that the made-up sales announce, for one person. */
const THRESHOLDS = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 2 };

function groupsOf({ ring, style, kind, tiedBy }: EventOrder, shared: number): readonly string[] {
  if (ring === null) return ["genuine", `genuine: ${kind}`];
  const own = `its own ties: ${shared > 1 ? "two" : shared === 1 ? "one" : "none"}`;
  return ["rings", `tied by ${tiedBy}`, own, `ring: ${style}`];
}

const RAW_THINGS = ["deviceId", "paymentId", "phone", "email"] as const;

/**
 * How many strong things each order shares with its ring. A ring whose few phones show on a third of its orders is tied
 * by them, but most of its orders are not.
 */
function ownTies(orders: readonly EventOrder[]): ReadonlyMap<EventOrder, number> {
  const genuine = orders.filter(({ ring }) => ring === null);
  // A value that genuine buyers have too is a blank, or nobody's.
  const others = new Set(genuine.flatMap(({ order }) => RAW_THINGS.map((thing) => order[thing])));
  const ties = new Map<EventOrder, number>();
  for (const [ring, members] of Map.groupBy(orders, (one) => one.ring)) {
    if (ring === null) continue;
    const records = members.map(({ order }) => order);
    const shared = sharedThings(records, (value) => others.has(value));
    for (const [at, one] of members.entries())
      ties.set(one, shared.filter((shares) => shares[at]).length);
  }
  return ties;
}

/** Audits one event as a file, and counts by group; orders that no longer stand are left out. */
export async function tallies(
  orders: readonly EventOrder[],
): Promise<{ readonly groups: ReadonlyMap<string, Tally>; readonly unread: number }> {
  const folder = mkdtempSync(join(tmpdir(), "giliran-rings-"));
  const path = join(folder, "orders.csv");
  writeFileSync(path, eventCsv(orders));
  const { table, apart, troubleCount } = await importOrders([path]);
  rmSync(folder, { recursive: true });
  const { verdicts } = audit(table, { thresholds: THRESHOLDS });
  const verdictOf = new Map(table.orderIds.map((id, row) => [id, verdicts[row]]));
  const standing = orders.filter((one) => one.apart === undefined);
  const naive = RULES.map((name) => [name, NAIVE_RULES[name](standing)] as const);
  const groups = new Map<string, Tally>();
  const ties = ownTies(standing);
  standing.forEach((one, at) => {
    const verdict = verdictOf.get(one.order.orderId);
    const became: readonly (Counted | false)[] = [
      verdict !== undefined && (verdict.caseNo >= 0 || verdict.attachedTo >= 0) && "in cases",
      verdict !== undefined && verdict.attachedTo >= 0 && "attached",
      verdict?.outcome === "hold" && "held",
      verdict?.outcome === "step_up" && "asked",
      ...naive.map(([name, held]) => held[at] === true && name),
    ];
    for (const group of groupsOf(one, ties.get(one) ?? 0)) {
      const tally = groups.get(group) ?? emptyTally();
      tally.orders++;
      for (const name of became) if (name !== false) tally[name]++;
      groups.set(group, tally);
    }
  });
  return { groups, unread: orders.length - table.count - apart.length + troubleCount };
}

const emptyTally = (): Tally => Object.fromEntries(COUNTED.map((name) => [name, 0])) as Tally;

const share = (tally: Tally, name: Counted): number => tally[name] / Math.max(1, tally.orders);
const percent = (part: number) => `${(100 * part).toFixed(2)} %`;

/** The tallies of several events together. */
export function together(events: readonly ReadonlyMap<string, Tally>[]): Map<string, Tally> {
  const sums = new Map<string, Tally>();
  for (const [group, tally] of events.flatMap((event) => [...event])) {
    const sum = sums.get(group) ?? emptyTally();
    for (const name of COUNTED) sum[name] += tally[name];
    sums.set(group, sum);
  }
  return sums;
}

/** The group of genuine buyers of whom most meet something. */
export function worstOf(groups: ReadonlyMap<string, Tally>, name: Counted): [string, number] {
  const shares = [...groups]
    .filter(([group]) => group.startsWith("genuine: "))
    .map(([group, tally]): [string, number] => [
      group.slice("genuine: ".length),
      share(tally, name),
    ]);
  return shares.reduce((worst, one) => (one[1] > worst[1] ? one : worst), ["none", 0]);
}

function print(groups: ReadonlyMap<string, Tally>): void {
  const columns = COUNTED.filter((name) => name !== "orders");
  console.log(["".padEnd(26), "orders", ...columns.map((name) => name.padStart(14))].join(" "));
  const own = ["two", "one", "none"].map((ties) => `its own ties: ${ties}`);
  const first = ["rings", ...TIED_BY.map((tied) => `tied by ${tied}`), ...own, "genuine"];
  const rest = [...groups.keys()].filter((group) => !first.includes(group)).toSorted();
  for (const group of [...first, ...rest]) {
    const tally = groups.get(group);
    if (tally === undefined) continue;
    const shares = columns.map((name) => percent(share(tally, name)).padStart(14));
    console.log([group.padEnd(26), String(tally.orders).padStart(6), ...shares].join(" "));
  }
  for (const name of columns) {
    const [group, most] = worstOf(groups, name);
    console.log(`worst group of genuine buyers, ${name}: ${group} ${percent(most)}`);
  }
}

/** Prints the figures of docs/reference/accuracy.md, by default of all makers; four seeds of each. */
export async function benchRings([count = "50000", only = ""]: readonly string[]): Promise<void> {
  const seeds = [1, 2, 3, 4];
  for (const { name, make } of GENERATORS.filter((one) => one.name.startsWith(only))) {
    const events: ReadonlyMap<string, Tally>[] = [];
    for (const seed of seeds) {
      const { groups, unread } = await tallies(make(seed, Number(count)));
      events.push(groups);
      const [rings, genuine] = [groups.get("rings"), groups.get("genuine")].map(
        (one) => one ?? emptyTally(),
      );
      if (rings === undefined || genuine === undefined) continue;
      console.log(
        `${name}, own generator, seed ${seed}: rings in cases ${percent(share(rings, "in cases"))}, genuine in cases ` +
          `${percent(share(genuine, "in cases"))}, held ${percent(share(genuine, "held"))}; rows not read ${unread}`,
      );
    }
    console.log(`\n${name}, own generator, ${seeds.length} seeds of ${count} orders together:`);
    print(together(events));
  }
}
