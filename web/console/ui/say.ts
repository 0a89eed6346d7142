/* Words, numbers and times in the console's language. */

import { fill as fillPlaces, localeOf } from "../../../src/base/language.ts";
import type { Spoken } from "../../../src/base/language.ts";
import { translateAll } from "../../../src/base/translate.ts";
import { COMMON_WORDS } from "./words.ts";
import { language, overrides } from "../../ui/pageLanguage.client.ts";
import { formatInstant } from "../../../src/base/zone.ts";
import { formatMoney } from "../../../src/base/money.ts";

export const words = translateAll(COMMON_WORDS, language, overrides);

/** The shared words together with those of one screen. */
export function speak<T extends object>(own: T): typeof words & Spoken<T> {
  return Object.assign({}, words, translateAll(own, language, overrides));
}

const LOCALE = localeOf(language);
const numbers = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 2 });

export const number = (value: number) => numbers.format(value);
export const percent = (share: number) => percents.format(share);
export const money = (minorUnits: number, currency: string) =>
  formatMoney({ minorUnits, currency }, language);

/** Fills `{name}` in a text; numbers as the reader writes them. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  const shown = Object.entries(values).map(
    ([name, value]) => [name, typeof value === "number" ? number(value) : value] as const,
  );
  return fillPlaces(text, Object.fromEntries(shown));
}

/** A moment in the reader's own time zone. */
export const moment = (iso: string) =>
  new Date(iso).toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "short" });
/** A moment in a given time zone. */
export const momentIn = (iso: string, timeZone: string) =>
  formatInstant(Date.parse(iso), timeZone, language);

/** "5 h", "12 min", or that the time is over. */
export function timeLeft(iso: string): string {
  const minutes = Math.round((Date.parse(iso) - Date.now()) / 60_000);
  if (minutes < 0) return words.overdue;
  const unit = minutes < 90 ? "minute" : "hour";
  const value = minutes < 90 ? minutes : Math.round(minutes / 60);
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "short" }).format(value);
}

/** The word for a key, or the key itself: the server may know more keys than this page. */
export function named(names: Readonly<Record<string, string>>, key: string): string {
  return names[key] ?? key;
}
