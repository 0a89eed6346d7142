import type { Text } from "../base/language.ts";
import type { PaymentMethod } from "./definition.ts";
import type { TurnLikeness } from "./sharedTurn.ts";

/**
 * The explanation to both owners of a shared turn. It reveals nothing that either of them did not
 * write.
 */
export const LIKENESS: Readonly<Record<TurnLikeness, Text>> = {
  same: {
    id: "nama dan alamatnya sama dengan pendaftaran lain pada gelombang ini",
    en: "its name and address are those of another entry in this round",
  },
  alike: {
    id: "namanya sama dan alamatnya hampir sama dengan pendaftaran lain pada gelombang ini",
    en: "its name is that of another entry in this round, and its address nearly so",
  },
};

/** A reason for the question: the mailbox's domain may have one owner. */
export const SAME_DOMAIN: Text = {
  id: "beberapa alamat e-mail dari domain yang sama sudah mendapat unit pada penjualan ini",
  en: "several e-mail addresses of the same domain were offered units in this sale already",
};

/** A reason for the question before an order. Its reader may well be another person. */
export const LIMIT_USED: Text = {
  id: "atas nama, alamat, atau nomor yang sama sudah ada pesanan sebanyak batas untuk satu orang",
  en: "orders under the same name, address or number already use up what one person may have",
};

/** How an order is paid. */
export const METHOD_WORDS: Readonly<Record<PaymentMethod, Text>> = {
  va: { id: "Virtual account", en: "Virtual account" },
  qris: { id: "QRIS", en: "QRIS" },
  ewallet: { id: "Dompet digital", en: "E-wallet" },
  card: { id: "Kartu", en: "Card" },
  paylater: { id: "PayLater", en: "PayLater" },
  cod: { id: "Bayar di tempat (COD)", en: "Cash on delivery (COD)" },
};

/**
 * A reason for the question before an order, and for its waiting afterwards: the limit is used up
 * by others to its recipient and place.
 */
export const RECIPIENT_USED: Text = {
  id: "pesanan lain ke penerima dan alamat yang sama sudah mencapai batas untuk satu orang; pesanan yang lebih dahulu tetap berlaku, yang ini menunggu pemeriksaan petugas",
  en: "other orders to the same recipient and address already make up what one person may have; those before it stand, and this one waits until a person has looked",
};

/** A turn that is over, whatever became of it. */
export const TURN_HAD: Text = {
  id: "Giliran Anda pada gelombang ini sudah terpakai.",
  en: "You have had your turn in this round.",
};

/** The second sentence to somebody who joins again: how the turn stands. */
export const ENTERED_ALREADY: Readonly<Record<"kept" | "had", Text>> = {
  kept: { id: "Tempat Anda tetap ada.", en: "Your place is kept." },
  had: TURN_HAD,
};
