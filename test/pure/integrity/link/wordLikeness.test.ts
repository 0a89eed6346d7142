import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { Wording, wordComparator } from "../../../../src/integrity/link/wordLikeness.ts";
import { columnOf } from "../../../../src/integrity/table/columns.ts";

/* Texts are compared by their words, rare ones more than usual ones. */

/** A column that says each text once. */
const once = (texts: readonly string[]) =>
  columnOf(
    Int32Array.from(texts, (_, row) => row),
    texts,
  );

/** Names of a trade, in which some words are everybody's. */
const USUAL = Array.from({ length: 60 }, (_, nth) => `warung pak ${"abcdefghij"[nth % 10]}${nth}x`);

const level = (a: string, b: string) => wordComparator(once([a, b, ...USUAL]), () => -9)(0, 1);

describe("names of places are", () => {
  it.each([
    ["in another order", "bu tini warung", "warung bu tini", 2],
    ["without what everybody says", "kedai poniyem", "warung kedai poniyem", 2],
    ["with a slip", "soto betawi gembul", "soto betawi gembil", 2],
    ["in one word", "simpangraya", "simpang raya", 2],
    ["with a short form", "dpt sholeh jaya", "depot sholeh jaya", 2],
  ])("nearly one %s", (_, a, b, expected) => {
    expect([level(a, b), level(b, a)]).toEqual([expected, expected]);
  });

  it.each([
    ["rare words differ", "warung pak min", "warung pak slamet"],
    ["beginnings only are the same", "bubur ayam daun pisang", "bubur ayam dapur nusantara"],
    ["nothing is the same", "sederhana jaya", "bakso malang"],
  ])("two where %s", (_, a, b) => {
    expect([level(a, b), level(b, a)]).toEqual([0, 0]);
  });

  it("compared by letters where both are one word", () => {
    expect(level("solaria", "solarria")).toBe(-9);
  });
});

describe("likeness", () => {
  const words = "warung pak bu soto ayam tini slamet kadir pd pondok dpt depot sri siri s".split(
    " ",
  );

  it("is the same whichever is first, 1 with itself, and grows with each word in common", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const chance = new SeededChance(seed);
      const text = () =>
        chance
          .shuffled(words)
          .slice(0, 1 + chance.below(5))
          .join(" ");
      const [a, b] = [text(), text()];
      const texts = [...new Set([a, b, `${a} zz`, `${b} zz`])];
      const wording = new Wording(once(texts));
      const at = (one: string) => texts.indexOf(one);
      const likeness = wording.likeness(at(a), at(b));
      const said = { seed, a, b };
      expect({ ...said, likeness: wording.likeness(at(b), at(a)) }).toEqual({ ...said, likeness });
      expect(wording.likeness(at(a), at(a)), JSON.stringify(said)).toBe(1);
      const more = wording.likeness(at(`${a} zz`), at(`${b} zz`));
      expect(more, JSON.stringify(said)).toBeGreaterThanOrEqual(likeness);
      expect(likeness).toBeLessThanOrEqual(1);
    }
  });

  it("counts a rare word more than a usual one", () => {
    const wording = new Wording(once(["warung kadir", "depot kadir", "warung min", ...USUAL]));
    expect(wording.likeness(0, 1)).toBeGreaterThan(wording.likeness(0, 2));
    expect(wording.rarestWords(0)).toEqual(["kadir", "warung"]);
  });
});
