/* The tail of a binomial: how likely so many hits are by chance. */

import { logChoose } from "../../base/logChoose.ts";

/** P(X ≥ hits) for X binomial(trials, share). */
export function binomialTail(tail: {
  readonly trials: number;
  readonly hits: number;
  readonly share: number;
}): number {
  const { trials, hits, share } = tail;
  if (hits <= 0) return 1;
  let p = 0;
  for (let k = hits; k <= trials; k++) {
    p += Math.exp(logChoose(trials, k) + k * Math.log(share) + (trials - k) * Math.log1p(-share));
  }
  return Math.min(1, p);
}
