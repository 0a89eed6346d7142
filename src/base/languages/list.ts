/**
 * The languages that people can read in, and nothing else: buyers' scripts load this file. Texts are written in the
 * first two, beside each other; every other language is a file of overrides in this folder.
 */
export const LANGUAGES = {
  id: { name: "Bahasa Indonesia", locale: "id-ID" },
  en: { name: "English", locale: "en-GB" },
} as const;

/** The texts of another language by the English ones. */
export type Overrides = Readonly<Record<string, string>>;
