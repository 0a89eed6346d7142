/** The two languages that every text of Giliran has. */
export type Language = "id" | "en";

/** A tree of pairs as one reader sees it: each pair is one of its sides. */
export type Spoken<T> = T extends { readonly id: infer A; readonly en: unknown }
  ? A extends string
    ? string
    : A
  : T extends string
    ? string
    : { readonly [K in keyof T]: Spoken<T[K]> };

function isPair(value: object): value is { readonly id: unknown; readonly en: unknown } {
  return "id" in value && "en" in value && Object.keys(value).length === 2;
}

/** All texts of `words` in one language. */
export function inLanguage<T>(words: T, language: Language): Spoken<T>;
export function inLanguage(words: unknown, language: Language): unknown {
  if (typeof words !== "object" || words === null) return words;
  if (Array.isArray(words)) return words.map((one) => inLanguage(one as unknown, language));
  if (isPair(words)) return words[language];
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [key, inLanguage(value as unknown, language)]),
  );
}
