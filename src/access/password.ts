/*
 * Passwords that a stranger tries first: the common ones, and what is made of the brand, a sale or
 * the person's name. A refused good password costs its owner a minute; an accepted bad one costs
 * everybody.
 */

import { plainLetters } from "../base/plainLetters.ts";

/** Letters that a password of words and a sign or two has at least beside them. */
const LEAST_OWN_LETTERS = 6;
/** Shorter words stand in everything by chance. */
const LEAST_WORD_LETTERS = 3;
/** Longer numbers than phone numbers and dates. */
const LEAST_DIGITS = 16;

const SIGNS_AS_LETTERS: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
  "!": "i",
};

const spelledOut = (text: string, one: "i" | "l") =>
  text.replace(/[013457@$!8]/g, (sign) =>
    sign === "1" || sign === "!" ? one : (SIGNS_AS_LETTERS[sign] ?? sign),
  );

/** A text as typed, and with digits and signs as the letters that they stand for. */
const spellings = (text: string): readonly string[] => [
  text,
  spelledOut(text, "i"),
  spelledOut(text, "l"),
];

/** The shortest part that the whole text repeats. */
function repeatedPart(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    const part = text.slice(0, length);
    if (part.repeat(Math.ceil(text.length / length)).startsWith(text)) return part;
  }
  return text;
}

/** Whether each character follows the one before, up or down, as in "abcdefgh" or "98765432". */
function isSequence(text: string): boolean {
  const steps = Array.from(
    { length: text.length - 1 },
    (_, at) => text.charCodeAt(at + 1) - text.charCodeAt(at),
  );
  const [step = 0] = steps;
  return Math.abs(step) === 1 && steps.every((one) => one === step || Math.abs(one) === 9);
}

/** The common passwords, each in the form in which this module compares. */
export function readCommonPasswords(file: string): ReadonlySet<string> {
  const lines = file.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
  return new Set(lines.map((line) => line.toLowerCase()));
}

function isCommon(password: string, common: ReadonlySet<string>): boolean {
  if (/^\d+$/.test(password) && password.length < LEAST_DIGITS) return true;
  const ends = /^[^\p{L}]+|[^\p{L}]+$/gu;
  const forms = [password, password.replace(/[^\p{L}]+$/u, ""), password.replace(ends, "")]
    .flatMap(spellings)
    .flatMap((form) => [form, form.replace(/[^\p{L}\p{N}]/gu, "")]);
  return forms.some((form) => {
    const part = repeatedPart(form);
    const isShort = part.length < LEAST_WORD_LETTERS + 2 && part !== form;
    return isShort || common.has(form) || common.has(part) || (form !== "" && isSequence(form));
  });
}

/** Words of names, addresses and titles as they would be typed into a password. */
function wordsOf(texts: readonly string[]): readonly string[] {
  const words = texts.flatMap((text) => {
    const parts = plainLetters(text).split(/[^\p{L}\p{N}]+/u);
    return [...parts, parts.join("")];
  });
  const all = words.flatMap((word) => [word, spelledOut(word, "i")]);
  return [...new Set(all)]
    .filter((word) => word.length >= LEAST_WORD_LETTERS && /\p{L}/u.test(word))
    .sort((a, b) => b.length - a.length);
}

/** Whether little is left without the words: digits and signs after a name are tried first. */
function isMadeOf(
  password: string,
  words: readonly string[],
  common: ReadonlySet<string>,
): boolean {
  return spellings(password).some((form) => {
    const plain = form.replace(/[^\p{L}\p{N}]/gu, "");
    let rest = plain;
    for (const word of words) rest = rest.replaceAll(word, " ");
    if (rest === plain) return false;
    const letters = rest.replace(/[^\p{L}]/gu, "");
    return letters.length < LEAST_OWN_LETTERS || common.has(letters);
  });
}

/**
 * Why a new password is refused; null if it is good enough. `own` are names and titles that a
 * stranger knows: the person's, the brand's, the sales'.
 */
export function weaknessOf(
  password: string,
  { common, own }: { readonly common: ReadonlySet<string>; readonly own: readonly string[] },
): "password_common" | "password_guessable" | null {
  const plain = plainLetters(password);
  if (isCommon(plain, common)) return "password_common";
  return isMadeOf(plain, wordsOf(own), common) ? "password_guessable" : null;
}
