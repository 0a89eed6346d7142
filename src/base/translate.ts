/*
 * Translates texts by the overrides of a language. A text without an override is shown in English,
 * never omitted. Browsers load this file.
 */

import { fill, isText, SIDES, type Language, type Spoken, type Text } from "./language.ts";
import type { Overrides } from "./languages/list.ts";

/** A text in one language, also if its placeholders are already filled. */
export function translate(text: Text, language: Language, overrides: Overrides = {}): string {
  const side = SIDES.find((one) => one === language);
  if (side) return text[side];
  return override(text.en, overrides) ?? filled(text.en, overrides, LEAST_LETTERS) ?? text.en;
}

/** All texts of a tree. A plain string is the same in all languages of the sources. */
export function translateAll<T>(words: T, language: Language, overrides?: Overrides): Spoken<T>;
export function translateAll(
  words: unknown,
  language: Language,
  overrides: Overrides = {},
): unknown {
  if (typeof words === "string") return override(words, overrides) ?? words;
  if (typeof words !== "object" || words === null) return words;
  if (isText(words)) {
    const side = SIDES.find((one) => one === language);
    return side ? words[side] : (override(words.en, overrides) ?? words.en);
  }
  const inner = (one: unknown): unknown => translateAll(one, language, overrides);
  if (Array.isArray(words)) return words.map(inner);
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, inner(value)]));
}

const override = (english: string, overrides: Overrides): string | undefined =>
  Object.hasOwn(overrides, english) ? overrides[english] : undefined;

/**
 * With fewer letters of its own, a sentence with placeholders would match anything that an operator
 * wrote.
 */
const LEAST_LETTERS = 12;

const escaped = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

interface Sentence {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly letterCount: number;
  readonly said: string;
}

/** Sentences with placeholders, those with the most own letters first. */
const sentences = new WeakMap<Overrides, readonly Sentence[]>();

function sentencesOf(overrides: Overrides): readonly Sentence[] {
  const known = sentences.get(overrides);
  if (known) return known;
  const made = Object.entries(overrides)
    .filter(([english]) => /\{\w+\}/.test(english))
    .map(([english, said]) => {
      const parts = english.split(/\{\w+\}/);
      const pattern = new RegExp(`^${parts.map(escaped).join("(.+?)")}$`, "s");
      const names = [...english.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      return { pattern, names, letterCount: parts.join("").length, said };
    })
    .sort((a, b) => b.letterCount - a.letterCount);
  sentences.set(overrides, made);
  return made;
}

/**
 * The translation of a stored text with filled placeholders (a reason that names a device): finds
 * its sentence by the text.
 */
function filled(english: string, overrides: Overrides, leastLetters: number): string | undefined {
  for (const { pattern, names, letterCount, said } of sentencesOf(overrides)) {
    const found = letterCount < leastLetters ? null : pattern.exec(english);
    if (!found) continue;
    // A value may be a text itself: "3 minutes".
    const values = found
      .slice(1)
      .map((value) => override(value, overrides) ?? filled(value, overrides, 1) ?? value);
    return fill(said, Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""])));
  }
  return undefined;
}
