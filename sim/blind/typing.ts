/* Typing errors: one letter changed, missing, doubled, or two letters exchanged. */

import type { SeededChance } from "../../src/crowd/chance.ts";

const KEYBOARD = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

function neighbour(letter: string, chance: SeededChance): string {
  const row = KEYBOARD.find((keys) => keys.includes(letter));
  if (row === undefined) return "a";
  const at = row.indexOf(letter);
  return row[at === 0 || (at < row.length - 1 && chance.fraction() < 0.5) ? at + 1 : at - 1] ?? "a";
}

const isUpper = (letter: string) => letter !== letter.toLowerCase();

function onceMistyped(word: string, chance: SeededChance): string {
  const at = 1 + chance.below(word.length - 1);
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  switch (chance.below(4)) {
    case 0: {
      const other = neighbour(letter.toLowerCase(), chance);
      return before + (isUpper(letter) ? other.toUpperCase() : other) + after;
    }
    case 1:
      return before + after;
    case 2:
      return before + letter + letter + after;
    default:
      return word.slice(0, at - 1) + letter + word.charAt(at - 1) + after;
  }
}

/** A word of four letters or more with one error; never one of the words that `isTaken`. */
export function mistyped(
  word: string,
  isTaken: (word: string) => boolean,
  chance: SeededChance,
): string {
  for (;;) {
    const other = onceMistyped(word, chance);
    if (other !== word && !isTaken(other)) return other;
  }
}
