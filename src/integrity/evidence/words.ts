/* Texts of evidence that belong to no single signal. `{n}` and the like are filled in. */

import type { Text } from "../../base/language.ts";

/** A plain rule, announced before the sale: it says nothing about rings. */
export const OVER_LIMIT_TEXT: Text = {
  id: "pesanan lain orang ini sudah mencapai batas pembelian yang diumumkan; pesanan pertama tetap berlaku",
  en: "this person's other orders reach the announced limit already; the first one stands",
};

/** Lengths of time. */
export const LENGTHS = {
  seconds: { id: "{n} detik", en: "{n} seconds" },
  minutes: { id: "{n} menit", en: "{n} minutes" },
  hours: { id: "{n} jam", en: "{n} hours" },
  days: { id: "{n} hari", en: "{n} days" },
};

/* Ways to release an order. */

/** Where a signal says nothing of its own. */
export const EXPLAIN: Text = {
  id: "kode sekali pakai dan konfirmasi alamat, atau penjelasan kepada petugas",
  en: "a one-time code and a confirmed address, or an explanation to a person",
};

export const OWN_CONTACT: Text = {
  id: "kode sekali pakai dari nomor atau alamat sendiri",
  en: "a one-time code from an own number or address",
};
export const OWN_DEVICE: Text = {
  id: "penjelasan mengapa perangkat itu dipakai bersama (misalnya serumah), atau kode sekali pakai dari nomor sendiri",
  en: "showing why the device is shared (a household), or a one-time code from an own number",
};
export const OWN_PAYMENT: Text = {
  id: "penjelasan bahwa pembayaran itu milik keluarga atau penitip, atau pembayaran dengan alat sendiri",
  en: "showing that the payment is a family's or a personal shopper's, or paying with an own means",
};
