/* A signal for buyers: people who share a place have devices or payments of their own. */

import { fewIdentifierBits } from "../evidence/fewIdentifiers.ts";
import type { GroupFacts, GroupSignal } from "../evidence/signal.ts";

const CAP_BITS = 3;
/** Two accounts are too few to say anything. */
const LEAST_ACCOUNTS = 3;
/** Share of the accounts that must have an identifier of their own. */
const LEAST_SHARE = 0.7;

/** How many different values the accounts have, where all of them are known; else 0. */
function ownValues(group: GroupFacts, column: "device" | "payment"): number {
  const { known, distinct } = group.distinct(column);
  return known === group.accounts ? distinct : 0;
}

/**
 * Own devices and own means of payment speak for people, the more the larger their number. People who live together
 * have identifiers of their own; a group that shares one already is not cleared by having others.
 */
export const ownIdentifiers: GroupSignal = {
  name: "own_things",
  about: "group",
  group: "means",
  strength: "weak",
  capBits: CAP_BITS,
  texts: {
    title: { id: "barang milik sendiri", en: "things of their own" },
    reason: {
      id: "{accounts} akun di tempat ini punya perangkat atau pembayaran masing-masing",
      en: "{accounts} accounts at this place have devices or payments of their own",
    },
  },
  evaluate: (group, before) => {
    const { accounts } = group;
    if (!group.byPlaces || accounts < LEAST_ACCOUNTS || fewIdentifierBits(before) > 0) return null;
    const devices = ownValues(group, "device");
    const payments = ownValues(group, "payment");
    const kinds = [devices, payments].filter((count) => count > 0);
    if (kinds.length === 0) return null;
    const share = Math.min(...kinds) / accounts;
    if (share < LEAST_SHARE) return null;
    const bits = -Math.min(CAP_BITS, Math.log2(accounts) * (share - 0.4));
    return { signal: "own_things", bits, p: null, facts: { accounts, devices, payments } };
  },
};
