/*
 * Amounts of money as integers in the smallest unit. An amount is never rounded silently, and an
 * unknown currency is refused.
 */

import { localeOf, type Language } from "./language.ts";

/** An amount in the smallest unit of its ISO 4217 currency: 189900000 IDR is Rp1.899.000. */
export interface Money {
  readonly minorUnits: number;
  readonly currency: string;
}

/** Digits after the decimal point, by ISO 4217. A missing currency is refused, not guessed. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  IDR: 2,
  USD: 2,
  EUR: 2,
  SGD: 2,
  MYR: 2,
  PHP: 2,
  THB: 2,
  INR: 2,
  GBP: 2,
  CNY: 2,
  JPY: 0,
  VND: 0,
  KRW: 0,
  KWD: 3,
  BHD: 3,
};

export function isKnownCurrency(currency: string): boolean {
  return currency in MINOR_DIGITS;
}

/**
 * Parses a decimal amount such as "1899000" or "19.99": no sign, no grouping, no more digits than
 * the currency has. Null for anything else.
 */
export function parseAmount(text: string, currency: string): Money | null {
  const digits = MINOR_DIGITS[currency];
  const match = /^(\d{1,12})(?:\.(\d{1,3}))?$/.exec(text);
  if (digits === undefined || !match) return null;
  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  const minorUnits = Number((match[1] as string) + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(minorUnits) ? { minorUnits, currency } : null;
}

/** For display: "Rp1.899.000", "$19.99". Whole amounts omit zero cents. */
export function formatMoney(money: Money, language: Language): string {
  const digits = MINOR_DIGITS[money.currency] ?? 2;
  const scale = 10 ** digits;
  const shownDigits = money.minorUnits % scale === 0 ? 0 : digits;
  const text = new Intl.NumberFormat(localeOf(language), {
    style: "currency",
    currency: money.currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: shownDigits,
    maximumFractionDigits: shownDigits,
  }).format(money.minorUnits / scale);
  return text.replace(/\u00a0/g, "");
}

/** The inverse of `parseAmount`: "1899000", "19.99". */
export function amountText({ minorUnits, currency }: Money): string {
  const digits = MINOR_DIGITS[currency] ?? 2;
  const whole = String(Math.trunc(minorUnits / 10 ** digits));
  const rest = minorUnits % 10 ** digits;
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(digits, "0")}`;
}
