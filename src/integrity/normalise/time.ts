/*
 * Moments as exports write them, in milliseconds since 1970 UTC; NaN for a moment that there is not. Must never
 * happen: two rows of one column are read in two ways, so the order of day and month is an argument.
 */

import { dateParts, zoneMinutesOf, type DateParts } from "./clockTime.ts";

/** The order of year, month and day in a date: 2/3/2026 is 2 March (dmy) or 3 February (mdy). */
export type DateOrder = "dmy" | "mdy" | "ymd" | "ydm";

/** Which order is read in each kind of date; a month that is a word leaves nothing open. */
export interface DateOrders {
  readonly yearFirst: DateOrder;
  readonly yearLast: DateOrder;
  readonly twoDigits: DateOrder;
}

export const USUAL_ORDERS: DateOrders = { yearFirst: "ymd", yearLast: "dmy", twoDigits: "dmy" };

/** No shop sold online before, and none has sold after. */
export const YEARS = { first: 2_000, last: 2_099 } as const;

const DAY_MS = 86_400_000;
/** Days from the first day of spreadsheets to 1970. */
const SERIAL_1970 = 25_569;

/** Milliseconds since 1970 UTC of a day; NaN where there is no such day, or none that a shop can mean. */
function dayMs([year, month, day]: readonly [number, number, number]): number {
  if (!(year >= YEARS.first && year <= YEARS.last && month >= 1 && month <= 12 && day >= 1))
    return Number.NaN;
  // 31 February is no day.
  if (day > 28 && day > daysIn({ year, month })) return Number.NaN;
  return Date.UTC(year, month - 1, day);
}

function daysIn({ year, month }: { readonly year: number; readonly month: number }): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const inYears = (ms: number): number => {
  const year = new Date(ms).getUTCFullYear();
  return year >= YEARS.first && year <= YEARS.last ? ms : Number.NaN;
};

/**
 * A moment that is written as one number: seconds, milliseconds or microseconds since 1970, 14 digits of a date
 * and time, or days since 1900 as spreadsheets count them (local time). Null for any other text.
 */
export function numberMoment(text: string, offsetMinutes: number): number | null {
  const whole = /^(\d{9,10}|\d{12,13}|\d{14}|\d{16})(?:\.0+)?$/.exec(text)?.[1];
  if (whole !== undefined) {
    if (whole.length === 14) return compactMoment(whole, offsetMinutes);
    if (whole.startsWith("0")) return Number.NaN;
    const unit = whole.length <= 10 ? 1_000 : whole.length <= 13 ? 1 : 1 / 1_000;
    return inYears(Math.floor(Number(whole) * unit));
  }
  const serial = /^\d{5}(?:[.,]\d+)?$/.exec(text);
  if (!serial) return null;
  const days = Number(text.replace(",", ".")) - SERIAL_1970;
  return inYears(Math.round(days * DAY_MS)) - offsetMinutes * 60_000;
}

function compactMoment(digits: string, offsetMinutes: number): number {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((from, at) =>
    Number(digits.slice(from, at === 0 ? 4 : from + 2)),
  ) as [number, number, number, number, number, number];
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const clock = ((hour * 60 + minute) * 60 + second) * 1_000;
  return dayMs([year, month, day]) + clock - offsetMinutes * 60_000;
}

/** The way that nearly all exports write a moment, quickly: year, month and day, with or without a time and a zone. */
const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** The parts of a date; quick for the usual form. */
export function partsOf(text: string): DateParts | null {
  const iso = ISO.exec(text);
  if (!iso) return dateParts(text);
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "0", zone] = iso;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const clockMs =
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 +
    Number(fraction.padEnd(3, "0"));
  const zoneMinutes =
    zone === undefined ? null : zone === "Z" || zone === "z" ? 0 : zoneMinutesOf(zone);
  return {
    family: "yearFirst",
    parts: [Number(year), Number(month), Number(day)],
    clockMs,
    zoneMinutes,
  };
}

/** The moment of parts whose order is known. */
export function momentOf(parts: DateParts, order: DateOrder, offsetMinutes: number): number {
  const eastMinutes = parts.zoneMinutes ?? offsetMinutes;
  return dayMs(inOrder(parts, order)) + parts.clockMs - eastMinutes * 60_000;
}

function inOrder({ family, parts }: DateParts, order: DateOrder): [number, number, number] {
  const [a, b, c] = parts;
  if (family === "word") return [a, b, c];
  const [year, month, day] =
    order === "ymd"
      ? [a, b, c]
      : order === "ydm"
        ? [a, c, b]
        : order === "dmy"
          ? [c, b, a]
          : [c, a, b];
  return [family === "twoDigits" ? 2_000 + year : year, month, day];
}

/**
 * A moment in milliseconds from the ways that exports write one; NaN when it cannot be read. Times
 * without a zone are taken as of `offsetMinutes` east of Greenwich (Jakarta: 420).
 */
export function readMoment(
  text: string,
  offsetMinutes: number,
  orders: DateOrders = USUAL_ORDERS,
): number {
  const clean = text.trim();
  const number = numberMoment(clean, offsetMinutes);
  if (number !== null) return number;
  const parts = partsOf(clean);
  if (parts === null) return Number.NaN;
  return momentOf(parts, parts.family === "word" ? "ymd" : orders[parts.family], offsetMinutes);
}
