/* A signal: one place is written in more ways than its people need. */

import { hasFewIdentifiers } from "../evidence/fewIdentifiers.ts";
import type { GroupSignal } from "../evidence/signal.ts";

/** Neighbours write a place in about this many ways for each ten of them. */
const SPELLINGS_PER_TEN = 6;
const LEAST_ORDERS = 5;
const CAP_BITS = 2;

/**
 * One place in more spellings than its people need. In a dorm everybody writes in an own way, so this says little,
 * and nothing where people have their own devices and payments.
 */
export const manySpellings: GroupSignal = {
  name: "many_spellings",
  about: "group",
  scope: "place",
  group: "habit",
  strength: "weak",
  capBits: CAP_BITS,
  texts: {
    title: { id: "satu tempat dengan banyak ejaan", en: "one place in many spellings" },
    reason: {
      id: "satu tempat ditulis dengan {spellings} cara untuk {orders} pesanan",
      en: "one place written in {spellings} ways for {orders} orders",
    },
  },
  evaluate: (group) => {
    const place = hasFewIdentifiers(group) ? group.place : null;
    if (place === null || place.orders < LEAST_ORDERS) return null;
    const { orders, spellings } = place;
    const expected = 1 + (orders * SPELLINGS_PER_TEN) / 10;
    const bits = Math.min(CAP_BITS, Math.max(0, Math.log2(spellings / expected) * 2));
    if (bits === 0) return null;
    return { signal: "many_spellings", bits, p: null, facts: { orders, spellings } };
  },
};
