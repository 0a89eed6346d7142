/*
 * Canonical JSON: one text per value, for everything that is hashed or signed. A change of its
 * output would break every published record.
 */

/** JSON values. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * One text for one value by RFC 8785 (JCS): keys in UTF-16 order, no white space. Numbers must be
 * finite; JSON.stringify already writes them as JCS requires.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") {
    if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("not JSON");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object = value as { readonly [key: string]: Json };
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`);
  return `{${members.join(",")}}`;
}

/** Compares by code units, as JCS sorts keys: below 0 where `a` comes first. */
export const byLetters = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
