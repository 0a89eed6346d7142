/* Few devices or payments among many accounts: a dorm has as many devices as people, a ring has few. */

import { logChoose } from "../../base/logChoose.ts";
import { bitsOfP, SIGNAL_CAP_BITS, type Evidence } from "./evidence.ts";
import type { GroupSignal } from "./signal.ts";

/**
 * In most groups that live together each further person uses somebody else's device with 0.1; in one of
 * ten (poor households, shops that order for customers) with 0.6. The mixture is wide on purpose.
 */
const MIXTURE = [
  { weight: 0.9, shares: 0.1 },
  { weight: 0.1, shares: 0.6 },
] as const;

/** How many values a group's accounts have between them. */
export interface Variety {
  readonly accounts: number;
  readonly distinct: number;
}

/** P(at most d distinct values among n accounts) in the mixture. */
export function fewIdentifiersP({ accounts, distinct }: Variety): number {
  if (accounts < 2) return 1;
  let p = 0;
  for (const { weight, shares } of MIXTURE) {
    // n − 1 accounts come after the first; at least n − d of them must use a value that is there.
    for (let sharing = accounts - distinct; sharing <= accounts - 1; sharing++) {
      p +=
        weight *
        Math.exp(
          logChoose(accounts - 1, sharing) +
            sharing * Math.log(shares) +
            (accounts - 1 - sharing) * Math.log(1 - shares),
        );
    }
  }
  return Math.min(1, p);
}

const FEW_NAMES = ["few_devices", "few_payments"] as const;

/** Evidence of fewer values than accounts; null where nothing is known or nothing is shared. */
export function fewIdentifiers(
  signal: (typeof FEW_NAMES)[number],
  { accounts, distinct }: Variety,
): Evidence | null {
  if (accounts < 2 || distinct === 0 || distinct >= accounts) return null;
  const p = fewIdentifiersP({ accounts, distinct });
  const bits = bitsOfP(p);
  return bits === 0 ? null : { signal, bits, p, facts: { accounts, distinct } };
}

/** A signal that counts the different values of one column. */
export function fewIdentifiersSignal(
  name: (typeof FEW_NAMES)[number],
  column: "device" | "payment",
  texts: GroupSignal["texts"],
): GroupSignal {
  return {
    name,
    texts,
    about: "group",
    group: "means",
    strength: "weak",
    capBits: SIGNAL_CAP_BITS,
    evaluate: (group) => {
      const { known, distinct } = group.distinct(column);
      return fewIdentifiers(name, { accounts: known, distinct });
    },
  };
}

/** Bits of few devices and few payments among what was found of a group. */
export function fewIdentifierBits(found: readonly Evidence[]): number {
  const names: readonly string[] = FEW_NAMES;
  return found.reduce((sum, one) => (names.includes(one.signal) ? sum + one.bits : sum), 0);
}
