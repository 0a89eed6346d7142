/*
 * The orders of a flash sale on four channels as their files have them, with the truth about each. All people are made
 * up, and every figure that comes of these orders is one of an own generator.
 *
 * It is frozen: test/pure/sim/event.test.ts knows its digests. It was written from what sales and files are like, before
 * anybody looked at what the audit finds in it. A change says why, and all figures are measured again.
 */

import { SeededChance } from "../../src/crowd/chance.ts";
import type { Article } from "../../src/integrity/table/orders.ts";
import { BuyerMaker } from "./buyers.ts";
import { OrderWriter } from "./channels.ts";
import type { EventOrder } from "./eventOrder.ts";
import { GenuineMaker, type Deed } from "./genuine.ts";
import { RingPlan, ringSize } from "./ringPlan.ts";
import * as habits from "./ringsByHabits.ts";
import * as things from "./ringsByThings.ts";
import { tiedBy } from "./ties.ts";

const STYLES = {
  warehouse: things.warehouse,
  phone_farm: things.phoneFarm,
  night_accounts: habits.nightAccounts,
  proxy_bot: things.proxyBot,
  one_address: habits.oneAddress,
  bought_accounts: things.boughtAccounts,
  bot_client: habits.botClient,
  drop_ship: things.dropShip,
  full_limit: habits.fullLimit,
  careful: things.careful,
  masked_ring: habits.maskedRing,
  tiny: things.tiny,
} as const satisfies Record<string, (plan: RingPlan) => Deed[]>;

export type EventRingStyle = keyof typeof STYLES;
export const EVENT_RING_STYLES = Object.keys(STYLES) as readonly EventRingStyle[];

export interface EventSpec {
  readonly seed: number;
  /** Orders at least; the last household or ring is whole. */
  readonly count: number;
  /** The share of orders that are of rings. */
  readonly ringShare?: number;
  readonly styles?: readonly EventRingStyle[];
}

type Label = Pick<EventOrder, "ring" | "style" | "kind" | "household">;

/** Small things that are bought with a phone. */
const BESIDE: readonly Article[] = [
  { sku: "CASE-M3-CLEAR", units: 1, unitPriceMinorUnits: 39_000 },
  { sku: "GLASS-M3", units: 1, unitPriceMinorUnits: 25_000 },
  { sku: "EARBUDS-BASIC-2", units: 1, unitPriceMinorUnits: 249_000 },
];

/** Makes an event's orders, each once; the same spec gives the same orders. */
export function makeEvent({
  seed,
  count,
  ringShare = 0.13,
  styles = EVENT_RING_STYLES,
}: EventSpec): EventOrder[] {
  const chance = new SeededChance(seed);
  const buyers = new BuyerMaker(chance);
  const writer = new OrderWriter(chance);
  const genuine = new GenuineMaker(chance, buyers);
  const orders: EventOrder[] = [];
  const add = (deeds: readonly Deed[], label: Label): void => {
    const made = deeds.map((deed) => orderOf(deed, label, writer, chance));
    const living = made.filter(({ apart }) => apart === undefined).map(({ order }) => order);
    const tied = label.ring === null ? null : tiedBy(living, (value) => writer.blanks.has(value));
    for (const one of made) orders.push({ ...one, tiedBy: tied });
  };
  for (let nth = 0; orders.length < count * ringShare && styles.length > 0; nth++) {
    const style = styles[nth % styles.length] ?? "warehouse";
    const size = style === "tiny" ? 5 + chance.below(4) : ringSize(chance);
    const ring = `r${nth + 1}`;
    const plan = new RingPlan(chance, buyers, size);
    add(STYLES[style](plan), { ring, style, kind: null, household: ring });
  }
  for (let nth = 0; nth < Math.floor(count / 12_000) + 1 && count >= 2_000; nth++) {
    const { kind, deeds } = genuine.fair();
    // People of one fair are strangers to each other.
    for (const [at, deed] of deeds.entries())
      add([deed], { ring: null, style: null, kind, household: `f${nth + 1}.${at + 1}` });
  }
  for (let nth = 0; orders.length < count; nth++) {
    const { kind, deeds } = genuine.household();
    add(deeds, { ring: null, style: null, kind, household: `h${nth + 1}` });
  }
  return chance.shuffled(orders);
}

function orderOf(
  { buyer, purchase, person, apart }: Deed,
  label: Label,
  writer: OrderWriter,
  chance: SeededChance,
): EventOrder {
  const order = writer.record(buyer, purchase);
  const isMore = chance.fraction() < 0.06;
  return {
    order,
    ...label,
    person: person ?? buyer.person,
    tiedBy: null,
    ...(apart === undefined ? {} : { apart }),
    ...(isMore ? { beside: [chance.pick(BESIDE)] } : {}),
  };
}
