/* The sale: when it is, what it sells, and when people come through. */

import type { SeededChance } from "../../../../src/crowd/chance.ts";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Tuesday, 16 February 2021, 10:00 in Jakarta. */
export const SALE_START_MS = Date.UTC(2021, 1, 16, 3, 0, 0);
/** Units of orders that were not paid are sold until 10:45. */
export const SALE_LENGTH_MS = 45 * MINUTE_MS;

interface Article {
  readonly sku: string;
  readonly priceRupiah: number;
  /** How many of a hundred want it. */
  readonly wanted: number;
  /** The first stock is gone after this. */
  readonly goneMs: number;
}

export const ARTICLES: readonly Article[] = [
  { sku: "M3-4-64-KUNING", priceRupiah: 1_899_000, wanted: 24, goneMs: 70 * SECOND_MS },
  { sku: "M3-4-64-HITAM", priceRupiah: 1_899_000, wanted: 20, goneMs: 2 * MINUTE_MS },
  { sku: "M3-4-64-BIRU", priceRupiah: 1_899_000, wanted: 14, goneMs: 3 * MINUTE_MS },
  { sku: "M3-6-128-KUNING", priceRupiah: 2_299_000, wanted: 17, goneMs: 3 * MINUTE_MS },
  { sku: "M3-6-128-HITAM", priceRupiah: 2_299_000, wanted: 15, goneMs: 4 * MINUTE_MS },
  { sku: "M3-6-128-BIRU", priceRupiah: 2_299_000, wanted: 10, goneMs: 5 * MINUTE_MS },
];

const WISHES = ARTICLES.flatMap((article) => Array.from({ length: article.wanted }, () => article));

/** A buyer at this time gets the wish, or one of the articles that are left. */
export function anySku(afterMs: number, chance: SeededChance): string {
  const wish = chance.pick(WISHES);
  if (afterMs < wish.goneMs || chance.fraction() < 0.25) return wish.sku;
  const left = ARTICLES.filter(({ goneMs }) => afterMs < goneMs);
  return left.length === 0 ? wish.sku : chance.pick(left).sku;
}

const exponential = (meanMs: number, chance: SeededChance) =>
  -Math.log(1 - chance.fraction()) * meanMs;

/** Into the sale, at its end at the latest. */
export const withinSale = (afterMs: number) =>
  Math.round(Math.min(SALE_LENGTH_MS - 1, Math.max(0, afterMs)));

/**
 * When a person's order goes through: nobody is through a checkout in less than three seconds, most
 * of the stock goes in five minutes, and a fifth gets what others gave back.
 */
export function humanAfterMs(chance: SeededChance): number {
  const kind = chance.fraction();
  if (kind < 0.22) return withinSale(3_200 + exponential(9 * SECOND_MS, chance));
  if (kind < 0.8) return withinSale(6_000 + exponential(85 * SECOND_MS, chance));
  return withinSale(2 * MINUTE_MS + exponential(11 * MINUTE_MS, chance));
}

/** Some time after another order, by `meanMs` on average. */
export const soonAfter = (afterMs: number, meanMs: number, chance: SeededChance) =>
  withinSale(afterMs + 900 + exponential(meanMs, chance));
