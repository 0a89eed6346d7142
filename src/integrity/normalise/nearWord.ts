/* Two words that a form's end, a hurried hand or a short form made of one. */

/** Shorter beginnings are too many words' beginnings. */
const SHORTEST_CUT = 3;
/** In shorter words one wrong letter makes another word. */
const SHORTEST_MISTYPED = 4;

/** Whether the rest of both words is the same from here on. */
function sameFrom(a: string, i: number, b: string, j: number): boolean {
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(j)) {
    i++;
    j++;
  }
  return i === a.length && j === b.length;
}

/** One letter wrong, missing or too many, or two neighbours in each other's place. */
export function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short.charCodeAt(at) === long.charCodeAt(at)) at++;
  if (short.length < long.length) return sameFrom(short, at, long, at + 1);
  if (sameFrom(short, at + 1, long, at + 1)) return true;
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return swapped && sameFrom(short, at + 2, long, at + 2);
}

/** "sdrmn" for "sudirman": a word without its vowels. */
const isSkeleton = (short: string, long: string): boolean =>
  short[0] === long[0] && !/[aeiou]/.test(short) && short === long.replace(/[aeiou]/g, "");

/** Whether two words may be one as people write them: cut off, one slip apart, or without vowels. */
export function isNearWord(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < SHORTEST_CUT) return false;
  if (long.startsWith(short) || isSkeleton(short, long)) return true;
  return long.length >= SHORTEST_MISTYPED && isOneSlip(short, long);
}

const CODE_A = 97;
const LETTER_COUNT = 26;
const LONGEST = 15;

/** Which letters a word has, whatever else is one more of them, and behind them its length up to 15: so much of it fits a small number. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) {
    const letter = word.charCodeAt(at) - CODE_A;
    letters |= 1 << (letter >= 0 && letter < LETTER_COUNT ? letter : LETTER_COUNT);
  }
  return letters | (Math.min(word.length, LONGEST) << (LETTER_COUNT + 1));
}

/** False where two words, by their letters, cannot be near: one has all of the other's, or they differ in two. */
export function mayBeNear(a: number, b: number): boolean {
  const apart = (a ^ b) & ALL_LETTERS;
  if ((a & apart) === 0 || (b & apart) === 0) return true;
  // Two letters, one of each: the lowest bit of the difference is taken away twice.
  const rest = apart & (apart - 1);
  return (rest & (rest - 1)) === 0 && Math.abs(lengthIn(a) - lengthIn(b)) <= 1;
}

const ALL_LETTERS = (1 << (LETTER_COUNT + 1)) - 1;
const lengthIn = (letters: number): number => letters >>> (LETTER_COUNT + 1);
