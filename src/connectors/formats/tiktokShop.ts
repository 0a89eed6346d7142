/*
 * TikTok Shop's order export, including Tokopedia's orders. The row under its headers describes
 * them.
 */

import type { Format } from "./format.ts";

export const TIKTOK_SHOP: Format = {
  name: "tiktok",
  title: { id: "TikTok Shop / Tokopedia", en: "TikTok Shop / Tokopedia" },
  channel: "TikTok Shop",
  describedByRow: true,
  rowsAreItems: true,
  signature: ["Order ID", "Order Substatus", "Buyer Username", "Created Time", "Detail Address"],
  columns: {
    order_id: ["Order ID"],
    channel: ["Purchase Channel"],
    ordered_at: ["Created Time"],
    account_id: ["Buyer Username"],
    name: ["Recipient"],
    phone: ["Phone #"],
    address: ["Detail Address", "Additional address information"],
    district: ["Villages", "Districts"],
    city: ["Regency and City"],
    payment_method: ["Payment Method"],
    units: ["Quantity"],
    sku: ["Seller SKU"],
    unit_price: ["SKU Unit Original Price"],
    status: ["Order Status", "Order Substatus"],
    cancelled_at: ["Cancelled Time"],
  },
};
