/*
 * The brake on mass cancellation. States: sampling → approving → grace → running → done; `stopped`
 * from any state before done. A batch's orders are frozen. A sample that nobody could choose is
 * decided by a person first. The batch runs only if the cases in which a genuine buyer may be hit
 * stay within the policy's budget. The bound counts cases, not orders: people are wrongly hit in
 * clumps (a dorm, an office), so a bound over orders would be false comfort.
 */

import { toHex } from "../../base/bytes.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import { accepted, refused, type Result } from "../../base/result.ts";
import { logChoose } from "../../base/logChoose.ts";
import { drawByHash } from "../../base/drawByHash.ts";
import type { ChannelDeadlines } from "./deadlines.ts";

export type BatchState = "sampling" | "approving" | "grace" | "running" | "stopped" | "done";

/** Digest of the selection, which each approval names: SHA-256 over the sorted lines, in hex. */
export function selectionDigest(
  orders: readonly { readonly caseNo: number; readonly orderId: string }[],
): string {
  const lines = orders.map(({ caseNo, orderId }) => `${caseNo} ${orderId}`).sort();
  return toHex(sha256(utf8(lines.join("\n"))));
}

/**
 * The seed of a batch's sample. It comes from the sale's last public seed, so nobody can choose the
 * sample.
 */
export function sampleSeed(saleSeed: string, digest: string): string {
  return toHex(sha256(utf8(`giliran batch sample\n${saleSeed}\n${digest}`)));
}

/** The cases that a person decides first, by case number. */
export function drawSample(seed: string, caseNos: readonly number[], count: number): number[] {
  return drawByHash(caseNos, count, (caseNo) => `${seed} ${caseNo}`).sort((a, b) => a - b);
}

/** A sample: cases to draw from, cases drawn, and those of the drawn that a person found wrong. */
export interface DrawnCases {
  readonly population: number;
  readonly sampled: number;
  readonly found: number;
}

/** P(at most `found` wrong in the sample) if `wrong` of the population are wrong (hypergeometric). */
export function chanceOfAtMost({ population, sampled, found }: DrawnCases, wrong: number): number {
  const all = logChoose(population, sampled);
  let sum = 0;
  for (let k = Math.max(0, sampled - (population - wrong)); k <= Math.min(found, wrong); k++) {
    if (sampled - k > population - wrong) continue;
    sum += Math.exp(logChoose(wrong, k) + logChoose(population - wrong, sampled - k) - all);
  }
  return Math.min(1, sum);
}

/**
 * Upper end of the exact one-sided interval (Wright 1991): the largest number of wrong cases in the
 * population that the sample does not contradict at this confidence.
 */
export function wrongUpperBound(drawn: DrawnCases, confidence: number): number {
  const { population, sampled, found } = drawn;
  let low = found;
  let high = population - (sampled - found);
  // The probability falls as `wrong` grows, so binary search finds the last plausible value.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (chanceOfAtMost(drawn, middle) > 1 - confidence) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Budget {
  readonly wrongCasesShare: number;
  readonly confidence: number;
}

/** How many wrong cases the budget allows, of all that a batch cancels. */
export function allowedWrong(selectedCases: number, budget: Budget): number {
  return Math.floor(selectedCases * budget.wrongCasesShare);
}

/** How many undecided cases a person decides, assuming none turns out wrong. */
export function sampleSize(
  { undecidedCases, selectedCases }: Pick<BatchCounts, "undecidedCases" | "selectedCases">,
  budget: Budget,
): number {
  const allowed = allowedWrong(selectedCases, budget);
  let low = 0;
  let high = undecidedCases;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const drawn = { population: undecidedCases, sampled: middle, found: 0 };
    if (wrongUpperBound(drawn, budget.confidence) <= allowed) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface BatchCounts {
  /** Cases in the selection, and those without a person's decision when it was frozen. */
  readonly selectedCases: number;
  readonly undecidedCases: number;
  readonly sampledCases: number;
  readonly sampledUndecided: number;
  readonly foundWrong: number;
}

export interface BatchBound {
  /** Cases outside the sample in which a genuine buyer may still be hit. */
  readonly remainingWrongAtMost: number;
  readonly allowedWrong: number;
  readonly within: boolean;
}

/** The bound on the remaining cases after the sample, and whether it is within the budget. */
export function batchBound(counts: BatchCounts, budget: Budget): BatchBound {
  const { undecidedCases, sampledCases, foundWrong, selectedCases } = counts;
  const drawn = { population: undecidedCases, sampled: sampledCases, found: foundWrong };
  const upper = wrongUpperBound(drawn, budget.confidence);
  const remainingWrongAtMost = upper - foundWrong;
  const allowed = allowedWrong(selectedCases, budget);
  return { remainingWrongAtMost, allowedWrong: allowed, within: remainingWrongAtMost <= allowed };
}

export type BatchRefusal =
  | "batch_ended"
  | "batch_not_approving"
  | "sample_undecided"
  | "budget_exceeded"
  | "digest_mismatch"
  | "approved_already"
  | "approval_not_independent"
  | "notices_pending"
  | "announced_already";

/** An approval: whose, and the names on the path by which that person was invited. */
export interface Approval {
  readonly who: string;
  readonly invitedPath: readonly string[];
}

/**
 * Whether the paths of invitations of two people meet: one invited the other, or somebody invited
 * both, directly or by way of others. That person may hold both accounts.
 */
export function onOnePath(a: Approval, b: Approval): boolean {
  const others = new Set([b.who, ...b.invitedPath]);
  return [a.who, ...a.invitedPath].some((who) => others.has(who));
}

/** Whether enough people have approved, each of them independently if the policy demands it. */
export function enoughApprovals(
  approvals: readonly Approval[],
  policy: { readonly approvals: number; readonly independentApprovals?: boolean | undefined },
): boolean {
  if (approvals.length < policy.approvals) return false;
  if (policy.independentApprovals !== true) return true;
  return !approvals.some((one, at) => approvals.slice(at + 1).some((next) => onOnePath(one, next)));
}

export interface Batch {
  readonly state: BatchState;
  readonly selectionDigest: string;
  readonly approvals: readonly Approval[];
  readonly runsAtMs: number | null;
  readonly announcedAtMs: number | null;
}

/** Commands on a batch, each with its conditions. The console shows its buttons by the same rules. */
export const batchCan = {
  /** By its state alone; what else is missing, the refusal says. */
  stillBeApproved(batch: Pick<Batch, "state">): boolean {
    return batch.state === "sampling" || batch.state === "approving";
  },

  /**
   * One person's approval, counted once. The last one needed starts the grace window. The batch's
   * creator may be one of them, as the policy asks for at least two.
   */
  beApproved(
    batch: Batch,
    by: Approval & { readonly digest: string },
    sample: BatchCounts,
    policy: {
      readonly budget: Budget;
      readonly approvals: number;
      readonly independentApprovals?: boolean | undefined;
    },
  ): Result<"approving" | "grace", BatchRefusal> {
    if (!batchCan.stillBeApproved(batch)) return refused("batch_not_approving");
    if (by.digest !== batch.selectionDigest) return refused("digest_mismatch");
    if (sample.sampledUndecided > 0) return refused("sample_undecided");
    if (!batchBound(sample, policy.budget).within) return refused("budget_exceeded");
    if (batch.approvals.some(({ who }) => who === by.who)) return refused("approved_already");
    if (policy.independentApprovals === true && batch.approvals.some((one) => onOnePath(one, by)))
      return refused("approval_not_independent");
    const all = [...batch.approvals, by];
    return accepted(all.length < policy.approvals ? "approving" : "grace");
  },

  /** The kill switch: possible in every state before the end. */
  beStopped(batch: Pick<Batch, "state">): Result<"stopped", BatchRefusal> {
    return batch.state === "done" || batch.state === "stopped"
      ? refused("batch_ended")
      : accepted("stopped");
  },

  /** No public statement before every buyer has her own notice; another one only corrects. */
  beAnnounced(
    batch: Pick<Batch, "state" | "announcedAtMs">,
    pendingNotices: number,
    correcting: boolean,
  ): Result<null, BatchRefusal> {
    if (batch.state !== "done") return refused("notices_pending");
    if (batch.announcedAtMs !== null && !correcting) return refused("announced_already");
    return pendingNotices > 0 ? refused("notices_pending") : accepted(null);
  },
};

/** One order of a selection, as the preview needs it. */
export interface SelectedOrder {
  readonly orderId: string;
  readonly caseNo: number;
  readonly accountKey: string;
  readonly channel: string;
  readonly region: string;
  readonly paymentMethod: string;
  readonly ruleIds: readonly string[];
  readonly priceMinorUnits: number;
  readonly sku: string;
  /** Orders of the same account in the whole sale that are not cancelled. */
  readonly ordersOfAccount: number;
}

export interface BatchPreview {
  readonly cases: number;
  readonly orders: number;
  readonly accounts: number;
  readonly accountsWithOneOrder: number;
  readonly accountsWithinLimit: number;
  readonly moneyMinorUnits: number;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byChannel: Readonly<Record<string, number>>;
  readonly byRegion: Readonly<Record<string, number>>;
  readonly byPaymentMethod: Readonly<Record<string, number>>;
  readonly bySku: Readonly<Record<string, number>>;
  /** Share of a channel's orders that the seller cancelled; marketplaces penalise a high one. */
  readonly sellerCancelRate: Readonly<Record<string, { now: number; after: number }>>;
  /** Channels that cancel late orders by themselves; batches of before have none. */
  readonly byDeadline?: ChannelDeadlines;
}

/** Counts rows by key, largest first; a row may have several keys. */
function countBy<T>(rows: readonly T[], keys: (row: T) => readonly string[]) {
  const counts: Record<string, number> = {};
  for (const row of rows) for (const key of keys(row)) counts[key] = (counts[key] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort((a, b) => b[1] - a[1]));
}

/** The harm a batch would do, counted before anybody can approve it. Money in minor units. */
export function previewBatch(
  orders: readonly SelectedOrder[],
  sale: {
    readonly unitsPerPersonCount: number;
    readonly ordersByChannel: Readonly<Record<string, { orders: number; cancelled: number }>>;
  },
): BatchPreview {
  const accounts = new Map(orders.map((order) => [order.accountKey, order.ordersOfAccount]));
  const held = [...accounts.values()];
  const byChannel = countBy(orders, (order) => [order.channel]);
  const rates = Object.entries(sale.ordersByChannel).map(
    ([channel, { orders: all, cancelled }]) => {
      const rate = (count: number) => (all === 0 ? 0 : count / all);
      const after = cancelled + (byChannel[channel] ?? 0);
      return [channel, { now: rate(cancelled), after: rate(after) }] as const;
    },
  );
  return {
    cases: new Set(orders.map((order) => order.caseNo)).size,
    orders: orders.length,
    accounts: accounts.size,
    accountsWithOneOrder: held.filter((count) => count === 1).length,
    accountsWithinLimit: held.filter((count) => count <= sale.unitsPerPersonCount).length,
    moneyMinorUnits: orders.reduce((sum, order) => sum + order.priceMinorUnits, 0),
    byRule: countBy(orders, (order) => order.ruleIds),
    byChannel,
    byRegion: countBy(orders, (order) => [order.region]),
    byPaymentMethod: countBy(orders, (order) => [order.paymentMethod]),
    bySku: countBy(orders, (order) => [order.sku]),
    sellerCancelRate: Object.fromEntries(rates),
  };
}
