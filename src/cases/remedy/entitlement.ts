/*
 * A unit owed to a person. States: standing → reserved → served; a missed turn goes back to
 * standing; standing ends as expired or waived. An entitlement is taken from a round's stock before
 * the public counts it, on any channel. It is bound to the person: no command transfers it.
 */

import { accepted, refused, type Result } from "../../base/result.ts";
import type { ProductKey } from "../../sale/definition.ts";
import { creditCeiling } from "./credit.ts";

/** Two states are open (standing, reserved), three are final. */
export type EntitlementState = "standing" | "reserved" | "served" | "expired" | "waived";

export type EntitlementCommand = "reserve" | "serve" | "missed" | "expire" | "waive";
export type EntitlementRefusal = "entitlement_ended" | "entitlement_reserved" | "not_reserved";

/** For each command, the state it leads to. */
export const ENTITLEMENT_TABLE: Readonly<
  Record<EntitlementCommand, Readonly<Partial<Record<EntitlementState, EntitlementState>>>>
> = {
  // Set aside in a round; the buyer's turn is certain.
  reserve: { standing: "reserved" },
  // Her order in that round is paid or confirmed.
  serve: { reserved: "served" },
  // The round's offer expired or was declined; it stands for the next round.
  missed: { reserved: "standing" },
  expire: { standing: "expired" },
  waive: { standing: "waived" },
};

/** The state after a command, or why it does not apply. */
export function entitlementAfter(
  state: EntitlementState,
  command: EntitlementCommand,
): Result<EntitlementState, EntitlementRefusal> {
  const next = ENTITLEMENT_TABLE[command][state];
  if (next !== undefined) return accepted(next);
  if (state === "standing") return refused("not_reserved");
  return refused(state === "reserved" ? "entitlement_reserved" : "entitlement_ended");
}

export interface StandingEntitlement extends ProductKey {
  readonly entitlementId: string;
  readonly accountKey: string;
  readonly grantedAtMs: number;
  /** Other products that the buyer agreed to take instead. */
  readonly agreed: readonly ProductKey[];
  /** Owed for a failure of ours, not for a decision that was wrong. */
  readonly isForFailure: boolean;
}

/** Units that a round has in one channel and variant, before the public is told. */
export interface RoundStock extends ProductKey {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly freeUnits: number;
  readonly allottedUnits: number;
}

export interface CarvedUnit {
  readonly entitlementId: string;
  readonly accountKey: string;
  readonly channelNo: number;
  readonly variantNo: number;
}

export interface CarveOut {
  readonly carved: readonly CarvedUnit[];
  /** Entitlements for which this round has no unit; they stand for the next. */
  readonly leftStanding: readonly string[];
  /** Of these, the ones whose product is not sold in this round, nor one that the buyer agreed to. */
  readonly otherProduct: readonly string[];
}

const isSame = (one: ProductKey, other: ProductKey): boolean =>
  one.family === other.family && one.sku === other.sku;

/**
 * Assigns units of a round: the longest owed first; the person's own variant on the channel with
 * most of it, else, if the policy allows, one that the buyer agreed to. Without a yes the debt
 * stands. Never more than the stock, never two for one person in a round. For failures of ours
 * never another product, and never more than their ceiling of the round's units.
 */
export function carveOut(
  standing: readonly StandingEntitlement[],
  stock: readonly RoundStock[],
  rules: {
    readonly substitution: "same_variant" | "any_variant";
    readonly failureCreditShare?: number | undefined;
  },
): CarveOut {
  const left = stock.map((one) => ({ ...one }));
  const forFailures = roomForFailures(stock, rules.failureCreditShare);
  const carved: CarvedUnit[] = [];
  const leftStanding: string[] = [];
  const otherProduct: string[] = [];
  const served = new Set<string>();
  const inOrder = standing.toSorted(
    (a, b) => a.grantedAtMs - b.grantedAtMs || (a.entitlementId < b.entitlementId ? -1 : 1),
  );
  for (const one of inOrder) {
    const mayBeOther = rules.substitution === "any_variant" && !one.isForFailure;
    const agreed = mayBeOther ? one.agreed : [];
    const own = left.filter((line) => isSame(line, one));
    const other = left.filter((line) => agreed.some((product) => isSame(line, product)));
    const line = mostFree(own) ?? mostFree(other);
    const room = one.isForFailure ? (forFailures.get(nameOf(one)) ?? 0) : Infinity;
    if (!line || room < 1 || served.has(one.accountKey)) {
      leftStanding.push(one.entitlementId);
      if (own.length + other.length === 0) otherProduct.push(one.entitlementId);
      continue;
    }
    if (one.isForFailure) forFailures.set(nameOf(one), room - 1);
    line.freeUnits--;
    served.add(one.accountKey);
    const { channelNo, variantNo } = line;
    carved.push({
      entitlementId: one.entitlementId,
      accountKey: one.accountKey,
      channelNo,
      variantNo,
    });
  }
  return { carved, leftStanding, otherProduct };
}

const nameOf = ({ family, sku }: ProductKey): string => `${family} ${sku}`;

/** How many units of each product may be set aside for failures of ours. */
function roomForFailures(
  stock: readonly RoundStock[],
  share: number | undefined,
): Map<string, number> {
  const room = new Map<string, number>();
  for (const line of stock)
    room.set(nameOf(line), (room.get(nameOf(line)) ?? 0) + line.allottedUnits);
  for (const [name, units] of room) room.set(name, creditCeiling({ units, share }));
  return room;
}

/** The line with most free units; undefined if all are taken. */
function mostFree<Line extends RoundStock>(lines: readonly Line[]): Line | undefined {
  return lines
    .filter((line) => line.freeUnits > 0)
    .toSorted((a, b) => b.freeUnits - a.freeUnits)[0];
}
