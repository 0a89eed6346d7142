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
