import { accepted, refused, type Result } from "../../base/result.ts";

/**
 * A unit that is owed to a person: of a round's stock before the public counts it, on any channel, for as
 * long as it takes. Bound to the person: there is no command that gives it to somebody else.
 */
export type EntitlementState = "standing" | "reserved" | "served" | "expired" | "waived";

export type EntitlementCommand = "reserve" | "serve" | "missed" | "expire" | "waive";
export type EntitlementRefusal = "entitlement_ended" | "entitlement_reserved" | "not_reserved";

/** One line a command: what it makes of each state. */
export const ENTITLEMENT_TABLE: Readonly<
  Record<EntitlementCommand, Readonly<Partial<Record<EntitlementState, EntitlementState>>>>
> = {
  // Set aside in a round, and the turn is hers.
  reserve: { standing: "reserved" },
  // Her order in that round is paid or confirmed.
  serve: { reserved: "served" },
  // The round's offer ran out or was declined: it stands for the next one.
  missed: { reserved: "standing" },
  expire: { standing: "expired" },
  waive: { standing: "waived" },
};

export function entitlementAfter(
  state: EntitlementState,
  command: EntitlementCommand,
): Result<EntitlementState, EntitlementRefusal> {
  const next = ENTITLEMENT_TABLE[command][state];
  if (next !== undefined) return accepted(next);
  if (state === "standing") return refused("not_reserved");
  return refused(state === "reserved" ? "entitlement_reserved" : "entitlement_ended");
}

export interface StandingEntitlement {
  readonly entitlementId: string;
  readonly accountKey: string;
  readonly sku: string;
  readonly grantedAtMs: number;
}

/** Units that a round has on one channel in one variant, before anybody was told. */
export interface RoundStock {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly sku: string;
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
  /** Those for whom this round has nothing: they stand for the next. */
  readonly leftStanding: readonly string[];
}

/**
 * Who gets which unit of a round. The longest owed first; her own variant on whichever channel has most of
 * it, else, where the policy allows, the variant that is most plentiful. Never more than there is, and
 * never two for one person in one round.
 */
export function carveOut(
  standing: readonly StandingEntitlement[],
  stock: readonly RoundStock[],
  substitution: "same_variant" | "any_variant",
): CarveOut {
  const left = stock.map((one) => ({ ...one }));
  const carved: CarvedUnit[] = [];
  const leftStanding: string[] = [];
  const served = new Set<string>();
  const inOrder = standing.toSorted(
    (a, b) => a.grantedAtMs - b.grantedAtMs || (a.entitlementId < b.entitlementId ? -1 : 1),
  );
  for (const one of inOrder) {
    const mostFirst = left
      .filter((line) => line.freeUnits > 0)
      .toSorted((a, b) => b.freeUnits - a.freeUnits);
    const own = mostFirst.find((line) => line.sku === one.sku);
    const line = own ?? (substitution === "any_variant" ? mostFirst[0] : undefined);
    if (!line || served.has(one.accountKey)) {
      leftStanding.push(one.entitlementId);
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
  return { carved, leftStanding };
}
