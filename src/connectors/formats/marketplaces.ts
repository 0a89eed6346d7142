/*
 * Which file this is, told by its headers alone: names of files and order of columns mean nothing. Headers as
 * seen in public importers; platforms add columns over time, so a format is known by the ones it must have.
 */

export type FormatName = "canonical" | "lazada" | "shopee_id" | "shopee_en" | "tiktok" | "shopify";

/** The canonical columns: what every format is read into. */
export const CANONICAL_COLUMNS = [
  "order_id",
  "channel",
  "account_id",
  "account_created_at",
  "ordered_at",
  "name",
  "phone",
  "email",
  "address",
  "district",
  "city",
  "device_id",
  "ip",
  "user_agent",
  "payment_method",
  "payment_id",
  "units",
  "sku",
  "unit_price",
] as const;
export type CanonicalColumn = (typeof CANONICAL_COLUMNS)[number];

export interface Format {
  readonly name: FormatName;
  /** Headers without which it is not this format. */
  readonly signature: readonly string[];
  /** Where each canonical column comes from; several headers are joined, in order. */
  readonly columns: Readonly<Partial<Record<CanonicalColumn, readonly string[]>>>;
  /** What its channel is called when no column says it. */
  readonly channel: string;
  /** A row under the headers that describes them (TikTok Shop). */
  readonly describedByRow: boolean;
  /** The column of a row's own number, where an order has a row for each unit (Lazada). */
  readonly itemHeader?: string;
}

const FORMATS: readonly Format[] = [
  {
    name: "canonical",
    channel: "–",
    describedByRow: false,
    signature: ["order_id", "ordered_at"],
    columns: Object.fromEntries(CANONICAL_COLUMNS.map((column) => [column, [column]])),
  },
  {
    name: "lazada",
    channel: "Lazada",
    describedByRow: false,
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
    },
  },
  {
    name: "shopee_id",
    channel: "Shopee",
    describedByRow: false,
    signature: ["No. Pesanan", "Status Pesanan", "Waktu Pesanan Dibuat", "Username (Pembeli)"],
    columns: {
      order_id: ["No. Pesanan"],
      ordered_at: ["Waktu Pesanan Dibuat"],
      account_id: ["Username (Pembeli)"],
      name: ["Nama Penerima"],
      phone: ["No. Telepon"],
      address: ["Alamat Pengiriman"],
      city: ["Kota/Kabupaten", "Provinsi"],
      payment_method: ["Metode Pembayaran"],
      units: ["Jumlah"],
      sku: ["Nomor Referensi SKU"],
      unit_price: ["Harga Setelah Diskon"],
    },
  },
  {
    name: "shopee_en",
    channel: "Shopee",
    describedByRow: false,
    signature: ["Order ID", "Order Status", "Order Creation Date", "Username (Buyer)"],
    columns: {
      order_id: ["Order ID"],
      ordered_at: ["Order Creation Date"],
      account_id: ["Username (Buyer)"],
      name: ["Receiver Name"],
      phone: ["Phone Number"],
      address: ["Delivery Address"],
      city: ["City", "Province"],
      payment_method: ["Payment Method"],
      units: ["Quantity"],
      sku: ["SKU Reference No."],
      unit_price: ["Deal Price"],
    },
  },
  {
    name: "tiktok",
    channel: "TikTok Shop",
    describedByRow: true,
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
    },
  },
  {
    name: "shopify",
    channel: "Shopify",
    describedByRow: false,
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
    },
  },
];

/** A header or cell without what exports leave around it: BOM, tabs, no-break spaces. */
export function cleanCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return String(value)
    .replace(/[﻿\t\u00a0]/g, " ")
    .trim();
}

export function detectFormat(headers: readonly string[]): Format | null {
  const there = new Set(headers);
  return FORMATS.find((format) => format.signature.every((header) => there.has(header))) ?? null;
}

/** How many lines of a file may come before its headers. */
export const HEADER_LINES = 20;

/** "1.000", "Rp 1.000.000", "1,000.50", "2199000": the number meant, or NaN. */
export function readAmount(text: string): number {
  const digits = text.replace(/[^\d.,-]/g, "");
  if (digits === "") return Number.NaN;
  const decimal = /[.,]\d{1,2}$/.exec(digits);
  const whole = (decimal ? digits.slice(0, decimal.index) : digits).replace(/[.,]/g, "");
  return Number(decimal ? `${whole}.${decimal[0].slice(1)}` : whole);
}
