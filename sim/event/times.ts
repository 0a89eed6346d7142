/* When orders arrive and when accounts were made. All times are whole milliseconds since 1970. */

import type { SeededChance } from "../../src/crowd/chance.ts";

/** The sale of 26 January 2021, 10:00 in Jakarta. */
export const SALE_MS = Date.UTC(2021, 0, 26, 3, 0, 0);
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const CHANNELS = ["own", "lazada", "shopee", "akulaku"] as const;
export type Channel = (typeof CHANNELS)[number];

/** An exponential wait with this mean. */
export const waitMs = (meanMs: number, chance: SeededChance): number =>
  -Math.log(1 - chance.fraction()) * meanMs;

/** How a channel fills: a rush of those who waited for the second, and those who come after it. */
const CURVES: Readonly<
  Record<Channel, { rush: number; rushMs: number; lagMs: number; meanMs: number }>
> = {
  own: { rush: 0.38, rushMs: 2_600, lagMs: 700, meanMs: 58_000 },
  lazada: { rush: 0.3, rushMs: 4_500, lagMs: 900, meanMs: 70_000 },
  shopee: { rush: 0.5, rushMs: 3_200, lagMs: 800, meanMs: 45_000 },
  akulaku: { rush: 0.12, rushMs: 9_000, lagMs: 4_000, meanMs: 95_000 },
};
const SOLD_OUT_MS = 300_000;

/** When a genuine buyer's order arrives. Few come late, for units that others did not pay. */
export function arrivalMs(channel: Channel, chance: SeededChance): number {
  if (chance.fraction() < 0.025) return SALE_MS + SOLD_OUT_MS + chance.below(40 * MINUTE_MS);
  const { rush, rushMs, lagMs, meanMs } = CURVES[channel];
  for (;;) {
    const isRush = chance.fraction() < rush;
    const afterMs = lagMs + waitMs(isRush ? rushMs : meanMs, chance);
    if (afterMs < SOLD_OUT_MS) return Math.round(SALE_MS + afterMs);
  }
}

/** A moment by daylight and evening: 20:00 in Jakarta is likelier than 04:00. */
function wakingMs(dayMs: number, chance: SeededChance): number {
  const hour = 8 + 15 * Math.sqrt(chance.fraction());
  return Math.round(dayMs + (hour - 7) * HOUR_MS + chance.below(20 * MINUTE_MS));
}

/** Midnight in UTC so many days before the sale. */
export const dayBefore = (days: number): number => SALE_MS - 3 * HOUR_MS - days * DAY_MS;

/** Days of a campaign, on which far more accounts are made than on others. */
const CAMPAIGN_DAYS = [14, 34, 45];

export const campaignMs = (chance: SeededChance): number => {
  const day = dayBefore(chance.pick(CAMPAIGN_DAYS));
  // Half of them come in the hour of the broadcast, at 19:00.
  if (chance.fraction() < 0.5)
    return Math.round(day + 12 * HOUR_MS + waitMs(18 * MINUTE_MS, chance));
  return wakingMs(day, chance);
};

/** An account of some age: most are years old, many came with earlier sales. */
export function accountMs(chance: SeededChance): number {
  const draw = chance.fraction();
  if (draw < 0.12) return campaignMs(chance);
  const days = draw < 0.4 ? 4 + chance.below(120) : 60 + 1_500 * chance.fraction() ** 1.5;
  return wakingMs(dayBefore(Math.round(days)), chance);
}

/** An account that was made for this sale, in its last three days and mostly in the last hours. */
export function newcomerMs(chance: SeededChance): number {
  const earlierMs =
    chance.fraction() < 0.65 ? waitMs(3 * HOUR_MS, chance) : chance.fraction() * 3 * DAY_MS;
  return Math.round(SALE_MS - 90 * SECOND_MS - Math.min(earlierMs, 3 * DAY_MS));
}
