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
    const more = Math.exp(
      logChoose(trials, k) + k * Math.log(share) + (trials - k) * Math.log1p(-share),
    );
    if (isSpent({ sum: p, more, at: k, mode: trials * share })) break;
    p += more;
  }
  return Math.min(1, p);
}

/**
 * Whether a sum over a binomial's upper tail stays as it is: beyond the mode each term is smaller than the one before, so
 * one that is too small for the last digit ends it.
 */
export const isSpent = ({
  sum,
  more,
  at,
  mode,
}: {
  readonly sum: number;
  readonly more: number;
  readonly at: number;
  readonly mode: number;
}): boolean => at > mode + 1 && sum + more === sum;
