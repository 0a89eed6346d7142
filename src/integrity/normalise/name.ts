/* Names in one spelling, whatever their order, titles and marks. */

import { plainLetters } from "../../base/plainLetters.ts";
import { isAscii } from "./ascii.ts";

const TITLES = new Set(
  "bapak bpk pak ibu bu sdr sdri tn ny nn mr mrs ms h hj haji hajah dr drs dra ir prof st se sh spd skom mm".split(
    " ",
  ),
);
/** Degrees with their points, "s.kom", "m. si", "a.md". Those without points are too many names' letters. */
const DEGREE =
  "(?:s\\.\\s?(?:kom|pd|e|h|t|si|ag|sos|kep|farm|ked|hum|ak|psi|i\\.?\\s?kom|ip|pt|hut|gz|keb|kg|km|tr|stp|p)" +
  "|m\\.\\s?(?:m|t|h|si|pd|kom|sc|a|ag|hum|kes|kn|sos|ak|farm|psi|i\\.?\\s?kom|b\\.?a)" +
  "|a\\.\\s?md(?:\\.\\s?[a-z]{2,4})?|sp\\.\\s?[a-z]{1,4}|ph\\.?\\s?d|b\\.\\s?(?:sc|a|eng))\\.?";
/** Degrees stand behind a name. "A. H. Nasution" and "M. T. Haryono" have initials in front. */
const DEGREES_BEHIND = new RegExp(`(?:[\\s,]+${DEGREE})+(?=\\s*(?:,|$))`, "gu");

const MUHAMMAD = new Set(
  "muhammad muhamad mohammad mohamad mohamed muhammed mohd moh muh md m".split(" "),
);

function wordsOf(text: string): string[] {
  if (isAscii(text)) {
    const words: string[] = text.match(/[a-z'-]+/g) ?? [];
    return /['-]/.test(text) ? words.map((word) => word.replace(/['-]/g, "")) : words;
  }
  return text
    .replace(/[^\p{L}\p{M}\s'-]/gu, " ")
    .replace(/['-]/g, "")
    .split(/\s+/);
}

const plainName = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : plainLetters(text);

function sortedWords(plain: string): string | null {
  const tokens = wordsOf(plain)
    .filter((token) => token !== "" && !TITLES.has(token))
    .map((token, index, all) =>
      MUHAMMAD.has(token) && (token !== "m" || (index === 0 && all.length > 1))
        ? "muhammad"
        : token,
    );
  return tokens.length === 0 ? null : tokens.sort().join(" ");
}

/**
 * A name as its sorted tokens: no titles, no degrees, no marks, the Muhammad family as one word. Single-word names
 * are as usual as others. Null when nothing is left, or when it is masked ("S****i").
 */
export function normalName(text: string): string | null {
  if (text.includes("*")) return null;
  const plain = plainName(text);
  return sortedWords(plain.includes(".") ? plain.replace(DEGREES_BEHIND, "") : plain);
}

/**
 * The same with degrees as words. Keys that stand in the database are made from this spelling, so it never changes: an order of a
 * minute ago would be another recipient's.
 */
export function recipientName(text: string): string | null {
  return text.includes("*") ? null : sortedWords(plainName(text));
}
