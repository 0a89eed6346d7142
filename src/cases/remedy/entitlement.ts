/*
 * A unit owed to a person. States: standing → reserved → served; a missed turn goes back to
 * standing; standing ends as expired or waived. An entitlement is taken from a round's stock before
 * the public counts it, on any channel. It is bound to the person: no command transfers it.
 */

import { accepted, refused, type Result } from "../../base/result.ts";
import type { ProductKey } from "../../sale/definition.ts";

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
}

/** Units that a round has in one channel and variant, before the public is told. */
export interface RoundStock extends ProductKey {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly freeUnits: number;
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
 * stands. Never more than the stock, never two for one person in a round.
 */
export function carveOut(
  standing: readonly StandingEntitlement[],
  stock: readonly RoundStock[],
  substitution: "same_variant" | "any_variant",
): CarveOut {
  const left = stock.map((one) => ({ ...one }));
  const carved: CarvedUnit[] = [];
  const leftStanding: string[] = [];
  const otherProduct: string[] = [];
  const served = new Set<string>();
  const inOrder = standing.toSorted(
    (a, b) => a.grantedAtMs - b.grantedAtMs || (a.entitlementId < b.entitlementId ? -1 : 1),
  );
  for (const one of inOrder) {
    const agreed = substitution === "any_variant" ? one.agreed : [];
    const own = left.filter((line) => isSame(line, one));
    const other = left.filter((line) => agreed.some((product) => isSame(line, product)));
    const line = mostFree(own) ?? mostFree(other);
    if (!line || served.has(one.accountKey)) {
      leftStanding.push(one.entitlementId);
      if (own.length + other.length === 0) otherProduct.push(one.entitlementId);
      continue;
    }
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

/** The line with most free units; undefined if all are taken. */
function mostFree<Line extends RoundStock>(lines: readonly Line[]): Line | undefined {
  return lines
    .filter((line) => line.freeUnits > 0)
    .toSorted((a, b) => b.freeUnits - a.freeUnits)[0];
}
