/*
 * How far the orders of a sale could have been held without a person, as far as people's decisions prove it. It is about
 * this sale's orders: its cases are all counted, and the other orders by the sample that people judged again.
 * Must never happen: a case that nobody has decided counts as one without an error.
 */

import { certifiedBy, countOf, HOLDS, type Certified } from "../../integrity/decided.ts";
import type { Stratum } from "../../integrity/bound.ts";

/** An order of a case, and what people found of it; null where nobody has decided. */
export interface CaseOrderFound {
  readonly bits: number;
  readonly found: "genuine" | "not_genuine" | null;
}

/** Accepted orders of one kind that are in no case, and the judged ones among them, drawn by lot. */
export interface PlainOrders {
  readonly size: number;
  readonly judged: number;
  readonly genuine: number;
}

export interface SaleCertificate {
  readonly delta: number;
  readonly holdsPerCase: number;
  readonly cases: number;
  /** Cases of which people have decided every order; and those where a genuine one would have been held. */
  readonly decidedCases: number;
  readonly wrongCases: number;
  /** Orders in no case: all, and those that people judged. */
  readonly plainOrders: number;
  readonly judgedOrders: number;
  readonly promises: readonly Certified[];
}

/** Only bits that orders of cases have are proved: from where none is held, or below where all are, nothing was seen. */
function seenBits(promise: Certified, cases: readonly (readonly CaseOrderFound[])[]): Certified {
  const all = cases.flatMap((orders) => orders.map(({ bits }) => bits));
  const seen = { least: Infinity, most: -Infinity };
  for (const bits of all) {
    seen.least = Math.min(seen.least, bits);
    seen.most = Math.max(seen.most, bits);
  }
  const { bits } = promise;
  if (bits === null || bits > seen.most) return { ...promise, bits: null };
  return { ...promise, bits: Math.max(bits, Math.floor(seen.least * 4) / 4) };
}

/**
 * The certificate of a sale. Of a case any three orders may be those that are held; orders that nobody has decided
 * count as genuine where they would be held, and as not genuine elsewhere.
 */
export function saleCertificate(
  cases: readonly (readonly CaseOrderFound[])[],
  plain: readonly PlainOrders[],
): SaleCertificate {
  const counted = cases.map((orders) =>
    countOf(
      orders.filter(({ found }) => found === "genuine").length,
      orders.filter(({ found }) => found !== "not_genuine").map(({ bits }) => bits),
    ),
  );
  const others = plain.map(({ size, judged, genuine }): Stratum => {
    const drawn = Array.from({ length: judged }, (_, at) => countOf(at < genuine ? 1 : 0, []));
    return { size, drawn, holdsFrom: Infinity };
  });
  const all: Stratum = { size: cases.length, drawn: counted, holdsFrom: 0 };
  return {
    delta: HOLDS.delta,
    holdsPerCase: HOLDS.perCase,
    cases: cases.length,
    decidedCases: cases.filter((orders) => orders.every(({ found }) => found !== null)).length,
    wrongCases: cases.filter((orders) => orders.some(({ found }) => found === "genuine")).length,
    plainOrders: plain.reduce((sum, { size }) => sum + size, 0),
    judgedOrders: plain.reduce((sum, { judged }) => sum + judged, 0),
    // Without a case nothing could have been held, and nothing is proved.
    promises: certifiedBy(cases.length === 0 ? [] : [all, ...others]).map((promise) =>
      seenBits(promise, cases),
    ),
  };
}
