/* Moves an announced sale to another time and size, with the same rules, channels and prices. */

import { must } from "../../src/base/assert.ts";
import type { Allotment, SaleDefinition } from "../../src/sale/definition.ts";

export interface Staging {
  readonly slug: string;
  readonly lobbyOpensAtMs: number;
  readonly opensAtMs: number;
  readonly openMs: number;
  /** All units of the round. */
  readonly unitCount: number;
  readonly offerMs: number;
  readonly paymentMs: number;
  /** Search range of the proof of work; small, since one machine solves it for everybody. */
  readonly workCost: number;
  /** The invented parts of the staging, shown on the page. */
  readonly synthetic: string;
}

/**
 * Distributes `total` in proportion to the parts (largest remainder): the sum is exact, and a part
 * that had units keeps at least one if there are enough.
 */
export function scaleUnits(allotments: readonly Allotment[], total: number): Allotment[] {
  const whole = allotments.reduce((sum, allotment) => sum + allotment.units, 0);
  const exact = allotments.map((allotment) => (allotment.units * total) / whole);
  const units = exact.map((value) => Math.floor(value));
  let left = total - units.reduce((sum, value) => sum + value, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left-- <= 0) break;
    units[index] = (units[index] as number) + 1;
  }
  return allotments
    .map((allotment, index) => ({ ...allotment, units: units[index] as number }))
    .filter((allotment) => allotment.units > 0);
}

/** The staged sale. */
export function stageSale(definition: SaleDefinition, staging: Staging): SaleDefinition {
  const round = must(definition.rounds[0], "a sale has a round");
  const whole = round.allotments.reduce((sum, allotment) => sum + allotment.units, 0);
  const { slug, unitCount, workCost, lobbyOpensAtMs, opensAtMs, openMs, offerMs, paymentMs } =
    staging;
  return {
    ...definition,
    slug,
    workCost,
    channels: definition.channels.map((channel) => ({
      ...channel,
      codQuotaCount: Math.ceil((channel.codQuotaCount * unitCount) / whole),
    })),
    rounds: [
      {
        ...round,
        lobbyOpensAtMs,
        opensAtMs,
        closesAtMs: opensAtMs + openMs,
        offerMs,
        paymentMs,
        offerExtensionMs: Math.round(offerMs / 2),
        allotments: scaleUnits(round.allotments, unitCount),
      },
    ],
    synthetic: [staging.synthetic, ...definition.synthetic],
  };
}
