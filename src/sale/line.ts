/** A waiting entry as the line sees it, loaded in line order. */
export interface WaitingPlace {
  readonly entryId: string;
  readonly preferences: readonly number[];
  /** Units that this person already holds in this sale, over all channels and rounds. */
  readonly unitsHeldCount: number;
  /** The turn that it shares with other entries of the same person; null where it has one to itself. */
  readonly turnId?: string | null;
}

export interface OfferDecision {
  readonly entryId: string;
  readonly variantNo: number;
}

export interface LineDecision {
  readonly offers: readonly OfferDecision[];
  /** Entries that are skipped because the person is at the published limit. */
  readonly overLimit: readonly string[];
  /** Entries that are skipped because another one of the same person had the turn. */
  readonly turnUsed: readonly string[];
}

/**
 * Goes down the line of one channel: each entry gets the first of its preferences that is left
 * (random serial dictatorship, under which the true order of wishes is the best one to give). The
 * places must be all that could get something, in line order; who finds nothing keeps waiting. Of the
 * entries that share a turn the first that something is left for has it; `turnsHad` are those before.
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
