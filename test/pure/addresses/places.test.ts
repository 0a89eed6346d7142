import { describe, expect, it } from "vitest";
import { readAddress } from "../../../src/integrity/normalise/address.ts";
import { isNearWord } from "../../../src/integrity/normalise/nearWord.ts";
import { Places } from "../../../src/integrity/table/places.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";

/* Addresses as people type them: what is one place, and what is its neighbour. */

const numbers = (text: string) =>
  (readAddress(text)?.numbers ?? []).map(({ kind, value }) => `${kind} ${value}`);

/** Other addresses, so that words have weights. */
const OTHERS = Array.from(
  { length: 60 },
  (_, at) =>
    `jl ${["cempaka", "durian", "veteran", "nangka"][at % 4]} ${["asri", "barat", "lama"][at % 3]} no ${at} kebon jeruk`,
);
const placesOf = (...texts: string[]) => new Places([...texts, ...OTHERS]);
const isOne = (a: string, b: string) => {
  const places = placesOf(a, b);
  expect(places.level(0, 1)).toBe(places.level(1, 0));
  return places.level(0, 1) >= 4;
};
const samePlace = (a: string, b: string) => {
  const places = placesOf(a, b);
  expect(places.placeOf(0)).not.toBeNull();
  return places.placeOf(0) === places.placeOf(1);
};

const HOME = "Jl. Melati Indah No. 41 RT 03 RW 05, Kel. Sukamaju, Kec. Cilodong";

describe("an address is read into words and typed numbers", () => {
  it.each<[string, string[]]>([
    ["Jl. Melati No. 41H", ["no 41h"]],
    ["Jl. Melati 041 h", ["loose 41h"]],
    ["Griya Asri blok C 36", ["block c", "no 36"]],
    ["Griya Asri Blok C3 No. 12", ["block c3", "no 12"]],
    ["Jl. Melati gg. ii no 5", ["lane 2", "no 5"]],
    ["Jl. Melati Gang 2 no 5", ["lane 2", "no 5"]],
    ["Tower A lantai 12 unit 1203", ["tower a", "floor 12", "unit 1203"]],
    ["Jl. Raya Bogor km 30,5 no 8", ["km 30d5", "no 8"]],
    ["Jl. Melati RT.003/RW.005", ["rt 3", "rw 5"]],
    ["Jl. Melati rt/rw 03/05", ["rt 3", "rw 5"]],
    ["Jl. Melati no 5, Depok 16411", ["no 5"]],
    ["Jl. Melati No. 12-14", ["no 12", "no 14"]],
  ])("%s", (text, expected) => {
    expect(numbers(`Kenanga ${text}`)).toEqual(expected);
  });

  it("keeps five digits that lead, and cuts notes to the courier off", () => {
    expect(numbers("12345 Melati Street, Depok 16411")).toEqual(["loose 12345"]);
    expect(readAddress("Jl. Melati no 5, samping warung bu tini, Depok")?.tokens).toEqual([
      "melati",
      "depok",
    ]);
    expect(readAddress("Jl. Depan Pasar 5")?.tokens).toContain("pasar");
  });

  it("takes words that a hand or a form spoilt for one", () => {
    for (const [a, b] of [
      ["sudirman", "sudriman"],
      ["sudirman", "sudirmn"],
      ["sudirman", "sudi"],
      ["sudirman", "sdrmn"],
    ] as const) {
      expect([a, b, isNearWord(a, b), isNearWord(b, a)]).toEqual([a, b, true, true]);
    }
    expect(isNearWord("melati", "mawar")).toBe(false);
    expect(isNearWord("sudirman", "sudirmnaa")).toBe(false);
  });
});

describe("spellings of one place", () => {
  it.each([
    ["other forms of its words", "jalan melati indah 41 rt3/rw5 sukamaju cilodong"],
    ["a typing error in one word", "Jl. Melati Inadh No. 41 RT 3 RW 5, Sukamaju, Cilodong"],
    ["a typing error in the rarest", "Jl. Melati Indah No. 41 RT 3 RW 5, Sukamaju, Cilodng"],
    ["one at the beginning of a word", "Jl. Mleati Indah No. 41 RT 3 RW 5, Sukamaju, Cilodong"],
    ["another order", "Sukamaju, Cilodong, RT 03/05, Melati Indah 41"],
    ["a note", "Jl. Melati Indah No. 41 (pagar hijau dekat masjid), Sukamaju, Cilodong"],
    ["what a form cut off", "Jl. Melati Indah No. 41 RT 03 RW 05, Kel. Suka"],
    ["no RT", "Jl. Melati Indah No. 41, Kel. Sukamaju, Kec. Cilodong"],
  ])("with %s are found and are one", (_, other) => {
    expect(isOne(HOME, other)).toBe(true);
    expect(samePlace(HOME, other)).toBe(true);
  });

  it.each([
    ["another RT", "Jl. Melati Indah No. 41 RT 04 RW 05, Kel. Sukamaju, Kec. Cilodong"],
    ["a letter", "Jl. Melati Indah No. 41A RT 03 RW 05, Kel. Sukamaju, Kec. Cilodong"],
    ["another number without a word", "Melati Indah 43 RT 03 RW 05, Kel. Sukamaju, Kec. Cilodong"],
    ["another number", "Jl. Melati Indah No. 43 RT 03 RW 05, Kel. Sukamaju, Kec. Cilodong"],
    ["the RT as house", "Jl. Melati Indah No. 3 RT 03 RW 05, Kel. Sukamaju, Kec. Cilodong"],
    ["another street", "Jl. Kenanga Indah No. 41 RT 03 RW 05, Kel. Sukamaju, Kec. Cilodong"],
    ["another lane", "Jl. Melati Indah gang 7 No. 41 RT 3 RW 5, Kel. Sukamaju, Kec. Cilodong"],
  ])("with %s are two", (_, other) => {
    const home = HOME.replace("No.", "Gg. II No.");
    expect(isOne(home, other)).toBe(false);
    expect(samePlace(home, other)).toBe(false);
  });

  it("are two flats of one tower, and who gives none lives in neither", () => {
    const tower = "Apartemen Kalibata Regensi Tower A lantai 12";
    expect(isOne(`${tower} unit 3`, `${tower} unit 5`)).toBe(false);
    expect(samePlace(`${tower} unit 3`, tower)).toBe(false);
  });

  it("that leave the RT out tie no two houses that give it", () => {
    const at = (rt: string) => `Jl. Melati Indah No. 41 ${rt} Sukamaju Cilodong`;
    const places = placesOf(at("RT 3"), at(""), at("RT 4"));
    const keys = [0, 1, 2].map((address) => places.placeOf(address));
    expect(keys[0]).not.toBe(keys[2]);
    expect(new Set(keys).size).toBe(2);
    // Nor does a founder that says neither RW: each member is asked.
    const members = ["blok c no 41 rt 3", "no 41 rw 5", "no 41 rt 3", "no 41 rw 6"].map(
      (door, at) => `${["jl", "jalan", "jl", "jln"][at]} melati indah ${door}`,
    );
    const books = placesOf(...members);
    const [founder, first, middle, last] = members.map((_, address) => books.placeOf(address));
    expect([first, middle]).toEqual([founder, founder]);
    expect(last).not.toBe(founder);
  });
});

describe("what is said of addresses", () => {
  const words =
    "melati melatih melat mela mleati kenanga kenangan kenan indah indha permai perma raya rayat".split(
      " ",
    );
  const chance = new SeededChance(11);
  const pick = () => words[Math.floor(chance.fraction() ** 2 * words.length)];
  const texts = Array.from({ length: 400 }, (_, at) => {
    const name = Array.from({ length: 2 + (at % 4) }, pick).join(" ");
    return `jl ${name} no ${at % 5} rt ${at % 3} ${at % 2 ? "baru" : "lama"}`;
  });

  it("follows from all of them, never from their order", () => {
    const said = (order: readonly number[]) => {
      const places = new Places(order.map((at) => texts[at]!));
      const key = (at: number) => places.placeOf(order.indexOf(at));
      const level = (a: number, b: number) => places.level(order.indexOf(a), order.indexOf(b));
      return texts.map((_, at) => [
        key(at),
        ...[0, 5, 10, 15, 30].map((step) => level(at, (at + 15 + step) % texts.length)),
      ]);
    };
    const order = texts.map((_, at) => at);
    const expected = said(order);
    for (let seed = 1; seed <= 3; seed++) {
      const chance = new SeededChance(seed);
      const shuffled = order
        .map((at) => [chance.fraction(), at] as const)
        .sort(([a], [b]) => a - b)
        .map(([, at]) => at);
      expect(said(shuffled), `seed ${seed}`).toEqual(expected);
    }
    expect(new Set(expected.map(([key]) => key)).size).toBeLessThan(texts.length / 2);
  });

  it("is the same for addresses that come one by one, once all are weighed again", () => {
    const growing = new Places();
    for (const text of texts) {
      growing.add(text);
      growing.placeOf(growing.count - 1);
    }
    growing.weigh();
    const whole = new Places(texts);
    const keys = (places: Places) => texts.map((_, at) => places.placeOf(at));
    expect(keys(growing)).toEqual(keys(whole));
  });

  it("stays as it was found when what found it is let go of, until one more comes", () => {
    const [places, settled] = [new Places(texts), new Places(texts)];
    settled.settle();
    const keys = (one: Places) => texts.map((_, at) => one.placeOf(at));
    expect(keys(settled)).toEqual(keys(places));
    settled.add("jl cempaka durian no 9 rt 2 baru");
    expect(settled.placeOf(texts.length)).not.toBeNull();
    expect(settled.placeOf(texts.length + 1)).toBeNull();
  });
});
