import type { Evidence } from "./evidence.ts";

/** Neighbours write a place in about this many ways for each ten of them. */
const SPELLINGS_PER_TEN = 6;

/**
 * One place in more spellings than its people need. In a dorm everybody writes in an own way, so this
 * says little: two bits at most, and nothing where people have their own devices and payments.
 */
export function manySpellings(
  orders: number,
  spellings: number,
  fewIdentifiersBits: number,
): Evidence | null {
  if (orders < 5 || fewIdentifiersBits <= 0) return null;
  const expected = 1 + (orders * SPELLINGS_PER_TEN) / 10;
  const bits = Math.min(2, Math.max(0, Math.log2(spellings / expected) * 2));
  return bits === 0
    ? null
    : { family: "many_spellings", bits, p: null, facts: { orders, spellings } };
}
