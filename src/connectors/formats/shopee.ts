/* Shopee's order exports, with Indonesian and with English headers. */

import type { Format } from "./format.ts";

/** Indonesian headers, as published importers read them. */
export const SHOPEE_INDONESIAN: Format = {
  name: "shopee_id",
  title: { id: "Shopee (Indonesia)", en: "Shopee (Indonesian)" },
  channel: "Shopee",
  describedByRow: false,
  rowsAreItems: true,
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
    status: ["Status Pesanan", "Status Pembatalan/ Pengembalian"],
  },
};

/** English headers; not confirmed by a real file. */
export const SHOPEE_ENGLISH: Format = {
  name: "shopee_en",
  title: { id: "Shopee (Inggris)", en: "Shopee (English)" },
  channel: "Shopee",
  describedByRow: false,
  rowsAreItems: true,
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
    status: ["Order Status", "Return / Refund Status"],
  },
};
