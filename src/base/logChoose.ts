/** Up to so many terms are summed; of more, Stirling's series says the same to eleven digits at once. */
const SUMMED = 64;

/**
 * Natural logarithm of the binomial coefficient C(n, k). Summed term by term while min(k, n − k) is small; a group that
 * grows with its file must not cost the square of it.
 */
export function logChoose(n: number, k: number): number {
  const terms = Math.min(k, n - k);
  if (terms > SUMMED) return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  let sum = 0;
  for (let i = 1; i <= terms; i++) sum += Math.log((n - terms + i) / i);
  return sum;
}

/** Stirling's series; from 64 on its next term is below 10^-15. */
const logFactorial = (n: number): number =>
  n * Math.log(n) -
  n +
  Math.log(2 * Math.PI * n) / 2 +
  1 / (12 * n) -
  1 / (360 * n ** 3) +
  1 / (1260 * n ** 5);
