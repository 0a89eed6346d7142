/*
 * Rehearsal of a policy: who would be hit? A synthetic crowd with known truth stands in one window
 * of a sale's line, the winners order, and the real analysis judges their orders. Every figure is
 * synthetic.
 */

import { must } from "../base/assert.ts";
import { sha256, utf8 } from "../base/hash.ts";
import { compareBytes } from "../base/bytes.ts";
import { audit, type Thresholds } from "../integrity/audit.ts";
import { OrderTableBuilder } from "../integrity/table/orders.ts";
import { chanceRank } from "../sale/rank.ts";
import { OrderMaker, type LabelledOrder } from "./orders.ts";

export interface RehearsalTask {
  readonly channels: readonly string[];
  readonly units: number;
  readonly thresholds: Thresholds;
  readonly entrants: number;
  /** Share of entries sent by rings, 0 to 0.6. */
  readonly ringShare: number;
  readonly seed: number;
}

export interface RehearsedGroup {
  readonly kind: string;
  readonly people: number;
  /** Entries with a turn; a phone or mailbox already in the line gets no second one. */
  readonly joined: number;
  readonly orders: number;
  readonly held: number;
  readonly askedToConfirm: number;
}

export interface Rehearsal {
  readonly synthetic: true;
  readonly entrants: number;
  readonly units: number;
  readonly oneIn: number;
  readonly cases: number;
  readonly fault: string | null;
  readonly groups: readonly RehearsedGroup[];
}

const kindOf = (one: LabelledOrder) =>
  one.ring === null
    ? must(one.kind, "no ring: a kind")
    : `ring:${must(one.style, "a ring has a style")}`;

/** One entry for each phone and mailbox, as the line's unique keys have it. */
function joinedOf(crowd: readonly LabelledOrder[]): LabelledOrder[] {
  const seen = new Set<string>();
  return crowd.filter(({ order }) => {
    const keys = [order.phone, order.email];
    const known = keys.some((key) => key && seen.has(key));
    for (const key of keys) if (key) seen.add(key);
    return !known;
  });
}

/** The line in order of rank, as in a real draw: SHA-256 over a seed and the entry. */
function inLine(joined: readonly LabelledOrder[], seed: number): LabelledOrder[] {
  const windowSeed = sha256(utf8(`giliran rehearsal\n${seed}`));
  return joined
    .map((one) => ({
      one,
      rank: chanceRank(windowSeed, sha256(utf8(one.order.orderId)).slice(0, 16)),
    }))
    .sort((a, b) => compareBytes(a.rank, b.rank))
    .map(({ one }) => one);
}

interface Counted {
  readonly people: Set<string>;
  joined: number;
  orders: number;
  held: number;
  askedToConfirm: number;
}

/** Runs a rehearsal; the result depends on the task alone, its seed included. */
export function rehearse(task: RehearsalTask): Rehearsal {
  // Phone numbers are complete on a seller's own channel, and a sale that Giliran runs has them
  // complete on all channels.
  const made = new OrderMaker(task.seed, ["own"]).make({
    count: task.entrants,
    ringShare: task.ringShare,
  });
  const crowd = made.map((one, index) => ({
    ...one,
    order: {
      ...one.order,
      channel: must(task.channels[index % task.channels.length], "a channel"),
    },
  }));
  const joined = joinedOf(crowd);
  const winners = inLine(joined, task.seed).slice(0, task.units);
  const builder = new OrderTableBuilder();
  for (const { order } of winners) builder.add(order);
  const result = audit(builder.build(), { thresholds: task.thresholds });
  const groups = new Map<string, Counted>();
  const groupOf = (one: LabelledOrder): Counted => {
    const kind = kindOf(one);
    const known = groups.get(kind);
    if (known) return known;
    const fresh = { people: new Set<string>(), joined: 0, orders: 0, held: 0, askedToConfirm: 0 };
    groups.set(kind, fresh);
    return fresh;
  };
  for (const one of crowd) groupOf(one).people.add(one.person);
  for (const one of joined) groupOf(one).joined++;
  winners.forEach((one, row) => {
    const group = groupOf(one);
    const { outcome } = must(result.verdicts[row], "a verdict for each row");
    group.orders++;
    if (outcome === "hold") group.held++;
    if (outcome === "step_up") group.askedToConfirm++;
  });
  return {
    synthetic: true,
    entrants: crowd.length,
    units: winners.length,
    oneIn: joined.length / Math.max(1, winners.length),
    cases: result.cases.length,
    fault: result.fault,
    groups: [...groups]
      .map(([kind, { people, ...counts }]) => ({ kind, people: people.size, ...counts }))
      .sort(
        (a, b) =>
          Number(a.kind.startsWith("ring")) - Number(b.kind.startsWith("ring")) ||
          b.people - a.people,
      ),
  };
}
