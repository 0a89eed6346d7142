/*
 * Texts and their languages. A text is a pair, Indonesian beside English, at the place where it is
 * shown. A third language is a file that translates English texts; English stands in for a missing
 * one. Browsers load this file: it must not import the overrides.
 */

import { LANGUAGES } from "./languages/list.ts";

export type Language = keyof typeof LANGUAGES;

/** For readers of unknown language. */
export const DEFAULT_LANGUAGE = "id" satisfies Language;

/** Codes, in the order of the list. */
export const LANGUAGE_CODES = Object.keys(LANGUAGES) as [Language, ...Language[]];

export const isLanguage = (code: unknown): code is Language =>
  typeof code === "string" && Object.hasOwn(LANGUAGES, code);

/** The language of a browser's tag (`en-GB`) or of the first of a list of them. */
export function languageOfTag(tags: string | undefined): Language {
  const code = /^\s*([a-z]+)\b/i.exec(tags ?? "")?.[1]?.toLowerCase();
  return isLanguage(code) ? code : DEFAULT_LANGUAGE;
}

/** The tag that `Intl` formats numbers and times by. */
export const localeOf = (language: Language): string => LANGUAGES[language].locale;

/** A text as written in the sources, in policies and by operators. */
export interface Text {
  readonly id: string;
  readonly en: string;
}

/** The languages of a text. */
export const SIDES = ["id", "en"] as const satisfies readonly (keyof Text)[];

/** The side that is shown by default. */
export const sideOf = (language: Language): keyof Text =>
  SIDES.find((side) => side === language) ?? "en";

/** A tree of texts in one language. */
export type Spoken<T> = T extends Text
  ? string
  : T extends string
    ? string
    : { readonly [K in keyof T]: Spoken<T[K]> };

/** Whether a value is a text and has no other members. */
export const isText = (value: object): value is Text =>
  "id" in value && "en" in value && Object.keys(value).length === 2;

/** Fills the placeholders of a text: `{name}`. One without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

/** A text composed in the same way for each side. */
export const asText = (make: (side: keyof Text) => string): Text => ({
  id: make("id"),
  en: make("en"),
});

/** `fill` for both sides of a text. */
export const fillText = (text: Text, values: Readonly<Record<string, string | number>>): Text =>
  asText((side) => fill(text[side], values));

/** Something made for each language; values stored before a language was added lack that one. */
export type InEach<T> = { readonly id: T; readonly en: T } & {
  readonly [L in Language]?: T;
};

/** Makes it for each language. */
export const inEach = <T>(make: (language: Language) => T): InEach<T> =>
  Object.fromEntries(LANGUAGE_CODES.map((code) => [code, make(code)])) as unknown as InEach<T>;

/** The value for a language, else the English one. */
export const pick = <T>(made: InEach<T>, language: Language): T => made[language] ?? made.en;
