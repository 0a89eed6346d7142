/* Looks up which of a crowd's patterns an order is of. */

import type { BurstPattern, ClientPattern, CrowdPatterns } from "../evidence/pattern.ts";
import { LEAST_AGE_MS } from "../evidence/pattern.ts";
import { FIRST_SHARE } from "../together/earlyClients.ts";

/** An order as patterns know it. */
export interface PlacedOrder {
  readonly orderedAtMs: number;
  /** NaN where it is not told. */
  readonly accountCreatedAtMs: number;
  readonly channel: string;
  readonly client: string | null;
  /** Where it stands on its channel's arrival curve, 0 to 1. Asked for only where it matters. */
  readonly share: () => number;
}

/** Rounding of shares is no difference. */
const SLACK = 1e-12;

/** A crowd's patterns, to be looked up. */
export class PatternBook {
  readonly #bursts: readonly BurstPattern[];
  readonly #clients: ReadonlyMap<string, ClientPattern>;

  constructor({ bursts, clients }: CrowdPatterns) {
    // They do not overlap, so the last that began before a moment is the only one that it may be of.
    this.#bursts = bursts.toSorted((a, b) => a.madeFromMs - b.madeFromMs);
    this.#clients = new Map(clients.map((one) => [`${one.channel}\n${one.client}`, one]));
  }

  /** The burst that an order's account was made in, if its order came with the others'. */
  burstOf(order: PlacedOrder): BurstPattern | null {
    const { accountCreatedAtMs: madeMs, orderedAtMs } = order;
    if (this.#bursts.length === 0 || !(orderedAtMs - madeMs >= LEAST_AGE_MS)) return null;
    let low = 0;
    let high = this.#bursts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bursts[middle]?.madeFromMs ?? Infinity) <= madeMs) low = middle + 1;
      else high = middle;
    }
    const burst = this.#bursts[low - 1];
    if (burst === undefined || madeMs > burst.madeToMs) return null;
    const share = order.share();
    const came = share >= burst.orderedFrom - SLACK && share <= burst.orderedTo + SLACK;
    return came ? burst : null;
  }

  /** The client that an order came from, if it is one that is too often among the first and the order is, too. */
  clientOf(order: PlacedOrder): ClientPattern | null {
    if (this.#clients.size === 0 || order.client === null) return null;
    const found = this.#clients.get(`${order.channel}\n${order.client}`);
    return found !== undefined && order.share() <= FIRST_SHARE ? found : null;
  }
}
