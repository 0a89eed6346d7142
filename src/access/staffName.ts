/*
 * Names of people who work here. A name stands in the operator log and beside approvals, so two
 * people must never look like one, and nobody like the system itself.
 */

import { withoutUnseen, plainLetters } from "../base/plainLetters.ts";

/** Letters with their marks, digits, and what names are written with. */
const READABLE = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} .,'’()-]*$/u;

/**
 * A typed name in its one spelling: composed (NFC), without spaces at its ends or several in a row.
 * Null if it holds characters that nobody sees, line breaks, or signs of no name.
 */
export function readName(text: string): string | null {
  const name = text.normalize("NFC").replace(/ +/g, " ").trim();
  return name === withoutUnseen(name) && READABLE.test(name) ? name : null;
}

const lettersAndDigits = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, "");

/** Signs that look the same in print, as one: capital I, small L and 1; 0 and O; rn and m. */
const inPrint = (name: string): string =>
  lettersAndDigits(
    plainLetters(
      name
        .normalize("NFKC")
        .replace(/[I1ІΙӀ|]/gu, "l")
        .replace(/0/g, "O"),
    ),
  )
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");

/** Two names of which any look is the same are taken for each other. */
function looksOf(name: string): readonly string[] {
  const plain = lettersAndDigits(plainLetters(name));
  return [plain, plain.replaceAll("1", "i").replaceAll("0", "o"), inPrint(name)];
}

/** Actors of the operator log that are no person. */
const SYSTEM_NAMES = ["Giliran", "command line", "demonstration"];
/** How the log names programs and people without a name. */
const SYSTEM_PREFIXES = ["key ", "invited "];

/** Whether two names look alike to a reader. */
export function looksLike(one: string, other: string): boolean {
  const others = looksOf(other);
  return looksOf(one).some((each) => others.includes(each));
}

/** Whether a name is free: no other has its look, and it is none of the system's. */
export function isNameFree(name: string, taken: readonly string[]): boolean {
  const plain = plainLetters(name);
  if (SYSTEM_PREFIXES.some((prefix) => plain.startsWith(prefix))) return false;
  return ![...SYSTEM_NAMES, ...taken].some((other) => looksLike(name, other));
}
