/* Texts of evidence that belong to no single signal. `{n}` and the like are filled in. */

import type { Text } from "../../base/language.ts";

/** A plain rule, announced before the sale: it says nothing about rings. */
export const OVER_LIMIT_TEXT: Text = {
  id: "bersama pesanan orang ini sebelumnya, pesanan ini melewati batas pembelian yang diumumkan; yang masih dalam batas tetap berlaku",
  en: "counted with this person's earlier orders, this one is beyond the announced limit; those within it stand",
};

/** Whom a reason counts: accounts, or buyers where the file tells no account. */
export const WHO = {
  accounts: { id: "akun", en: "accounts" },
  buyers: { id: "pembeli", en: "buyers" },
} as const satisfies Record<string, Text>;

/** An explanation, and the subject of it. */
export const ABOUT: Text = { id: "{way} (tentang: {title})", en: "{way} (about: {title})" };

/** Joins what would release an order. */
export const AND: Text = { id: "; dan ", en: "; and " };

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
/** The same of somebody who has answered a code already. */
export const EXPLAIN_TO_A_PERSON: Text = {
  id: "penjelasan kepada petugas",
  en: "an explanation to a person",
};

export const OWN_CONTACT: Text = {
  id: "kode sekali pakai dari nomor atau alamat sendiri",
  en: "a one-time code from an own number or address",
};
/** The same of somebody who has answered a code already. */
export const SHARED_CONTACT: Text = {
  id: "penjelasan mengapa nomor atau alamat itu dipakai bersama",
  en: "showing why the number or address is shared",
};
export const OWN_DEVICE: Text = {
  id: "penjelasan mengapa perangkat itu dipakai bersama (misalnya serumah), atau perangkat sendiri",
  en: "showing why the device is shared (a household), or a device of one's own",
};
export const OWN_PAYMENT: Text = {
  id: "penjelasan bahwa pembayaran itu milik keluarga atau penitip, atau pembayaran dengan alat sendiri",
  en: "showing that the payment is a family's or a personal shopper's, or paying with an own means",
};
