/* Synthetic orders in the files that sellers download. */

import { stringify } from "csv-stringify/sync";
import { CANONICAL_COLUMNS } from "../src/connectors/formats/format.ts";
import type { OrderRecord } from "../src/integrity/table/orders.ts";

const when = (ms: number) => new Date(ms).toISOString();

export function canonicalCsv(orders: readonly OrderRecord[]): string {
  const lines = orders.map((order) => [
    ...[order.orderId, order.channel, order.account],
    order.accountCreatedAtMs === undefined ? "" : when(order.accountCreatedAtMs),
    ...[when(order.orderedAtMs), order.name, order.phone, order.email, order.address],
    ...[order.district, order.city, order.deviceId, order.ip, order.userAgent],
    ...[order.paymentMethod, order.paymentId, order.units, order.sku, order.unitPriceMinorUnits],
  ]);
  return stringify([CANONICAL_COLUMNS as unknown as string[], ...lines]);
}

const LAZADA_HEADERS =
  "orderItemId,orderType,lazadaId,sellerSku,createTime,updateTime,orderNumber,customerName,customerEmail,shippingName,shippingAddress,shippingAddress2,shippingAddress3,shippingAddress4,shippingAddress5,shippingPhone,shippingCity,shippingCountry,payMethod,paidPrice,unitPrice,itemName,variation,status".split(
    ",",
  );

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** "26 Jan 2021 10:00:04", Jakarta time. */
function lazadaTime(ms: number): string {
  const local = new Date(ms + 7 * 3_600_000);
  const [hour, minute, second] = [
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
  ].map((part) => String(part).padStart(2, "0"));
  return `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()} ${hour}:${minute}:${second}`;
}

/** Lazada's columns, one row per unit, with its masked e-mail. */
export function lazadaRows(orders: readonly OrderRecord[]): string[][] {
  const rows = orders.map((order, index) => {
    const cells: Record<string, string> = {
      orderItemId: String(500_000_000_000 + index),
      orderType: "Normal",
      lazadaId: String(700_000_000 + index),
      sellerSku: order.sku ?? "",
      createTime: lazadaTime(order.orderedAtMs),
      updateTime: lazadaTime(order.orderedAtMs + 60_000),
      orderNumber: String(900_000_000_000 + index),
      customerName: order.name ?? "",
      customerEmail: order.email ?? "",
      shippingName: order.name ?? "",
      shippingAddress: (order.address ?? "").replaceAll(",", "，"),
      shippingAddress4: order.city ?? "",
      shippingAddress5: order.district ?? "",
      shippingPhone: (order.phone ?? "").replace(/^0/, "62"),
      shippingCity: order.city ?? "",
      shippingCountry: "Indonesia",
      payMethod: (order.paymentMethod ?? "").toUpperCase(),
      paidPrice: "1799000.00",
      unitPrice: "1799000.00",
      itemName: "POCO M3",
      variation: "Hitam",
      status: "pending",
    };
    return LAZADA_HEADERS.map((header) => cells[header] ?? "");
  });
  return [LAZADA_HEADERS, ...rows];
}
