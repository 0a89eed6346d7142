/* The tail of a Poisson law: how likely so many come where fewer are expected. */

/** Terms that add less than this to the sum are left out. */
const NEGLIGIBLE = 1e-12;
/** From here on Stirling's series is exact to ten digits, and as quick for a million as for ten. */
const STIRLING_FROM = 16;

/** log(n!). */
function logFactorial(n: number): number {
  if (n >= STIRLING_FROM) {
    const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1_260 * n ** 5);
    return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
  }
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}

/** A number of hits, and how many were to be expected. */
export interface Hits {
  readonly count: number;
  readonly expected: number;
}

/** log P(X ≥ count) for X Poisson(expected); 0 where no more came than are expected. Summed upwards from `count`, so that a tiny tail keeps its digits. */
export function logPoissonTail({ count, expected }: Hits): number {
  if (count <= expected) return 0;
  const first = count * Math.log(expected) - expected - logFactorial(count);
  let sum = 1;
  let term = 1;
  for (let k = count + 1; term > NEGLIGIBLE * sum; k++) {
    term *= expected / k;
    sum += term;
  }
  return Math.min(0, first + Math.log(sum));
}
