/* A signal for buyers: people who share a place have devices or payments of their own. */

import { saidFacts } from "../evidence/evidence.ts";
import { hasFewIdentifiers } from "../evidence/fewIdentifiers.ts";
import type { GroupSignal, Variety } from "../evidence/signal.ts";

const CAP_BITS = 3;
/** Two accounts are too few to say anything. */
const LEAST_ACCOUNTS = 3;
/** Share of the accounts that must have an identifier of their own. */
const LEAST_SHARE = 0.7;

/** How many different values the accounts at a place have, where all of them are known; else 0. */
const ownValues = ({ known, distinct }: Variety, accounts: number): number =>
  known === accounts ? distinct : 0;

/**
 * Own devices and own means of payment speak for people, the more the larger their number. People who live together
 * have identifiers of their own; a group that shares one already is not cleared by having others.
 */
export const ownIdentifiers: GroupSignal = {
  name: "own_things",
  about: "group",
  scope: "place",
  group: "means",
  strength: "weak",
  capBits: CAP_BITS,
  texts: {
    title: { id: "barang milik sendiri", en: "things of their own" },
    reason: {
      id: "{own} dari {accounts} {who} di tempat ini punya perangkat atau pembayaran sendiri",
      en: "{own} of {accounts} {who} at this place have a device or a means of payment of their own",
    },
  },
  evaluate: (group) => {
    const place = group.byPlaces && !hasFewIdentifiers(group) ? group.place : null;
    if (place === null || place.accounts < LEAST_ACCOUNTS) return null;
    const { accounts } = place;
    const devices = ownValues(place.devices, accounts);
    const payments = ownValues(place.payments, accounts);
    const kinds = [devices, payments].filter((count) => count > 0);
    if (kinds.length === 0) return null;
    const share = Math.min(...kinds) / accounts;
    if (share < LEAST_SHARE) return null;
    const bits = -Math.min(CAP_BITS, Math.log2(accounts) * (share - 0.4));
    const { said, own } = place;
    return { signal: "own_things", bits, p: null, facts: { ...saidFacts(said), own } };
  },
};
