/* A signal: many accounts use few means of payment. */

import { fewIdentifiersSignal } from "../evidence/fewIdentifiers.ts";
import { OWN_PAYMENT } from "../evidence/words.ts";

/** Many accounts with few means of payment. */
export const fewPayments = fewIdentifiersSignal("few_payments", {
  title: { id: "sedikit pembayaran untuk banyak akun", en: "few payments for many accounts" },
  reason: {
    id: "{accounts} {who} hanya memakai {distinct} alat pembayaran",
    en: "{accounts} {who} use only {distinct} means of payment",
  },
  release: OWN_PAYMENT,
});
