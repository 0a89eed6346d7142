/* How well a partition agrees with the truth, counted over pairs of rows. */

function pairCount(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

/** Precision, recall and F1 of the pairs that have one entity. */
export function pairwise(entityOf: Int32Array, truth: readonly string[]) {
  const both = pairCount(truth.map((one, row) => `${entityOf[row]} ${one}`));
  const [found, all] = [pairCount(Array.from(entityOf, String)), pairCount(truth)];
  return { precision: both / found, recall: both / all, f1: (2 * both) / (found + all) };
}
