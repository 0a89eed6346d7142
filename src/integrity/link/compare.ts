/* How alike two values of a field are, in levels. */

import { must } from "../../base/assert.ts";
import { distance } from "fastest-levenshtein";
import { phoneDistance } from "../normalise/phone.ts";
import { isOneSlip } from "../normalise/nearWord.ts";
import { Places, type PlaceBook } from "../table/places.ts";

/**
 * How a field is compared. The level of a pair is 0 (they differ) up to the field's top (the same);
 * -1 where a side is missing, which says nothing either way.
 */
export type FieldKind =
  | "phone"
  | "email"
  | "name"
  | "text"
  | "date"
  | "number"
  | "address"
  | "exact";

export const TOP_LEVEL: Readonly<Record<FieldKind, number>> = {
  phone: 2,
  email: 2,
  name: 3,
  text: 3,
  date: 2,
  number: 2,
  address: 5,
  exact: 1,
};

/** Compares two different values of a field; equal ones are at the top by definition. */
export type Comparator = (a: number, b: number) => number;

/** For each letter of the second text whether it was matched; kept between calls, because millions of them follow each other. */
let taken = new Uint8Array(64);

/** Jaro–Winkler similarity, 0 to 1 (Winkler 1990; prefix weight 0.1 over four letters at most). */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  if (b.length > taken.length) taken = new Uint8Array(2 * b.length);
  taken.fill(0, 0, b.length);
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const matched: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const letter = a.charCodeAt(i);
    const last = Math.min(b.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (taken[j] === 1 || letter !== b.charCodeAt(j)) continue;
      taken[j] = 1;
      matched.push(letter);
      break;
    }
  }
  const matches = matched.length;
  if (matches === 0) return 0;
  let [moved, at] = [0, 0];
  for (let j = 0; j < b.length; j++)
    if (taken[j] === 1 && b.charCodeAt(j) !== matched[at++]) moved++;
  const jaro = (matches / a.length + matches / b.length + (matches - moved / 2) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

function textLevel(a: string, b: string): number {
  const similarity = jaroWinkler(a, b);
  return similarity >= 0.92 ? 2 : similarity >= 0.8 ? 1 : 0;
}

/** In a shorter mail box one letter makes another person's. */
const SHORT_LOCAL = 4;

/** Same digits in another order, or one of them wrong: what a slip of the hand does to a number. */
function isSlip(a: string, b: string): boolean {
  if (distance(a, b) === 1) return true;
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a.slice(at, at + 2) === `${b[at + 1]}${b[at]}` && a.slice(at + 2) === b.slice(at + 2);
}

/** One slip of the hand before or behind the "@"; the other half is the same. */
function isNearMail(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const [localA = "", domainA = ""] = a.split("@");
  const [localB = "", domainB = ""] = b.split("@");
  if (domainA === domainB) return localA.length > SHORT_LOCAL && isOneSlip(localA, localB);
  return localA === localB && isOneSlip(domainA, domainB);
}

/** A comparator of numbers of texts, by one of the texts themselves. */
function ofTexts(
  values: readonly string[],
  compare: (left: string, right: string) => number,
): Comparator {
  const textOf = (value: number) => must(values[value], "a text of each value");
  return (a, b) => compare(textOf(a), textOf(b));
}

/** The comparator of a field over its dictionary of values. */
export function comparatorOf(
  kind: FieldKind,
  values: readonly string[],
  places?: PlaceBook,
): Comparator {
  switch (kind) {
    case "name":
    case "text":
      return ofTexts(values, textLevel);
    case "phone":
      return ofTexts(values, (left, right) => (phoneDistance(left, right) <= 1 ? 1 : 0));
    case "email":
      return ofTexts(values, (left, right) => (isNearMail(left, right) ? 1 : 0));
    case "date":
    case "number":
      return ofTexts(values, (left, right) => (isSlip(left, right) ? 1 : 0));
    case "address": {
      const known = places ?? new Places(values);
      return (a, b) => known.level(a, b);
    }
    case "exact":
      return () => 0;
  }
}
