/*
 * Whether two deliveries go to one recipient at one place, from what their buyers typed.
 *
 * Must never happen: two houses of one street are one place. One place taken for two costs less,
 * since all orders are looked at together when the sale has closed.
 */

import { contradict, packed, shareDoor } from "./normalise/addressNumbers.ts";
import type { AddressNumber } from "./normalise/addressNumbers.ts";
import { normalDistrict, normalCity } from "./normalise/region.ts";
import { recipientName } from "./normalise/name.ts";
import { readAddress } from "./normalise/address.ts";
import { isNearWord } from "./normalise/nearWord.ts";

/** A place of delivery, taken apart. */
export interface DeliveryPlace {
  /** Words of the place without those of its city and district. */
  readonly words: readonly string[];
  /** Those of them that name its street. */
  readonly street: ReadonlySet<string>;
  readonly numbers: readonly AddressNumber[];
  readonly city: string;
  readonly district: string;
}

/** Words that two spellings of one place share, of the shorter one's. */
const SHARED_SHARE = 0.7;
/** One word in common is a street that every town has. */
const SHARED_WORDS = 2;

/**
 * An asterisk in what a buyer typed for her own delivery masks nothing. It is one character too many,
 * and no way to be another recipient.
 */
const typed = (text: string | undefined): string => (text ?? "").replaceAll("*", "");

/** Recipient and place of a delivery; null if one of them is missing or says nothing. */
function resolve(delivery: {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly district?: string | undefined;
  readonly city?: string | undefined;
}): { readonly recipient: string; readonly place: DeliveryPlace } | null {
  const recipient = recipientName(typed(delivery.name));
  const address = readAddress(typed(delivery.address));
  if (recipient === null || address === null) return null;
  const city = normalCity(delivery.city ?? "");
  const district = normalDistrict(delivery.district ?? "");
  const elsewhere = new Set(`${city} ${district}`.split(" "));
  const { street, numbers } = address;
  const words = address.tokens.filter((word) => !elsewhere.has(word));
  // An address that repeats its city only is better than none.
  const known = words.length > 0 ? words : address.tokens;
  return { recipient, place: { words: known, street, numbers, city, district } };
}

/** "Jakarta" and "Jakarta Selatan" may be one city; "Bandung" and "Surabaya" are two. */
const otherRegion = (a: string, b: string): boolean =>
  a !== "" && b !== "" && a !== b && !a.startsWith(`${b} `) && !b.startsWith(`${a} `);

/** How many words both have, and whether each names a street by a word that the other lacks. */
function compareWords(a: DeliveryPlace, b: DeliveryPlace) {
  const left = [...a.words];
  const right = [...b.words];
  // The same words first: "melati" must not be spent on "melatih".
  for (const isOne of [(x: string, y: string) => x === y, isNearWord]) {
    for (const word of left.slice()) {
      const at = right.findIndex((other) => isOne(word, other));
      if (at < 0) continue;
      right.splice(at, 1);
      left.splice(left.indexOf(word), 1);
    }
  }
  return {
    sharedCount: a.words.length - left.length,
    otherStreet:
      left.some((word) => a.street.has(word)) && right.some((word) => b.street.has(word)),
  };
}

/** The numbers of two places, packed alike. */
function packedNumbers(a: DeliveryPlace, b: DeliveryPlace) {
  const values = [...a.numbers, ...b.numbers].map(({ value }) => value);
  const packedOf = ({ numbers }: DeliveryPlace) =>
    numbers.map(({ kind, value }) => packed(kind, values.indexOf(value)));
  return { left: packedOf(a), right: packedOf(b) };
}

function isSame(a: DeliveryPlace, b: DeliveryPlace): boolean {
  const { left, right } = packedNumbers(a, b);
  if (contradict(left, right) || otherRegion(a.city, b.city)) return false;
  const { sharedCount, otherStreet } = compareWords(a, b);
  if (otherStreet) return false;
  const shorter = Math.min(a.words.length, b.words.length);
  const sameDoor = shareDoor(left, right);
  if (sameDoor && sharedCount >= SHARED_WORDS) return true;
  if (otherRegion(a.district, b.district)) return false;
  if (sameDoor) return sharedCount === shorter;
  return sharedCount >= SHARED_WORDS && sharedCount >= SHARED_SHARE * shorter;
}

/** Places by the words of their addresses. */
export const DELIVERY_PLACES = { resolve, isSame } as const;
