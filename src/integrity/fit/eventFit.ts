/*
 * Knowledge of a whole event, learned at a stated moment and used for each of its orders until the next one: so an
 * order that comes between two moments is judged as all of them together are. A fit is a value; its digest names it in
 * each decision that was made with it.
 */

import { canonicalJson, type Json } from "../../base/canonical.ts";
import { toHex } from "../../base/bytes.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import type { ManyPeoples } from "../values/manyPeoples.ts";
import { NO_PATTERNS } from "../evidence/pattern.ts";
import type { CrowdFit } from "./crowd.ts";
import type { ThingNull } from "./nulls.ts";

/** A change of what is learned, or of what it means, is another version. */
const VERSION = 1;

/** The part of a fit that its digest is of. */
export interface Learned {
  readonly version: typeof VERSION;
  /** Orders that it was learned from; 0 for the shipped one. */
  readonly orders: number;
  /** Different addresses among them, which words and places are weighed by. */
  readonly addresses: number;
  /** Values that count as not given, since they are many people's. */
  readonly manyPeoples: readonly ManyPeoples[];
  /** How far things are shared. */
  readonly nulls: readonly ThingNull[];
  /** Findings over the whole crowd. */
  readonly crowd: CrowdFit;
}

export interface EventFit {
  readonly learned: Learned;
  /** Addresses that were known then: places are found among them, and later ones join these. */
  readonly addresses: readonly string[];
  /** SHA-256 of the canonical JSON of what was learned, in hexadecimal digits. */
  readonly digest: string;
}

const jsonOf = ({ version, orders, addresses, manyPeoples, nulls, crowd }: Learned): Json => ({
  version,
  orders,
  addresses,
  nulls: nulls.map(({ thing, channel, accounts }) => ({ thing, channel, accounts })),
  manyPeoples: manyPeoples.map(({ column, text, accounts, models, networks, towns }) => ({
    column,
    text,
    accounts,
    models,
    networks,
    towns,
  })),
  crowd: { together: crowd.together },
});

/** A fit with its digest. */
export function eventFit(
  learned: Omit<Learned, "version" | "addresses">,
  addresses: readonly string[],
): EventFit {
  const whole: Learned = { ...learned, version: VERSION, addresses: addresses.length };
  return { learned: whole, addresses, digest: toHex(sha256(utf8(canonicalJson(jsonOf(whole))))) };
}

/** The fit before anything is known of an event. */
export const SHIPPED_FIT: EventFit = eventFit(
  { orders: 0, manyPeoples: [], nulls: [], crowd: { together: NO_PATTERNS } },
  [],
);

/** Orders of an event that is too young to have doubled often. */
const FIRST_ORDERS = 125;
/** From here on a fit is made each time that so many more orders have come. */
const EVERY_ORDERS = 2_000;

/** Whether a fit is made when so many orders have come: at 125, 250, 500, 1,000, and every 2,000. */
export function isFitMoment(orders: number): boolean {
  if (orders >= EVERY_ORDERS) return orders % EVERY_ORDERS === 0;
  const doublings = Math.log2(orders / FIRST_ORDERS);
  return doublings >= 0 && Number.isInteger(doublings);
}
