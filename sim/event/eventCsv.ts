/* An event as one file of orders: with those that no longer stand, and a row for each article. */

import { stringify } from "csv-stringify/sync";
import { CANONICAL_COLUMNS, type CanonicalColumn } from "../../src/connectors/formats/format.ts";
import type { Article } from "../../src/integrity/table/orders.ts";
import type { EventOrder } from "./eventOrder.ts";

type Row = Readonly<Partial<Record<CanonicalColumn, string | number | undefined>>>;

/** How each channel says that an order stands, is unpaid, was cancelled, was refunded. */
const SAID = {
  own: { living: "paid", unpaid: "unpaid", cancelled: "cancelled", refunded: "refunded" },
  lazada: {
    living: "ready_to_ship",
    unpaid: "unpaid",
    cancelled: "canceled",
    refunded: "returned",
  },
  shopee: {
    living: "Perlu Dikirim",
    unpaid: "Belum Bayar",
    cancelled: "Batal",
    refunded: "Pengembalian",
  },
} as const;

const when = (ms: number) => new Date(ms).toISOString();
const HALF_HOUR_MS = 1_800_000;

function rowOf({ order, apart }: EventOrder, { sku, units, unitPriceMinorUnits }: Article): Row {
  const said =
    SAID[order.channel === "lazada" || order.channel === "shopee" ? order.channel : "own"];
  const isCancelled = apart === "cancelled";
  return {
    order_id: order.orderId,
    channel: order.channel,
    account_id: order.account,
    account_created_at:
      order.accountCreatedAtMs === undefined ? "" : when(order.accountCreatedAtMs),
    ordered_at: when(order.orderedAtMs),
    name: order.name,
    phone: order.phone,
    email: order.email,
    address: order.address,
    district: order.district,
    city: order.city,
    device_id: order.deviceId,
    ip: order.ip,
    user_agent: order.userAgent,
    payment_method: order.paymentMethod,
    payment_id: order.paymentId,
    units,
    sku: sku ?? "",
    unit_price: Number.isNaN(unitPriceMinorUnits) ? "" : unitPriceMinorUnits,
    status: said[apart ?? "living"],
    cancelled_at: isCancelled ? when(order.orderedAtMs + HALF_HOUR_MS) : "",
  };
}

/** The file's text. An accessory stands before its phone in half of the orders that have one. */
export function eventCsv(orders: readonly EventOrder[]): string {
  const rows = orders.flatMap((one, at) => {
    const { sku = null, units = 1, unitPriceMinorUnits = Number.NaN } = one.order;
    const articles = [{ sku, units, unitPriceMinorUnits }, ...(one.beside ?? [])];
    return (at % 2 === 0 ? articles : articles.toReversed()).map((article) => rowOf(one, article));
  });
  const columns = [...CANONICAL_COLUMNS];
  return stringify([columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))]);
}
