import { describe, expect, it } from "vitest";
import { plainLetters, withoutUnseen } from "../../../src/base/plainLetters.ts";
import { readAddress } from "../../../src/integrity/normalise/address.ts";
import { normalName } from "../../../src/integrity/normalise/name.ts";
import { normalCity } from "../../../src/integrity/normalise/region.ts";

const NAME = "Sari Wulandari Kartika";
/** The name as others read it too: an accent, joiners, look-alikes, wide letters, other blanks. */
const SPELLINGS = [
  "Sàri Wulandari Kartika",
  "Sa\u0300ri Wulandari Kartika",
  "Sa\u200bri Wulandari Kartika",
  "Sari Wulan\u00addari Kartika",
  "\u202aSari Wulandari Kartika\u202c",
  "Sari\u00a0Wulandari\u2003Kartika",
  "S\u0430ri Wul\u0430nd\u0430ri \u041aartika",
  "S\u03b1ri Wulandari \u039aartika",
  "Ｓａｒｉ Wulandari Kartika",
  "Sari\u034f Wulandari Kartika\ufe0f",
  "𝐒𝐚𝐫𝐢 Wulandari Kartika",
];

describe("text as it looks", () => {
  it.each(SPELLINGS.map((text) => [JSON.stringify(text), text]))("%s is one name", (_, text) => {
    expect(plainLetters(text).split(/\s+/)).toEqual(["sari", "wulandari", "kartika"]);
    expect(normalName(text)).toBe(normalName(NAME));
  });

  it("another name stays another, and other scripts stay readable", () => {
    expect(normalName("Sarı Wulandari")).toBe(normalName("Sari Wulandari"));
    expect(normalName("Sara Wulandari Kartika")).not.toBe(normalName(NAME));
    expect(normalName("王小明")).toBe("王小明");
    expect(normalName("D’Angelo Nur‐Aini")).toBe(normalName("D'Angelo Nur-Aini"));
  });

  it("reads an address and a city through marks, joiners and other digits", () => {
    const plain = readAddress("Jl. Pahlawan Revolusi No. 12 RT 03");
    for (const text of [
      "Jl. Páhlawan Revolusi No. 12 RT 03",
      "Jl. Pah\u200blawan Revolusi No. 1\u200b2 RT 03",
      "Jl. P\u0430hlawan Rev\u043elusi N\u043e. 12 RT 03",
      "Jl. Pahlawan Revolusi No. １２ RT ٠٣",
      "Jl. Pahlawan Revolusi No. ꧑꧒ RT 03",
    ]) {
      expect(readAddress(text)).toEqual(plain);
    }
    expect(normalCity("Kota Bek\u0430si")).toBe("bekasi");
  });

  it("keeps vowels and tones of scripts that are written with them", () => {
    for (const [a, b] of [
      ["\u0e19\u0e49\u0e2d\u0e07", "\u0e19\u0e2d\u0e07"],
      ["\u0915\u093f\u0930\u0923", "\u0915\u0930\u0923"],
      ["\u304b\u304d", "\u304c\u304d"],
    ] as const) {
      expect(plainLetters(a)).not.toBe(plainLetters(b));
      expect(normalName(a)).not.toBe(normalName(b));
      expect(normalName(a)?.split(" ")).toHaveLength(1);
    }
    expect(plainLetters("J\u00fcrgen")).toBe(plainLetters("Ju\u0308rgen"));
    expect(plainLetters("J\u00fcrgen")).toBe("jurgen");
  });

  it("leaves out only what nobody sees", () => {
    expect(withoutUnseen("\u2066Sàri\u2069\ufeff")).toBe("Sàri");
  });
});
