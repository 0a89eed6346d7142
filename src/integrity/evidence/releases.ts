import type { Text } from "../../base/language.ts";

/* What would release an order, for signals with one kind of identifier. */

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
