/* The naive rival of the story: connected components over any shared value. */

import { DisjointSets } from "../src/integrity/table/columns.ts";
import type { LabelledOrder } from "../src/crowd/orders.ts";

/** The orders it would hold: every order tied to three others by any shared value. */
export function naiveHeld(orders: readonly LabelledOrder[]): boolean[] {
  const sets = new DisjointSets(orders.length);
  const first = new Map<string, number>();
  orders.forEach(({ order }, row) => {
    for (const value of [
      order.phone,
      order.email,
      order.deviceId,
      order.paymentId,
      order.ip,
      order.address,
    ]) {
      if (value === undefined) continue;
      const known = first.get(value);
      if (known === undefined) first.set(value, row);
      else sets.join(known, row);
    }
  });
  return orders.map((_, row) => sets.size(row) >= 4);
}
