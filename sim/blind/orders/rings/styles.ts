/* All styles of rings, with the sizes that they come in. */

import type { World } from "../world/world.ts";
import * as farms from "./farms.ts";
import * as hired from "./hired.ts";
import * as pools from "./pools.ts";
import { anyRing, type Ring, type RingOrders } from "./ring.ts";

interface RingStyle {
  /** Of all rings of the list, how many are of this style. */
  readonly weight: number;
  readonly most: number;
  readonly make: (ring: Ring) => RingOrders;
}

export const STYLES: Readonly<Record<string, RingStyle>> = {
  "pool of devices": { weight: 4, most: 90, make: pools.devicePool },
  "wallet crew": { weight: 3, most: 120, make: hired.walletCrew },
  "paid neighbours": { weight: 3, most: 40, make: hired.paidNeighbours },
  "hired students": { weight: 2, most: 80, make: hired.hiredStudents },
  "night farm": { weight: 2, most: 150, make: farms.nightFarm },
  "bought accounts": { weight: 2, most: 100, make: farms.boughtAccounts },
  "click bots": { weight: 2, most: 150, make: farms.clickBots },
  employees: { weight: 2, most: 50, make: hired.employees },
  relatives: { weight: 2, most: 30, make: hired.relatives },
  "drop points": { weight: 2, most: 60, make: pools.dropPoints },
  "over channels": { weight: 2, most: 40, make: pools.overChannels },
  "among honest": { weight: 2, most: 25, make: pools.amongHonest },
  "cash on delivery": { weight: 2, most: 50, make: pools.cashOnDelivery },
  "shop's customers": { weight: 2, most: 60, make: pools.shopsCustomers },
};

export const SMALLEST_RING = 4;

/** Most rings are small: half have at most seven orders, one in twenty-five more than sixty. */
function anySize(world: World, most: number): number {
  const kind = world.chance.fraction();
  const size =
    kind < 0.48
      ? world.between(4, 7)
      : kind < 0.74
        ? world.between(7, 14)
        : kind < 0.89
          ? world.between(14, 30)
          : kind < 0.96
            ? world.between(30, 60)
            : world.between(60, 150);
  return Math.min(most, size);
}

export interface MadeRing extends RingOrders {
  readonly id: string;
  readonly style: string;
}

/** Rings with about `count` orders together; each style occurs if there is room for it. */
export function ringsOf(count: number, world: World): MadeRing[] {
  const names = Object.keys(STYLES);
  const weighted = Object.entries(STYLES).flatMap(([name, { weight }]) =>
    world.times(weight, () => name),
  );
  const rings: MadeRing[] = [];
  const queue = world.chance.shuffled(names);
  for (let left = count; left >= SMALLEST_RING;) {
    const style = queue.pop() ?? world.chance.pick(weighted);
    const kind = STYLES[style];
    if (kind === undefined) break;
    // No ring takes more than a tenth of what is left, or the room of the styles that have to come.
    const most = Math.max(SMALLEST_RING, Math.min(kind.most, Math.floor(left / 10)));
    const size = Math.min(anySize(world, most), left);
    const made = kind.make(anyRing(world, size));
    rings.push({ id: `r${rings.length + 1}`, style, ...made });
    left -= made.orders.length;
  }
  return rings;
}
