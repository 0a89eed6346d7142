/*
 * All formats. Platforms add columns over time, so a format is identified by the headers it must
 * have, as seen in public importers. No file may match two formats; a test compares them.
 */

import { CANONICAL } from "./canonical.ts";
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

/** The format of a file by its headers; null if none matches. */
export function detectFormat(headers: readonly string[]): Format | null {
  const there = new Set(headers);
  return FORMATS.find((format) => format.signature.every((header) => there.has(header))) ?? null;
}
