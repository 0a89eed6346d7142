/*
 * Naive rivals, as shops and press reports tell of them. They take every value as it stands in the file; only an empty
 * cell is nothing.
 */

import { DisjointSets } from "../src/integrity/table/columns.ts";
import type { OrderRecord } from "../src/integrity/table/orders.ts";

/** Orders with whatever else is known about them. */
export type NaiveOrders = readonly { readonly order: OrderRecord }[];

/** The orders that the rival of the story would hold: every order tied to three others by any shared value. */
export function naiveHeld(orders: NaiveOrders): boolean[] {
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

type ValueOf = (order: OrderRecord) => string | undefined;

/** For each order the largest sum that one of its values has over all orders. */
function largestSum(
  orders: NaiveOrders,
  valuesOf: readonly ValueOf[],
  amountOf: (order: OrderRecord) => number,
): number[] {
  const sums = valuesOf.map((valueOf) => {
    const sum = new Map<string, number>();
    for (const { order } of orders) {
      const value = valueOf(order);
      if (value !== undefined) sum.set(value, (sum.get(value) ?? 0) + amountOf(order));
    }
    return sum;
  });
  return orders.map(({ order }) =>
    Math.max(0, ...sums.map((sum, nth) => sum.get(valuesOf[nth]?.(order) ?? "") ?? 0)),
  );
}

/** The announced limit of the made-up sales, in units for one person. */
const LIMIT_UNITS = 2;
/** Faster than this, and younger than this, is "abnormal". */
const FAST_MS = 3_000;
const YOUNG_MS = 86_400_000;

/** More units than the limit under one phone, address or network. */
const overTheLimit = (orders: NaiveOrders): boolean[] =>
  largestSum(
    orders,
    [({ phone }) => phone, ({ address }) => address?.toLowerCase(), ({ ip }) => ip],
    ({ units }) => units ?? 1,
  ).map((sum) => sum > LIMIT_UNITS);

/** "Abnormal activity": an order of the first seconds, or an account of the last day. */
function blockList(orders: NaiveOrders): boolean[] {
  const openedAtMs = orders.reduce((ms, { order }) => Math.min(ms, order.orderedAtMs), Infinity);
  return orders.map(({ order: { orderedAtMs, accountCreatedAtMs } }) => {
    const isYoung = accountCreatedAtMs !== undefined && orderedAtMs - accountCreatedAtMs < YOUNG_MS;
    return isYoung || orderedAtMs - openedAtMs < FAST_MS;
  });
}

/** A device or a means of payment that two orders have. */
const sharedThing = (orders: NaiveOrders): boolean[] =>
  largestSum(orders, [({ deviceId }) => deviceId, ({ paymentId }) => paymentId], () => 1).map(
    (sum) => sum >= 2,
  );

/** Three rules that a shop could write in an afternoon; each says which orders it holds. */
export const NAIVE_RULES = {
  "over the limit": overTheLimit,
  "block list": blockList,
  "shared thing": sharedThing,
} as const satisfies Record<string, (orders: NaiveOrders) => boolean[]>;
