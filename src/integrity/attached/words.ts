/* The ties by which an order joins a case, in words: what they have in common, never why. */

import { asText, type Text } from "../../base/language.ts";
import type { Tie } from "./attach.ts";

export const TIE_WORDS = {
  thing: {
    id: "perangkat, pembayaran, nomor, atau e-mail yang sama dengan pesanan kasus ini",
    en: "the same device, payment, number or e-mail as an order of the case",
  },
  place: { id: "tempat tujuan yang sama", en: "the same place" },
  phone: {
    id: "angka nomor telepon yang terlihat sama",
    en: "the same visible digits of the phone number",
  },
  client: { id: "jenis perangkat atau program yang sama", en: "the same kind of phone or program" },
  form: { id: "alamat e-mail berpola sama", en: "an e-mail address after the same pattern" },
  made: { id: "akun dibuat pada saat yang sama", en: "an account made at the same time" },
  ordered: { id: "pesanan masuk pada saat yang sama", en: "an order at the same moment" },
} as const satisfies Record<Tie, Text>;

/** Ties in a row: "the same place, an order at the same moment". */
export const tiesText = (ties: readonly Tie[]): Text =>
  asText((side) => ties.map((tie) => TIE_WORDS[tie][side]).join(", "));
