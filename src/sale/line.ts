/*
 * The line: which waiting entry gets which unit. Pure; the caller loads the places and writes the
 * decision in one transaction. No entry may be served before an earlier one that wants the same
 * unit.
 */

/** A waiting entry, loaded in line order. */
export interface WaitingPlace {
  readonly entryId: string;
  readonly preferences: readonly number[];
  /** Units that this person already holds in this sale, over all channels and rounds. */
  readonly unitsHeldCount: number;
  /** The turn shared with other entries of the same person; null for a turn of its own. */
  readonly turnId?: string | null;
}

export interface OfferDecision {
  readonly entryId: string;
  readonly variantNo: number;
}

export interface LineDecision {
  readonly offers: readonly OfferDecision[];
  /** Entries skipped because the person is at the published limit. */
  readonly overLimit: readonly string[];
  /** Entries skipped because another entry of the same person had the turn. */
  readonly turnUsed: readonly string[];
}

/**
 * Serves the line of one channel: each entry gets the first of its preferences that is left (random
 * serial dictatorship, under which stating true preferences is optimal). `places` must hold all
 * candidates in line order; an entry that finds nothing keeps waiting. Of entries that share a
 * turn, the first with a unit left uses it; `turnsHad` are turns used before.
 */
export function decideOffers(
  places: readonly WaitingPlace[],
  freeByVariant: ReadonlyMap<number, number>,
  unitsPerPersonCount: number,
  turnsHad: ReadonlySet<string> = new Set(),
): LineDecision {
  const left = new Map(freeByVariant);
  const offers: OfferDecision[] = [];
  const overLimit: string[] = [];
  const turnUsed: string[] = [];
  const had = new Set(turnsHad);
  for (const place of places) {
    if (place.turnId && had.has(place.turnId)) {
      turnUsed.push(place.entryId);
      continue;
    }
    if (place.unitsHeldCount >= unitsPerPersonCount) {
      overLimit.push(place.entryId);
      continue;
    }
    const variantNo = place.preferences.find((wanted) => (left.get(wanted) ?? 0) > 0);
    if (variantNo === undefined) continue;
    left.set(variantNo, (left.get(variantNo) as number) - 1);
    offers.push({ entryId: place.entryId, variantNo });
    if (place.turnId) had.add(place.turnId);
  }
  return { offers, overLimit, turnUsed };
}
