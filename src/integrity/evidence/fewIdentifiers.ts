/* Few devices or payments among many accounts: a dorm has as many devices as people, a ring has few. */

import { logChoose } from "../../base/logChoose.ts";
import { isSpent } from "./binomialTail.ts";
import {
  bitsOfP,
  saidFacts,
  SIGNAL_CAP_BITS,
  type AccountsSaid,
  type Evidence,
} from "./evidence.ts";
import type { GroupFacts, GroupSignal } from "./signal.ts";

/**
 * In most groups that live together each further person uses somebody else's device with 0.1; in one of
 * ten (poor households, shops that order for customers) with 0.6. The mixture is wide on purpose.
 */
const MIXTURE = [
  { weight: 0.9, shares: 0.1 },
  { weight: 0.1, shares: 0.6 },
] as const;

/** How many values a group's accounts have between them. */
export interface Variety extends Partial<AccountsSaid> {
  /** Said, too, where nothing else is. */
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
      const more =
        weight *
        Math.exp(
          logChoose(accounts - 1, sharing) +
            sharing * Math.log(shares) +
            (accounts - 1 - sharing) * Math.log(1 - shares),
        );
      if (isSpent({ sum: p, more, at: sharing, mode: (accounts - 1) * shares })) break;
      p += more;
    }
  }
  return Math.min(1, p);
}

const FEW_NAMES = ["few_devices", "few_payments"] as const;
type FewName = (typeof FEW_NAMES)[number];
const COLUMN_OF = {
  few_devices: "device",
  few_payments: "payment",
} as const satisfies Record<FewName, string>;

/** Evidence of fewer values than accounts; null where nothing is known or nothing is shared. */
export function fewIdentifiers(
  signal: FewName,
  { accounts, distinct, said = accounts, nameless = 0 }: Variety,
): Evidence | null {
  if (accounts < 2 || distinct === 0 || distinct >= accounts) return null;
  const p = fewIdentifiersP({ accounts, distinct });
  const bits = bitsOfP(p);
  if (bits === 0) return null;
  return { signal, bits, p, facts: { ...saidFacts({ said, nameless }), distinct } };
}

function fewIn(group: GroupFacts, name: FewName): Evidence | null {
  const { known, ...variety } = group.distinct(COLUMN_OF[name]);
  return fewIdentifiers(name, { accounts: known, ...variety });
}

/** A signal that counts the different values of one column. */
export function fewIdentifiersSignal(name: FewName, texts: GroupSignal["texts"]): GroupSignal {
  return {
    name,
    texts,
    about: "group",
    group: "means",
    strength: "weak",
    capBits: SIGNAL_CAP_BITS,
    evaluate: (group) => fewIn(group, name),
  };
}

const SHARED_BY_FEW: Readonly<Record<string, string>> = {
  few_devices: "shared_device",
  few_payments: "shared_payment",
} satisfies Record<FewName, string>;

/**
 * Evidence of an order with one reason for one fact: "12 accounts use only 1 device" is what "12 accounts ordered from
 * the same device" says already. The two count together as one cause, and the second is named.
 */
export function oneFactOneReason(evidence: readonly Evidence[]): Evidence[] {
  const only = evidence.filter((one) => one.facts.distinct === 1 && one.signal in SHARED_BY_FEW);
  if (only.length === 0) return [...evidence];
  const rest = evidence.filter((one) => !only.includes(one));
  return rest.map((one) => {
    const few = only.find(({ signal }) => SHARED_BY_FEW[signal] === one.signal);
    if (few === undefined) return one;
    return { ...one, bits: asOneCause(one.bits, few.bits) };
  });
}

/** Two measures of one fact: the larger counts whole, the other half. */
const asOneCause = (a: number, b: number): number => Math.max(a, b) + Math.min(a, b) / 2;

/** Evidence of one number or mail box, measured as few devices are, too: so many accounts use only this one. */
export function alsoAsFew(one: Evidence, accounts: number): Evidence {
  const few = bitsOfP(fewIdentifiersP({ accounts, distinct: 1 }));
  return { ...one, bits: asOneCause(one.bits, few) };
}

/** Whether a group has fewer devices or means of payment than people who only live together. */
export const hasFewIdentifiers = (group: GroupFacts): boolean =>
  FEW_NAMES.some((name) => fewIn(group, name) !== null);
