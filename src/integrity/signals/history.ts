/* A signal: a person decided before about this account or its values. */

import { isKnownBuyer } from "../evidence/past.ts";
import type { OrderSignal } from "../evidence/signal.ts";

const BITS = 4;

/** An order whose account or values are those of a ring that a person confirmed. */
export const history: OrderSignal = {
  name: "history",
  about: "order",
  group: "history",
  strength: "strong",
  capBits: BITS,
  texts: {
    title: { id: "kasus yang pernah diputuskan", en: "a case decided before" },
    reason: {
      id: "terhubung dengan kasus yang pernah diputuskan oleh petugas",
      en: "tied to a case that a person decided before",
    },
  },
  evaluate: ({ past }) => {
    // A person cleared this account, knowing what it shares: that outweighs the values.
    if (past === null || isKnownBuyer(past)) return null;
    const known = past.values.filter((value) => past.past.rings.has(value)).length;
    return known === 0 ? null : { signal: "history", bits: BITS, p: null, facts: { known } };
  },
};
