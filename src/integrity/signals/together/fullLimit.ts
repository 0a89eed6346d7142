/* A signal: orders that belong together by a place take the full limit, where the crowd mostly takes one. */

import { SIGNAL_CAP_BITS, weakEvidence, type Evidence } from "../../evidence/evidence.ts";
import type { GroupSignal } from "../../evidence/signal.ts";
import type { FullMark } from "../../evidence/pattern.ts";

/** Evidence of orders that take the full limit; it counts for those that do. */
export function fullLimitEvidence(mark: FullMark | null): Evidence | null {
  if (mark === null) return null;
  const { orders, of, units, p } = mark;
  const facts = { orders, of, units };
  return weakEvidence("full_limit", { p, facts, asks: "limit", asksOf: units });
}

/** Orders to one place, or of one burst of accounts, that take as many units as one may. Families do so, too. */
export const fullLimit: GroupSignal = {
  name: "full_limit",
  about: "group",
  scope: "place",
  group: "habit",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: { id: "semua mengambil batas penuh", en: "all take the full limit" },
    reason: {
      id: "{orders} dari {of} pesanan yang dilihat bersama mengambil {units} unit, jumlah yang jarang diambil pembeli lain",
      en: "{orders} of {of} orders that were looked at together took {units} units, as few other buyers do",
    },
  },
  evaluate: ({ place }) => fullLimitEvidence(place?.full ?? null),
};
