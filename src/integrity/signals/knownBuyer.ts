/* A signal for the buyer: her deliveries were kept before, or a person cleared her. */

import { isKnownBuyer } from "../evidence/past.ts";
import type { OrderSignal } from "../evidence/signal.ts";

const BITS = 4;

/** An account whose deliveries were kept before, or that a person cleared: speaks for the buyer. */
export const knownBuyer: OrderSignal = {
  name: "known_buyer",
  about: "order",
  group: "history",
  strength: "weak",
  capBits: BITS,
  texts: {
    title: { id: "pembeli yang dikenal", en: "a known buyer" },
    reason: {
      id: "pembeli yang pengirimannya pernah diterima, atau pernah dinyatakan asli",
      en: "a buyer whose deliveries were kept before, or who was cleared before",
    },
  },
  evaluate: ({ past }) =>
    past !== null && isKnownBuyer(past)
      ? { signal: "known_buyer", bits: -BITS, p: null, facts: {} }
      : null,
};
