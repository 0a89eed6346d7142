/*
 * All formats. Platforms add columns over time, so a format is identified by the headers it must
 * have, as seen in public importers. No file may match two formats; a test compares them.
 */

import type { Text } from "../../base/language.ts";
import { CANONICAL } from "./canonical.ts";
import { headerKey } from "./cells.ts";
import type { Format } from "./format.ts";
import { LAZADA } from "./lazada.ts";
import { SHOPEE_ENGLISH, SHOPEE_INDONESIAN } from "./shopee.ts";
import { SHOPIFY } from "./shopify.ts";
import { TIKTOK_SHOP } from "./tiktokShop.ts";

export const FORMATS: readonly Format[] = [
  CANONICAL,
  LAZADA,
  SHOPEE_INDONESIAN,
  SHOPEE_ENGLISH,
  TIKTOK_SHOP,
  SHOPIFY,
];

/** The format of a file by its headers, in any order, case and dress; null if none matches. */
export function detectFormat(headers: readonly string[]): Format | null {
  const there = new Set(headers.map(headerKey));
  const isThere = (header: string) => there.has(headerKey(header));
  return FORMATS.find((format) => format.signature.every(isThere)) ?? null;
}

/** From this share of its headers on a file was meant to be of a format. */
const NEAR_SHARE = 0.6;

/** A format that a file lacks little of. */
export interface Near {
  readonly title: Text;
  /** Headers that are not there. */
  readonly lacks: readonly string[];
}

/** The format that a row of headers lacks little of; null if it is like none. */
export function nearestFormat(headers: readonly string[], formats: readonly Format[]): Near | null {
  const there = new Set(headers.map(headerKey));
  const near = formats
    .map(({ title, signature }) => {
      const lacks = signature.filter((header) => !there.has(headerKey(header)));
      return { title, lacks, share: 1 - lacks.length / signature.length };
    })
    .filter(({ share, lacks }) => share >= NEAR_SHARE && lacks.length > 0)
    .toSorted((a, b) => b.share - a.share)[0];
  return near === undefined ? null : { title: near.title, lacks: near.lacks };
}
