import { distance } from "fastest-levenshtein";
import { describe, expect, it } from "vitest";
import {
  addressPairs,
  differentAddresses,
  NEAR_MISS_SHARES,
  type AddressPair,
} from "../../../sim/blind/addressPairs.ts";
import { FORMS, type Place } from "../../../sim/blind/addressPlaces.ts";
import { DISTRICTS } from "../../../sim/blind/districts.ts";
import { NOTES, STREETS } from "../../../sim/blind/streets.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";

/* The pairs are checked from their texts alone where that is possible, and from their places. */

const SEED = 20_260_101;
const pairs = addressPairs(new SeededChance(SEED));
const control = differentAddresses(new SeededChance(SEED));

const countBy = <T>(list: readonly T[], key: (one: T) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(list, key)].map(([name, { length }]) => [name, length]));

const pure = (kind: AddressPair["kind"]) =>
  pairs.filter((pair) => pair.kind === kind && pair.also.length === 0);

const words = (text: string) => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
const bare = (text: string) => words(text).join("");
/** Numbers without leading zeros, in order of size. */
const numbers = (text: string) => (text.match(/\d+/g) ?? []).map(Number).sort((a, b) => a - b);

/** Names of the parts in which two places differ. */
const differing = ({ a, b }: AddressPair["places"]) =>
  (Object.keys(a) as (keyof Place)[]).filter(
    (part) => JSON.stringify(a[part]) !== JSON.stringify(b[part]),
  );

const PARTS: Partial<Record<AddressPair["kind"], readonly string[]>> = {
  "other RT": ["rtRw"],
  "other letter": ["number"],
  "other unit": ["flat"],
  "other number": ["number", "estate"],
  "other street": ["road", "lane"],
};

/** Pairs whose label is not the truth about their places. */
function mislabelled(all: readonly AddressPair[]): AddressPair[] {
  return all.filter(({ same, kind, places }) => {
    const parts = differing(places);
    if (kind === "different") return same || parts.length < 2;
    const expected = PARTS[kind];
    if (expected === undefined) return !same || parts.length > 0;
    return same || parts.length !== 1 || !expected.includes(parts[0] ?? "");
  });
}

describe("blind pairs of addresses", () => {
  it("have the shares that are stated", () => {
    expect(pairs).toHaveLength(4_000);
    expect(countBy(pairs, ({ same }) => String(same))).toEqual({ true: 2_000, false: 2_000 });
    const kinds = countBy(pairs, ({ kind }) => kind);
    for (const [kind, share] of Object.entries(NEAR_MISS_SHARES)) {
      expect(kinds[kind], kind).toBe(2_000 * share);
    }
    for (const kind of ["spelling", "cut", "typo", "order", "note", "roman"]) {
      expect(Math.abs((kinds[kind] ?? 0) - 2_000 / 6), kind).toBeLessThan(1);
    }
    const combined = pairs.filter(({ same, also }) => same && also.length > 0).length;
    expect(combined).toBeGreaterThan(400);
    expect(combined).toBeLessThan(800);
  });

  it("are labelled by their places, and a wrong label is seen", () => {
    expect(mislabelled(pairs)).toEqual([]);
    expect(mislabelled(control)).toEqual([]);
    const flipped = pairs.slice(0, 50).map((pair) => ({ ...pair, same: !pair.same }));
    expect(mislabelled(flipped)).toHaveLength(50);
  });

  it("differ in more than marks and capitals if they are near misses", () => {
    const misses = pairs.filter(({ same }) => !same);
    expect(misses.filter(({ a, b }) => bare(a) === bare(b))).toEqual([]);
    // A shop's name is no help; a lodging keeps its name, for it has many rooms.
    const named = misses.filter(({ places }) => (places.a.house ?? places.b.house) !== null);
    expect(new Set(named.map(({ places }) => places.a.form))).toEqual(new Set(["lodging"]));
    // The difference is written out: both RTs, both letters, both numbers.
    for (const { a, b, places } of pairs.filter(({ kind }) => kind === "other RT")) {
      expect(numbers(a)).toContain(places.a.rtRw?.rt);
      expect(numbers(b)).toContain(places.b.rtRw?.rt);
    }
    const numbered = pairs.filter(({ kind }) => kind === "other letter" || kind === "other number");
    for (const { a, b, places } of numbered) {
      const of = ({ number }: Place) => `${number?.value}${number?.letter}`.toLowerCase();
      expect(bare(a)).toContain(of(places.a));
      expect(bare(b)).toContain(of(places.b));
    }
  });

  it("say one place in other words: no number is lost or made by spelling, order or typing", () => {
    for (const kind of ["spelling", "order", "typo"] as const) {
      const alone = pure(kind);
      expect(alone.length, kind).toBeGreaterThan(150);
      for (const { a, b } of alone) expect(numbers(b), `${a} | ${b}`).toEqual(numbers(a));
    }
    for (const { a, b } of pure("order")) expect(words(b).sort()).toEqual(words(a).sort());
  });

  it("have one error in one word if they are mistyped", () => {
    for (const { a, b } of pure("typo")) {
      const [one, other] = [words(a), words(b)];
      expect(other).toHaveLength(one.length);
      const wrong = one.flatMap((word, index) =>
        word === other[index] ? [] : [distance(word, other[index] ?? "")],
      );
      expect(wrong, `${a} | ${b}`).toHaveLength(1);
      expect(wrong[0]).toBeLessThanOrEqual(2);
    }
  });

  it("keep street and number if they are cut, and lose only ends", () => {
    for (const { a, b, places } of pure("cut")) {
      expect(b.length).toBeLessThan(a.length);
      expect(a).toContain(b);
      const { road, number, rtRw } = places.a;
      if (road) expect(b).toMatch(/\b(jalan|jln?)\b/i);
      const kept = number ? number.value : rtRw?.rt;
      expect(numbers(b), `${a} | ${b}`).toContain(kept);
    }
    expect(pure("cut").some(({ a, b }) => !a.startsWith(b))).toBe(true);
  });

  it("carry the note if one was added, and change only numerals if they are roman", () => {
    for (const { a, b } of pure("note")) {
      expect(b.length).toBeGreaterThan(a.length);
      expect(NOTES.some((note) => b.toLowerCase().includes(note.toLowerCase()))).toBe(true);
    }
    const roman = "0 I II III IV V VI VII VIII IX X XI XII".toLowerCase().split(" ");
    const arabic = (text: string) =>
      words(text).map((word) => (roman.includes(word) ? String(roman.indexOf(word)) : word));
    for (const { a, b } of pure("roman")) expect(arabic(b)).toEqual(arabic(a));
  });

  it("have nothing in common but the district if they are the control", () => {
    expect(control).toHaveLength(300);
    for (const { places } of control) {
      expect(places.a.district).toBe(places.b.district);
      expect(places.a.number?.value ?? 0).not.toBe(places.b.number?.value);
      expect(places.a.road?.name ?? "").not.toBe(places.b.road?.name);
      expect(places.a.rtRw?.rt ?? 0).not.toBe(places.b.rtRw?.rt);
    }
    expect(new Set(control.map(({ places }) => places.a.district)).size).toBeGreaterThan(60);
  });

  it("are various: forms of places, of RT/RW, districts that share a name", () => {
    const forms = countBy(pairs, ({ places }) => places.a.form);
    for (const form of FORMS) expect(forms[form], form).toBeGreaterThan(40);
    const rtForms = new Set(
      pairs.flatMap(({ a }) =>
        (a.match(/\brt.{0,4}\d+.{1,6}\d+/gi) ?? []).map((text) =>
          text.toLowerCase().replace(/\d/g, "9"),
        ),
      ),
    );
    expect(rtForms.size).toBeGreaterThan(7);
    expect(pairs.some(({ a }) => /^\d{5}/.test(a))).toBe(true);
    expect(new Set(STREETS).size).toBe(STREETS.length);
    expect(STREETS.length).toBeGreaterThanOrEqual(150);
    expect(DISTRICTS.length).toBeGreaterThanOrEqual(60);
    const towns = Object.values(countBy(DISTRICTS, ({ name }) => name));
    expect(towns.filter((count) => count > 1).length).toBeGreaterThanOrEqual(10);
  });

  it("are the same bytes for the same seed, and others for another", () => {
    const made = (seed: number) =>
      JSON.stringify([
        addressPairs(new SeededChance(seed), 300),
        differentAddresses(new SeededChance(seed), 30),
      ]);
    expect(made(SEED)).toBe(made(SEED));
    expect(made(SEED)).not.toBe(made(SEED + 1));
  });
});
