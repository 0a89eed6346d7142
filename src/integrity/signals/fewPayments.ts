import { fewIdentifiersSignal } from "../evidence/fewIdentifiers.ts";
import { OWN_PAYMENT } from "../evidence/releases.ts";

/** Many accounts with few means of payment. */
export const fewPayments = fewIdentifiersSignal("few_payments", "payment", {
  title: { id: "sedikit pembayaran untuk banyak akun", en: "few payments for many accounts" },
  reason: {
    id: (f) => `${f.accounts} akun hanya memakai ${f.distinct} alat pembayaran`,
    en: (f) => `${f.accounts} accounts use only ${f.distinct} means of payment`,
  },
  release: OWN_PAYMENT,
});
