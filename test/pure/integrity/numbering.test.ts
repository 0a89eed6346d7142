import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { readAddress } from "../../../src/integrity/normalise/address.ts";
import { normalName } from "../../../src/integrity/normalise/name.ts";
import { normalCity, normalDistrict } from "../../../src/integrity/normalise/region.ts";
import {
  Dictionary,
  listHash,
  ListNumbers,
  PairNumbers,
} from "../../../src/integrity/table/numbering.ts";

/* Texts and pairs get the numbers that a Map of the language would give them. */

describe("numbering", () => {
  it("texts, many of them twice, as a Map does it", () => {
    const chance = new SeededChance(7);
    const letters = "aA0 é漢😀";
    const text = () =>
      Array.from({ length: chance.below(6) }, () =>
        letters.charAt(chance.below(letters.length)),
      ).join("");
    const dictionary = new Dictionary();
    const known = new Map<string, number>();
    let repeated = 0;
    for (let n = 0; n < 40_000; n++) {
      const value = n % 3 === 0 ? `${n}` : text();
      const number = known.get(value) ?? known.size;
      if (known.has(value)) repeated++;
      else expect(dictionary.find(value)).toBe(-1);
      known.set(value, number);
      expect(dictionary.number(value)).toBe(number);
      expect(dictionary.values[number]).toBe(value);
    }
    expect(repeated).toBeGreaterThan(1_000);
    for (const [value, number] of known) expect(dictionary.find(value)).toBe(number);
  });

  it("pairs, also large ones", () => {
    const chance = new SeededChance(8);
    const pairs = new PairNumbers();
    const known = new Map<string, number>();
    for (let n = 0; n < 40_000; n++) {
      const size = n % 2 === 0 ? 150 : 2 ** 31 - 1;
      const [a, b] = [chance.below(size), chance.below(150)];
      const number = known.get(`${a} ${b}`) ?? known.size;
      known.set(`${a} ${b}`, number);
      expect(pairs.number(a, b)).toBe(number);
      expect([pairs.first(number), pairs.second(number)]).toEqual([a, b]);
    }
    expect(known.size).toBeLessThan(40_000);
  });
});

describe("texts of buyers", () => {
  it("may be words that the language has a use for", () => {
    for (const word of ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"]) {
      const lower = word.toLowerCase();
      const letters = lower.replace(/[^a-z]/g, "");
      expect(normalCity(word)).toBe(letters);
      expect(normalDistrict(`kec. ${word}`)).toBe(letters);
      expect(normalName(word)).toBe(letters);
      expect(readAddress(`jalan ${word} no 3`)).toMatchObject({
        tokens: [letters],
        numbers: [{ kind: "no", value: "3" }],
      });
    }
  });

  it("come out the same by the short way for plain letters and by the long one", () => {
    // One letter that is none of ASCII makes a text go the long way; it is its own word here.
    const long = (text: string) => normalName(`${text}, ß`)?.replace(/ ?ß/, "");
    for (const name of [
      "Dr. H. Siti-Nur Ja'far, S.E.",
      "  Moh.  Rizki 2nd ",
      "O'Neil--",
      "'- -'",
      "M. Ali",
    ]) {
      expect(normalName(name) ?? "", name).toBe(long(name));
    }
    const longAddress = (text: string) => {
      const { tokens, ...rest } = readAddress(`${text} ①`) ?? { tokens: [] };
      return { tokens, ...rest };
    };
    for (const address of ["Jl.Melati12 no.07 RT3/RW04", "GG MAWAR km30b", "--Blok C/9, lt.2"]) {
      expect(readAddress(address)?.tokens ?? [], address).toEqual(longAddress(address).tokens);
    }
  });
});

it("lists have numbers in the order of their coming, also those of one hash", () => {
  const lists: (readonly number[])[] = [];
  const numbers = new ListNumbers();
  const numberOf = (list: readonly number[], hash: number) => {
    const number = numbers.number(hash, (known) => lists[known]!.join() === list.join());
    if (number === lists.length) lists.push(list);
    return number;
  };
  const hashOf = (list: readonly number[]) => list.reduce(listHash, 0);
  const made = Array.from({ length: 500 }, (_, at) => [at % 7, at % 31, at]);
  expect(made.map((list) => numberOf(list, hashOf(list)))).toEqual([...made.keys()]);
  expect(made.map((list) => numberOf(list, hashOf(list)))).toEqual([...made.keys()]);
  expect(
    [
      [9, 9, 9],
      [9, 9],
      [9, 9, 9],
    ].map((list) => numberOf(list, 5)),
  ).toEqual([500, 501, 500]);
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
});
