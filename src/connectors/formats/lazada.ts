/*
 * Lazada's order export: one row per unit, e-mail addresses masked. Which of its address fields is
 * the district has not been confirmed by a real file.
 */

import type { Format } from "./format.ts";

export const LAZADA: Format = {
  name: "lazada",
  title: { id: "Lazada", en: "Lazada" },
  channel: "Lazada",
  describedByRow: false,
  rowsAreItems: true,
  itemHeader: "orderItemId",
  signature: ["orderItemId", "orderNumber", "createTime", "customerName", "shippingAddress"],
  columns: {
    order_id: ["orderNumber"],
    ordered_at: ["createTime"],
    account_id: ["customerEmail"],
    name: ["shippingName"],
    phone: ["shippingPhone"],
    email: ["customerEmail"],
    address: ["shippingAddress", "shippingAddress2"],
    district: ["shippingAddress5"],
    city: ["shippingCity", "shippingAddress4"],
    payment_method: ["payMethod"],
    sku: ["sellerSku"],
    unit_price: ["unitPrice"],
    status: ["status"],
  },
};
