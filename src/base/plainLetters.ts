/*
 * Text as it looks: without marks on letters and characters that nobody sees, and with letters of
 * other scripts as the Latin ones that they look like. Two spellings that a reader takes for one
 * must be one text here. For comparing only; what a person typed is stored and shown as typed.
 */

/** Formatting characters, fillers and joiners: contact lists and attackers leave them in a text. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** A text without the characters that nobody sees; everything else stays. */
export const withoutUnseen = (text: string): string => text.replace(UNSEEN, "");

/** Letters and signs of other scripts, and the Latin ones that they look like. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  (
    [
      ["АВСЕНІЈКМОРЅТУХԛԜ", "ABCEHIJKMOPSTYXQW"],
      ["асеһіјкмнорѕтухвԁԛԝѵӏ", "acehijkmhopstyxbdqwvl"],
      ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"],
      ["αιοκνρυχ", "aiokvpux"],
      ["ıøØđĐðłŁħŧɑɡ", "ioOdDdlLhtag"],
      ["’‘ʼʹ`´", "''''''"],
      ["‐‑‒–—−", "------"],
    ] as const
  ).flatMap(([from, to]) => Array.from(from, (letter, at) => [letter, to[at] ?? ""] as const)),
);
const LOOK_ALIKES = new RegExp(`[${[...LOOKS_LIKE.keys()].join("")}]`, "gu");

/** Marks that stand on Latin letters. Those of Thai or Hindi are vowels and tones: without them words become others. */
const MARKS = /[[\p{M}&&\p{Script=Inherited}]--[\u3099\u309a]]/gv;

/** The zeros of digits that keyboards in Indonesia and of its migrants' hosts type. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x1b50, 0xa9d0];

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = ZEROS.find((one) => code >= one && code < one + 10);
  return zero === undefined ? digit : String(code - zero);
}

/**
 * A text in plain small letters: no marks, nothing unseen, look-alikes as Latin letters, digits as
 * 0 to 9. Letters of other scripts that look like no Latin one stay.
 */
export function plainLetters(text: string): string {
  return withoutUnseen(text.normalize("NFKD"))
    .replace(LOOK_ALIKES, (letter) => LOOKS_LIKE.get(letter) ?? letter)
    .replace(MARKS, "")
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .toLowerCase();
}
