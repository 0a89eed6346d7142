/* Names in one spelling, whatever their order, titles and marks. */

import { plainLetters } from "../../base/plainLetters.ts";
import { isAscii } from "./ascii.ts";

const TITLES = new Set(
  "bapak bpk pak ibu bu sdr sdri tn ny nn mr mrs ms h hj haji hajah dr drs dra ir prof st se sh spd skom mm".split(
    " ",
  ),
);
const MUHAMMAD = new Set(
  "muhammad muhamad mohammad mohamad mohamed muhammed mohd moh muh md m".split(" "),
);

function wordsOf(text: string): string[] {
  if (isAscii(text)) {
    const lower = text.toLowerCase();
    const words: string[] = lower.match(/[a-z'-]+/g) ?? [];
    return /['-]/.test(lower) ? words.map((word) => word.replace(/['-]/g, "")) : words;
  }
  return plainLetters(text)
    .replace(/[^\p{L}\p{M}\s'-]/gu, " ")
    .replace(/['-]/g, "")
    .split(/\s+/);
}

/**
 * A name as its sorted tokens: no titles, no marks, the Muhammad family as one word. Single-word names
 * are as usual as others. Null when nothing is left, or when it is masked ("S****i").
 */
export function normalName(text: string): string | null {
  if (text.includes("*")) return null;
  const tokens = wordsOf(text)
    .filter((token) => token !== "" && !TITLES.has(token))
    .map((token, index, all) =>
      MUHAMMAD.has(token) && (token !== "m" || (index === 0 && all.length > 1))
        ? "muhammad"
        : token,
    );
  return tokens.length === 0 ? null : tokens.sort().join(" ");
}
