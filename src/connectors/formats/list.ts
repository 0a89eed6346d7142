import { CANONICAL } from "./canonical.ts";
import type { Format } from "./format.ts";
import { LAZADA } from "./lazada.ts";
import { SHOPEE_ENGLISH, SHOPEE_INDONESIAN } from "./shopee.ts";
import { SHOPIFY } from "./shopify.ts";
import { TIKTOK_SHOP } from "./tiktokShop.ts";

/*
 * All formats. Platforms add columns over time, so a format is known by the headers that it must have, as seen in public
 * importers. No two formats may be known by one file: a test compares them.
 */

export const FORMATS: readonly Format[] = [
  CANONICAL,
  LAZADA,
  SHOPEE_INDONESIAN,
  SHOPEE_ENGLISH,
  TIKTOK_SHOP,
  SHOPIFY,
];

/** The format of a file by its headers; null if none matches. */
export function detectFormat(headers: readonly string[]): Format | null {
  const there = new Set(headers);
  return FORMATS.find((format) => format.signature.every((header) => there.has(header))) ?? null;
}
