/* Shopify's order export, as published importers read it. */

import type { Format } from "./format.ts";

export const SHOPIFY: Format = {
  name: "shopify",
  title: { id: "Shopify", en: "Shopify" },
  channel: "Shopify",
  describedByRow: false,
  rowsAreItems: true,
  unpaidStatus: ["pending"],
  signature: ["Name", "Financial Status", "Created at", "Lineitem quantity", "Lineitem sku"],
  columns: {
    order_id: ["Name"],
    ordered_at: ["Created at"],
    account_id: ["Email"],
    name: ["Shipping Name"],
    phone: ["Shipping Phone"],
    email: ["Email"],
    address: ["Shipping Address1", "Shipping Address2"],
    city: ["Shipping City"],
    device_id: ["Device ID"],
    payment_method: ["Payment Method"],
    units: ["Lineitem quantity"],
    sku: ["Lineitem sku"],
    unit_price: ["Lineitem price"],
    status: ["Financial Status"],
    cancelled_at: ["Cancelled at", "Canceled at"],
  },
};
