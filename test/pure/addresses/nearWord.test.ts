import { expect, it } from "vitest";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { isNearWord, lettersOf, mayBeNear } from "../../../src/integrity/normalise/nearWord.ts";

const chance = new SeededChance(7);
const below = (most: number): number => Math.floor(chance.fraction() * most);
const letter = (): string => "aeiourstnk7z"[below(12)]!;
const word = (): string => Array.from({ length: 1 + below(18) }, letter).join("");

/** A word after one change of a hand, or of a form. */
function changed(one: string): string {
  const at = below(one.length);
  switch (below(6)) {
    case 0:
      return one.slice(0, at) + letter() + one.slice(at + 1);
    case 1:
      return one.slice(0, at) + letter() + one.slice(at);
    case 2:
      return one.slice(0, at) + one.slice(at + 1);
    case 3:
      return one.slice(0, at) + (one[at + 1] ?? "") + one[at]! + one.slice(at + 2);
    case 4:
      return one.slice(0, at);
    default:
      return one.replace(/[aeiou]/g, "");
  }
}

it("words that are near are never told apart by their letters alone", () => {
  let near = 0;
  for (let turn = 0; turn < 50_000; turn++) {
    const one = word();
    const other = turn % 3 === 0 ? word() : changed(one);
    if (!isNearWord(one, other)) continue;
    near++;
    if (!mayBeNear(lettersOf(one), lettersOf(other))) expect.fail(`${one} and ${other} are near`);
  }
  expect(near).toBeGreaterThan(10_000);
});

it("most words that are not near are told apart by their letters", () => {
  const words = "sudirman gatot subroto melati kenanga diponegoro ahmad yani thamrin pahlawan";
  const all = words.split(" ").map(lettersOf);
  const pairs = all.flatMap((one, at) => all.slice(at + 1).map((other) => mayBeNear(one, other)));
  expect(pairs.filter(Boolean).length).toBeLessThan(pairs.length / 10);
});
