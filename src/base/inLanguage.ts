/*
 * Texts in any language, for the server. Browsers get their words from it and must never load all
 * languages.
 */

import { isText, type Language, type Spoken, type Text } from "./language.ts";
import type { Overrides } from "./languages/list.ts";
import { OVERRIDES } from "./languages/overrides.ts";
import { translate, translateAll } from "./translate.ts";

/** A text in one language. */
export const textIn = (text: Text, language: Language): string =>
  translate(text, language, OVERRIDES[language]);

/** Resolves all texts of `words` to one language. */
export const inLanguage = <T>(words: T, language: Language): Spoken<T> =>
  translateAll(words, language, OVERRIDES[language]);

/** All translations of a language outside the sources; undefined for one in them. */
export const overridesOf = (language: Language): Overrides | undefined => OVERRIDES[language];

/** The English sides of all texts in a tree. */
export function englishOf(words: unknown): string[] {
  if (typeof words === "string") return [words];
  if (typeof words !== "object" || words === null) return [];
  return isText(words) ? [words.en] : Object.values(words).flatMap(englishOf);
}

/**
 * The translations that a page's script needs for the texts of an answer; undefined for a language
 * in the sources.
 */
export function overridesFor(words: unknown, language: Language): Overrides | undefined {
  const all = OVERRIDES[language];
  if (!all) return undefined;
  const wanted = new Set(englishOf(words));
  return Object.fromEntries(Object.entries(all).filter(([english]) => wanted.has(english)));
}
