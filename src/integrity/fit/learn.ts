/* Learns the fit of an event, and looks at an event under a fit that was learned before. */

import { floatAt } from "../../base/at.ts";
import { must } from "../../base/assert.ts";
import { usualOf } from "../evidence/usual.ts";
import { textAt } from "../table/columns.ts";
import { placeInOrder } from "../table/numbering.ts";
import type { OrderTable } from "../table/orders.ts";
import { Places } from "../table/places.ts";
import type { ManyPeoples } from "../values/manyPeoples.ts";
import { leavingOut, withoutManyPeoples } from "../values/withoutManyPeoples.ts";
import type { SeenEvent } from "./crowd.ts";
import { patternsOf } from "../together/patterns.ts";
import { eventFit, type EventFit } from "./eventFit.ts";
import { nullsOf } from "./sharedThings.ts";

/** The fit of an event, once it is known which values are many people's. */
export const learnedOf = (
  seen: SeenEvent,
  manyPeoples: readonly ManyPeoples[],
  addresses: readonly string[],
): EventFit => {
  const crowd = { together: patternsOf(seen) };
  return eventFit({ orders: seen.count, manyPeoples, nulls: nullsOf(seen), crowd }, addresses);
};

/** An event as it is judged under a fit. */
export interface Fitted {
  /** Without the values that are many people's. */
  readonly table: OrderTable;
  readonly places: Places;
  readonly fit: EventFit;
}

/** A table in its one order under a fit; without one, under that which is learned from itself. */
export function fitted(whole: OrderTable, given?: EventFit): Fitted {
  const addresses = whole.columns.address.values;
  if (given) {
    const known = new Set(given.addresses);
    const places = new Places(addresses, (address) => !known.has(address));
    return { table: leavingOut(whole, given.learned.manyPeoples), places, fit: given };
  }
  const { table, found } = withoutManyPeoples(whole);
  const places = new Places(addresses);
  return { table, places, fit: learnedOf(seenTable(table, places), found, addresses) };
}

function seenTable(table: OrderTable, places: Places): SeenEvent {
  const { columns, count } = table;
  const { arrivals, creations } = usualOf(table);
  const tie = (row: number) => placeInOrder(must(table.orderIds[row], "an id of each order"));
  return {
    count,
    columns,
    orderedAtMs: (row) => floatAt(table.orderedAtMs, row),
    accountCreatedAtMs: (row) => floatAt(table.accountCreatedAtMs, row),
    units: (row) => floatAt(table.units, row),
    orderShare: (row) => {
      const channel = must(textAt(columns.channel, row), "a channel of each order");
      const curve = must(arrivals.get(channel), "arrivals of each channel");
      return curve.share(floatAt(table.orderedAtMs, row), tie(row));
    },
    creationShare: (row) => {
      const madeMs = floatAt(table.accountCreatedAtMs, row);
      return Number.isNaN(madeMs) ? Number.NaN : creations.share(madeMs, tie(row));
    },
    placeOf: (row) => {
      const address = columns.address.valueOf[row] ?? -1;
      const place = places.placeOf(address);
      return place === null ? null : `${place} ${textAt(columns.district, row) ?? ""}`;
    },
  };
}
