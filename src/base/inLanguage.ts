import { isText, type Language, type Spoken, type Text } from "./language.ts";
import type { Overrides } from "./languages/list.ts";
import { OVERRIDES } from "./languages/overrides.ts";
import { translate, translateAll } from "./translate.ts";

/* Texts in any language, for the server. Browsers are sent their words and never load all languages. */

/** A text as one reader sees it. */
export const textIn = (text: Text, language: Language): string =>
  translate(text, language, OVERRIDES[language]);

/** All texts of `words` in one language. */
export const inLanguage = <T>(words: T, language: Language): Spoken<T> =>
  translateAll(words, language, OVERRIDES[language]);

/** All texts of a language that is not written in the sources; none for one that is. */
export const overridesOf = (language: Language): Overrides | undefined => OVERRIDES[language];

/** Every text of a tree of words, by the English one. */
export function englishOf(words: unknown): string[] {
  if (typeof words === "string") return [words];
  if (typeof words !== "object" || words === null) return [];
  return isText(words) ? [words.en] : Object.values(words).flatMap(englishOf);
}

/** What a page's script needs to say texts of an answer; none for a language that is written in the sources. */
export function overridesFor(words: unknown, language: Language): Overrides | undefined {
  const all = OVERRIDES[language];
  if (!all) return undefined;
  const entries = englishOf(words).flatMap((english) => {
    const said = all[english];
    return said === undefined ? [] : [[english, said] as const];
  });
  return Object.fromEntries(entries);
}
