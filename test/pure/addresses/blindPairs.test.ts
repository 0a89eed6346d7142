import { describe, expect, it } from "vitest";
import { addressPairs, differentAddresses } from "../../../sim/blind/addressPairs.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { Places } from "../../../src/integrity/table/places.ts";

/* Pairs of addresses that were made without knowing how addresses are read. */

const SEEDS = [301, 302, 303];
/** From this level on two addresses are spellings of one. */
const ONE = 4;

function judged(seed: number) {
  const chance = new SeededChance(seed);
  const pairs = [...addressPairs(chance), ...differentAddresses(chance)];
  const places = new Places(pairs.flatMap(({ a, b }) => [a.toLowerCase(), b.toLowerCase()]));
  return pairs.map(({ kind, same }, at) => ({
    kind,
    same,
    one: places.level(2 * at, 2 * at + 1) >= ONE,
  }));
}

describe("blind pairs of addresses", () => {
  it.each(SEEDS)("are told apart, seed %i", (seed) => {
    const all = judged(seed);
    const shareOne = (pairs: typeof all) => pairs.filter(({ one }) => one).length / pairs.length;
    const byKind = Object.fromEntries(
      [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, pairs]) => [kind, shareOne(pairs)]),
    );
    const right = all.filter(({ same, one }) => same && one).length;
    const wrong = all.filter(({ same, one }) => same !== one).length;
    const near = all.filter(({ same, kind }) => !same && kind !== "different");
    const said = `taken for one, by kind: ${JSON.stringify(byKind)}`;
    expect((2 * right) / (2 * right + wrong), said).toBeGreaterThanOrEqual(0.985);
    expect(shareOne(near), said).toBeLessThanOrEqual(0.02);
    expect(byKind["other letter"], said).toBeLessThanOrEqual(0.06);
    expect(byKind["different"], said).toBe(0);
  });
});
