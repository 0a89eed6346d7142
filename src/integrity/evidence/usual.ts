/* The usual in an event: how its orders come, when its accounts were made, how fast hands are. */

import { floatAt } from "../../base/at.ts";
import { listsOf, rowsByValue, valuesOfRow } from "../table/columns.ts";
import type { OrderTable } from "../table/orders.ts";
import { Speeds } from "./speeds.ts";
import { ArrivalCurve } from "./synchrony.ts";

/** The usual in the whole event: the measure of each order. */
export interface Usual {
  /** By channel. */
  readonly arrivals: ReadonlyMap<string, ArrivalCurve>;
  readonly creations: ArrivalCurve;
  /** How high the spike of orders within a minute of their account is. */
  readonly fastRatio: number;
}

/** The usual in a table, which is a whole event. */
export function usualOf(table: OrderTable): Usual {
  const { channel } = table.columns;
  const rows = rowsByValue(listsOf(channel), channel.values.length);
  const arrivals = new Map(
    channel.values.map((name, value) => {
      const moments = Float64Array.from(valuesOfRow(rows, value), (row) =>
        floatAt(table.orderedAtMs, row),
      );
      return [name, new ArrivalCurve(moments)] as const;
    }),
  );
  const speeds = new Speeds();
  table.orderedAtMs.forEach((ms, row) => speeds.add(ms - floatAt(table.accountCreatedAtMs, row)));
  const creations = new ArrivalCurve(table.accountCreatedAtMs);
  return { arrivals, creations, fastRatio: speeds.fastRatio };
}
