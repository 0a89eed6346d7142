/*
 * The order files of marketplaces: how each is recognised, and which of its headers feed which
 * canonical column. A file is recognised by its headers alone; its name and the order of columns
 * mean nothing. Headers are those seen in public importers. Platforms add columns over time, so
 * `signature` lists only the ones that a format must have. A new marketplace is one entry in
 * `FORMATS`.
 */

export type FormatName = "canonical" | "lazada" | "shopee_id" | "shopee_en" | "tiktok" | "shopify";

/** The columns that every format is read into. */
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
  /** Headers that must all be present. */
  readonly signature: readonly string[];
  /** The source headers of each canonical column; several are joined in order. */
  readonly columns: Readonly<Partial<Record<CanonicalColumn, readonly string[]>>>;
  /** The channel's name where no column gives it. */
  readonly channel: string;
  /** Whether the row under the headers describes them (TikTok Shop). */
  readonly describedByRow: boolean;
  /** The item number's column, in formats with one row per unit (Lazada). */
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

/** A header or cell without BOM, tabs and no-break spaces at its ends. */
export function cleanCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return String(value)
    .replace(/[﻿\t\u00a0]/g, " ")
    .trim();
}

/** The format of a file by its headers; null if none matches. */
export function detectFormat(headers: readonly string[]): Format | null {
  const there = new Set(headers);
  return FORMATS.find((format) => format.signature.every((header) => there.has(header))) ?? null;
}

/** How many lines may precede the headers. */
export const HEADER_LINES = 20;

/**
 * The number in texts such as "1.000", "Rp 1.000.000", "1,000.50", "2199000"; NaN if there is none.
 */
export function readAmount(text: string): number {
  const digits = text.replace(/[^\d.,-]/g, "");
  if (digits === "") return Number.NaN;
  const decimal = /[.,]\d{1,2}$/.exec(digits);
  const whole = (decimal ? digits.slice(0, decimal.index) : digits).replace(/[.,]/g, "");
  return Number(decimal ? `${whole}.${decimal[0].slice(1)}` : whole);
}
