/*
 * The orders of a flash sale with the truth about them, by somebody who had not read the engine that
 * judges orders, nor its theory, and had not run it. The facts of the sale were known, the type of an
 * order, the names of a table's columns, and six short reports of values that had once been misread,
 * such as a phone of zeros. Figures that are measured on these orders are own-generator figures, by
 * another hand than the engine's; they say nothing about real people.
 * Must never happen: somebody changes these orders because the engine fails on them.
 */

import { SeededChance } from "../../../src/crowd/chance.ts";
import { rowOf, type Row } from "./world/channels.ts";
import { BESIDE_A_RING, crowdOf } from "./crowd/kinds.ts";
import { ringsOf, type MadeRing } from "./rings/styles.ts";
import { tiedBy } from "./world/ties.ts";
import { type BlindOrder, type Channel, type Labelled, type TiedBy } from "./world/types.ts";
import { World } from "./world/world.ts";

/** Of a hundred orders, so many are of rings, at least and at most. */
const RING_PERCENT = { least: 12.5, most: 17.5 };

const ofRing = ({ id, style, orders }: MadeRing): Labelled[] =>
  orders.map((draft) => ({ ring: id, style, kind: null, draft }));

const genuine = ({ beside }: MadeRing): Labelled[] =>
  (beside ?? []).map((draft) => ({ ring: null, style: null, kind: BESIDE_A_RING, draft }));

/** Numbers of orders as each channel writes them; they grow with time. */
class OrderNumbers {
  readonly #world: World;
  readonly #last: Record<Channel, bigint> = {
    web: 5_210_216_000_000n,
    akulaku: 8_841_000_000_000n,
    lazada: 456_780_000_000_000n,
    tiktok: 576_461_413_000_000_000n,
  };

  constructor(world: World) {
    this.#world = world;
  }

  next(channel: Channel): string {
    this.#last[channel] += BigInt(1 + this.#world.chance.below(40));
    const number = String(this.#last[channel]);
    return channel === "web" ? `MI${number}` : number;
  }
}

/** By how many kinds of things each ring is tied. */
function tiesOf(rows: readonly (Labelled & { row: Row })[]): Map<string, TiedBy> {
  const byRing = Map.groupBy(rows, ({ ring }) => ring);
  const ties = new Map<string, TiedBy>();
  for (const [ring, own] of byRing) {
    if (ring !== null) ties.set(ring, tiedBy(own.map(({ row }) => row.seen)));
  }
  return ties;
}

/** `count` labelled orders of one sale, in the order of time; the same for the same seed. */
export function makeBlindEvent({ seed, count }: { seed: number; count: number }): BlindOrder[] {
  const world = new World(new SeededChance(seed));
  const { least, most } = RING_PERCENT;
  const percent = least + world.chance.fraction() * (most - least);
  const rings = ringsOf(Math.round((count * percent) / 100), world);
  const known = [...rings.flatMap(ofRing), ...rings.flatMap(genuine)].slice(0, count);
  const crowd = crowdOf(count - known.length, world).map(({ kind, draft }): Labelled => ({
    ring: null,
    style: null,
    kind,
    draft,
  }));
  const all = world.chance.shuffled([...known, ...crowd]);
  const rows = all
    .toSorted((a, b) => a.draft.afterMs - b.draft.afterMs)
    .map((one) => ({ ...one, row: rowOf(one.draft, world) }));
  const ties = tiesOf(rows);
  const numbers = new OrderNumbers(world);
  return rows.map(({ row, draft, ring, style, kind }): BlindOrder => {
    const orderId = numbers.next(draft.channel);
    return {
      order: { orderId, ...row.order },
      ring,
      style,
      kind,
      household: draft.household,
      person: draft.person,
      tiedBy: ring === null ? null : (ties.get(ring) ?? "weak"),
    };
  });
}
