/**
 * Natural logarithm of the binomial coefficient C(n, k). Summed term by term: exact enough, and
 * cheap while min(k, n − k) is small.
 */
export function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - Math.min(k, n - k) + i) / i);
  return sum;
}
