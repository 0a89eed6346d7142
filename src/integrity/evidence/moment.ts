/* Evidence of a tight stretch of moments: orders that came, or accounts that were made, close together. */

import { bitsOfP, MOMENT_CAP_BITS, SIGNAL_CAP_BITS, type Evidence } from "./evidence.ts";
import type { Moment } from "./signal.ts";

/** Of what innocent people do together (a household registers for a sale), this share is. */
const TOGETHER_SHARE = 0.25;
/** The same of what one phone at one place does for several people. */
const HAND_SHARE = 0.45;

/**
 * Evidence of a tight stretch. Where households do the same together, each further order may be a companion's with a
 * quarter, however tight the stretch is.
 */
export function momentEvidence(
  signal: string,
  { found, spanMs, together, byOneHand = false }: Moment,
): Evidence | null {
  const share = byOneHand ? HAND_SHARE : together ? TOGETHER_SHARE : 0;
  const companions = share ** Math.max(1, found.orders - 1);
  const capBits = together ? SIGNAL_CAP_BITS : MOMENT_CAP_BITS;
  const bits = bitsOfP(Math.min(1, found.p + companions), { capBits });
  if (bits === 0) return null;
  const facts = { orders: found.orders, seconds: Math.max(1, Math.ceil(spanMs / 1_000)) };
  return { signal, bits, p: found.p, facts };
}
