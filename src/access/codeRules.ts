/*
 * Rules of one-time codes for signing in. A wrong guess counts against its asker, never against the
 * code: otherwise a stranger could use up a buyer's code. So the number of strangers' guesses has no
 * bound, and codes grow with it instead (docs/theory/codes.md computes the chance).
 */

/** Wrong guesses of one asker; then she asks for a code again. */
export const ASKER_GUESSES = 5;
/** Unused codes of a contact in `CODES_WINDOW_MS`; further asks refer to those that were sent. */
export const MOST_CODES = 4;
/** Codes in that time, used ones included: somebody who signs in on many devices. */
export const MOST_CODES_USED = 12;
export const CODES_WINDOW_MS = 5 * 60_000;
export const CODE_MS = 10 * 60_000;
/** Wrong guesses at a contact are counted over this time at least. */
export const GUESSES_WINDOW_MS = 24 * 3_600_000;

/**
 * Digits of new codes, by the wrong guesses at their contact during the last day. Longer codes are
 * hard to type, shorter ones easier to guess.
 */
export const CODE_TIERS: readonly { readonly fromGuesses: number; readonly digits: number }[] = [
  { fromGuesses: 0, digits: 6 },
  { fromGuesses: 4, digits: 8 },
  { fromGuesses: 250, digits: 12 },
  { fromGuesses: 100_000, digits: 16 },
];

/** Digits of a code that is made now. */
export function digitsFor(wrongGuesses: number): number {
  return CODE_TIERS.findLast(({ fromGuesses }) => wrongGuesses >= fromGuesses)?.digits ?? 6;
}

/** An unexpired, unused code, as far as a guess needs to know. */
export interface LiveCode {
  readonly codeKey: string;
  readonly digits: number;
  /** The asker whose request made it. */
  readonly askerKey: string | null;
}

/**
 * The code that a guess opens; null if it is wrong. A code of today's length is anybody's to enter:
 * the texts that a stranger asked for reach its owner as well. A shorter code, from before the wrong
 * guesses, is good for its own asker only, so that guessing at it has an end.
 */
export function openedBy<Code extends LiveCode>(
  codes: readonly Code[],
  guess: { readonly codeKey: string; readonly askerKey: string },
  digits: number,
): Code | null {
  const usable = (code: LiveCode) => code.digits >= digits || code.askerKey === guess.askerKey;
  return codes.find((code) => code.codeKey === guess.codeKey && usable(code)) ?? null;
}

/** Codes that can be valid at one time. */
export const MOST_LIVE_CODES = MOST_CODES * Math.ceil(CODE_MS / CODES_WINDOW_MS);

/**
 * The chance that a stranger's guesses open a contact within a day, at most, if all others together
 * make `guesses` wrong ones. Each guess meets every live code of its tier; the codes that a stranger
 * asked for himself may in addition be guessed at after the tier has passed.
 */
export function strangersChance(guesses: number): number {
  let chance = 0;
  for (const [at, { fromGuesses, digits }] of CODE_TIERS.entries()) {
    if (guesses <= fromGuesses) break;
    const until = CODE_TIERS[at + 1]?.fromGuesses ?? guesses;
    const each = 10 ** -digits;
    chance += (Math.min(guesses, until) - fromGuesses) * MOST_LIVE_CODES * each;
    if (guesses > until) chance += MOST_LIVE_CODES * ASKER_GUESSES * each;
  }
  return chance;
}
