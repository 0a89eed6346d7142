/*
 * Whether two deliveries go to one recipient at one place, from what their buyers typed.
 *
 * Must never happen: two houses of one street are one place. One place taken for two costs less,
 * since all orders are looked at together when the sale has closed.
 */

import { normalDistrict, normalCity } from "./normalise/region.ts";
import { normalName } from "./normalise/name.ts";
import { readAddress } from "./normalise/address.ts";
import { isNearWord } from "./table/places.ts";

/** A place of delivery, taken apart. */
export interface DeliveryPlace {
  /** Words of the place without those of its city and district. */
  readonly words: readonly string[];
  /** "" where none is given. */
  readonly block: string;
  readonly houseNumber: string;
  readonly unit: string;
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
  const recipient = normalName(typed(delivery.name));
  const address = readAddress(typed(delivery.address));
  if (recipient === null || address === null) return null;
  const city = normalCity(delivery.city ?? "");
  const district = normalDistrict(delivery.district ?? "");
  const elsewhere = new Set(`${city} ${district}`.split(" "));
  const house = address.house.split(" ").filter(Boolean);
  const words = address.tokens.filter((word) => !elsewhere.has(word));
  return {
    recipient,
    place: {
      // An address that repeats its city only is better than none.
      words: words.length > 0 ? words : address.tokens,
      block: house.filter((part) => !/^\d+$/.test(part)).join(" "),
      houseNumber: house.findLast((part) => /^\d+$/.test(part)) ?? "",
      unit: address.unit,
      city,
      district,
    },
  };
}

/** Both are given, and are not the same. */
const differ = (a: string, b: string): boolean => a !== "" && b !== "" && a !== b;

/** "Jakarta" and "Jakarta Selatan" may be one city; "Bandung" and "Surabaya" are two. */
const otherRegion = (a: string, b: string): boolean =>
  differ(a, b) && !a.startsWith(`${b} `) && !b.startsWith(`${a} `);

function sharedCount(a: readonly string[], b: readonly string[]): number {
  const left = [...b];
  let count = 0;
  for (const word of a) {
    const at = left.findIndex((other) => other === word || isNearWord(word, other));
    if (at < 0) continue;
    left.splice(at, 1);
    count++;
  }
  return count;
}

function isSame(a: DeliveryPlace, b: DeliveryPlace): boolean {
  if (differ(a.houseNumber, b.houseNumber) || differ(a.block, b.block)) return false;
  if (differ(a.unit, b.unit) || otherRegion(a.city, b.city)) return false;
  const shared = sharedCount(a.words, b.words);
  const shorter = Math.min(a.words.length, b.words.length);
  const sameDoor = a.houseNumber !== "" && a.houseNumber === b.houseNumber;
  if (sameDoor && shared >= SHARED_WORDS) return true;
  if (otherRegion(a.district, b.district)) return false;
  if (sameDoor) return shared === shorter;
  return shared >= SHARED_WORDS && shared >= SHARED_SHARE * shorter;
}

/** Places by the words of their addresses. */
export const DELIVERY_PLACES = { resolve, isSame } as const;
