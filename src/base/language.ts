import { LANGUAGES } from "./languages/list.ts";

/*
 * Texts and the languages that they are read in. A text is a pair, Indonesian beside English, at the place where it is
 * shown. A third language is a file that gives another text for an English one; where it gives none, English is read.
 * Browsers load this file: it must not import the overrides.
 */

export type Language = keyof typeof LANGUAGES;

/** For a reader whose language nobody knows. */
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

/** One text, as it is written in the sources, in policies and by operators. */
export interface Text {
  readonly id: string;
  readonly en: string;
}

/** The languages that a text is written in. */
export const SIDES = ["id", "en"] as const satisfies readonly (keyof Text)[];

/** The side that a reader is shown where nothing else is written. */
export const sideOf = (language: Language): keyof Text =>
  SIDES.find((side) => side === language) ?? "en";

/** A tree of texts as one reader sees it. */
export type Spoken<T> = T extends Text
  ? string
  : T extends string
    ? string
    : { readonly [K in keyof T]: Spoken<T[K]> };

/** Whether a value is a text and nothing else. */
export const isText = (value: object): value is Text =>
  "id" in value && "en" in value && Object.keys(value).length === 2;

/** Puts values into the places of a text: `{name}`. A place without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

/** A text that is put together, the same way for each of its sides. */
export const asText = (make: (side: keyof Text) => string): Text => ({
  id: make("id"),
  en: make("en"),
});

/** `fill` on both sides of a text. */
export const fillText = (text: Text, values: Readonly<Record<string, string | number>>): Text =>
  asText((side) => fill(text[side], values));

/** Something that was made for each language; what was stored before a language came lacks that one. */
export type InEach<T> = { readonly id: T; readonly en: T } & {
  readonly [L in Language]?: T;
};

/** Makes it for each language. */
export const inEach = <T>(make: (language: Language) => T): InEach<T> =>
  Object.fromEntries(LANGUAGE_CODES.map((code) => [code, make(code)])) as unknown as InEach<T>;

/** What was made for a language; English where nothing was. */
export const pick = <T>(made: InEach<T>, language: Language): T => made[language] ?? made.en;
