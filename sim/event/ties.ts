/* The ties of a ring that its file can show. */

import type { OrderRecord } from "../../src/integrity/table/orders.ts";
import type { TiedBy } from "./eventOrder.ts";

/** A thing is a ring's if this share of its orders has one that another account of the ring has too. */
const LEAST_SHARE = 0.1;
const LEAST_ORDERS = 3;

/** A mail box without what its host ignores. */
function boxOf(email: string): string {
  const [local = "", host = ""] = email.toLowerCase().split("@");
  const plain = local.split("+")[0] ?? local;
  return `${host === "gmail.com" ? plain.replaceAll(".", "") : plain}@${host}`;
}

const THINGS: readonly ((order: OrderRecord) => string | undefined)[] = [
  ({ deviceId }) => deviceId,
  ({ paymentId }) => paymentId,
  ({ phone }) => phone?.replace(/[\s+-]/g, "").replace(/^(?:62|0)/, ""),
  ({ email }) => email && boxOf(email),
];
const RAW: readonly (keyof OrderRecord)[] = ["deviceId", "paymentId", "phone", "email"];

/**
 * For each strong kind of thing, which orders of one ring have one that another account of the ring has too. A masked
 * value and a blank are none.
 */
export function sharedThings(
  orders: readonly OrderRecord[],
  isBlank: (value: string) => boolean,
): readonly (readonly boolean[])[] {
  return THINGS.map((thingOf, kind) => {
    const accounts = new Map<string, Set<string>>();
    const things = orders.map((order) => {
      const raw = String(order[RAW[kind] ?? "phone"] ?? "");
      const thing = raw === "" || raw.includes("*") || isBlank(raw) ? undefined : thingOf(order);
      if (thing === undefined) return null;
      const those = accounts.get(thing) ?? new Set();
      accounts.set(thing, those.add(`${order.channel} ${order.account}`));
      return thing;
    });
    return things.map((thing) => thing !== null && (accounts.get(thing)?.size ?? 0) > 1);
  });
}

/** Counts the strong kinds of things that the orders of one ring share. */
export function tiedBy(
  orders: readonly OrderRecord[],
  isBlank: (value: string) => boolean,
): TiedBy {
  const least = Math.max(Math.min(LEAST_ORDERS, orders.length - 3), LEAST_SHARE * orders.length);
  const kinds = sharedThings(orders, isBlank).filter(
    (shares) => shares.filter(Boolean).length >= least,
  );
  return kinds.length > 1 ? "two" : kinds.length === 1 ? "one" : "weak";
}
