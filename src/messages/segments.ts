/*
 * Text messages as phone networks bill them: in segments of 160 signs of the GSM alphabet, or of 70
 * for any other sign. A single "…" or curly quote in a text more than doubles its price.
 */

import { fill } from "../base/language.ts";

/** GSM 03.38 basic set. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Its extension; each counts twice. */
const EXTENDED = new Set("^{}\\[~]|€\f");

const ONE_SEPTETS = 160;
/** Part of a longer message: the rest says which part it is. */
const PART_SEPTETS = 153;
const ONE_UNITS = 70;
const PART_UNITS = 67;

/** Signs of typesetting and what stands for them on a phone. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u2032\u0060\u00B4]/g, "'"],
  [/[\u201C\u201D\u201E\u00AB\u00BB\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, "-"],
  [/[\u2022\u00B7]/g, "*"],
  [/\u2026/g, "..."],
  [/\u00D7/g, "x"],
  [/[\u00A0\u2000-\u200A\u202F\t]/g, " "],
];

const isGsm = (sign: string) => BASIC.has(sign) || EXTENDED.has(sign);

/** The text in the GSM alphabet: typesetting made plain, accents taken off, other signs left out. */
export function asGsm(text: string): string {
  let plain = text.normalize("NFC");
  for (const [signs, instead] of PLAIN) plain = plain.replace(signs, instead);
  const known = Array.from(plain).map((sign) => {
    if (isGsm(sign)) return sign;
    return Array.from(sign.normalize("NFKD")).filter(isGsm).join("");
  });
  return known
    .join("")
    .replace(/ {2,}/g, " ")
    .replace(/ +(?=[.,;:!?)\n])/g, "")
    .trim();
}

const septetsOf = (text: string): number =>
  Array.from(text).reduce((sum, sign) => sum + (EXTENDED.has(sign) ? 2 : 1), 0);

/** How many segments a text is billed as. */
export function segmentCount(text: string): number {
  if (Array.from(text).every(isGsm)) {
    const septets = septetsOf(text);
    return septets <= ONE_SEPTETS ? 1 : Math.ceil(septets / PART_SEPTETS);
  }
  return text.length <= ONE_UNITS ? 1 : Math.ceil(text.length / PART_UNITS);
}

/** A name may be cut to this many signs, with dots for the rest. */
const SHORTEST_NAME = 6;
const DOTS = "..";

const cutBy = (name: string, signs: number): string =>
  `${Array.from(name)
    .slice(0, Math.max(SHORTEST_NAME, Array.from(name).length - signs) - DOTS.length)
    .join("")
    .trimEnd()}${DOTS}`;

/**
 * The template filled in, in the GSM alphabet. If it is longer than one segment, the longest of
 * `names` is cut, and the next. A text without a name that can be cut stays as long as it is: a
 * message is never refused for its length.
 */
export function inOneSegment(
  template: string,
  values: Readonly<Record<string, string | number>>,
  names: readonly string[],
): string {
  const cut: Record<string, string | number> = { ...values };
  for (const name of names) cut[name] = asGsm(String(values[name] ?? ""));
  for (;;) {
    const text = asGsm(fill(template, cut));
    const over = septetsOf(text) - ONE_SEPTETS;
    const lengthOf = (name: string) => Array.from(String(cut[name])).length;
    const [longest] = names.toSorted((a, b) => lengthOf(b) - lengthOf(a));
    if (over <= 0 || longest === undefined || lengthOf(longest) <= SHORTEST_NAME) return text;
    const shorter = cutBy(String(cut[longest]), over);
    if (shorter.length >= String(cut[longest]).length) return text;
    cut[longest] = shorter;
  }
}
