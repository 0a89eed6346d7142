import { paymentNotice, type PaymentNotice, type Payments } from "../../../src/sale/payments.ts";
import type { SaleDefinition } from "../../../src/sale/definition.ts";
import { html, type Html } from "../../ui/html.ts";

const TEXTS: Readonly<Record<"id" | "en", Readonly<Record<PaymentNotice, string>>>> = {
  id: {
    sandbox: "Uji coba: pembayaran di situs ini hanya simulasi. Tidak ada uang yang berpindah.",
    only_cod:
      "Belum ada layanan pembayaran di situs ini. Untuk saat ini hanya bayar di tempat (COD).",
    nothing: "Belum ada layanan pembayaran di situs ini, jadi pesanan belum bisa dibuat.",
  },
  en: {
    sandbox: "Trial: payments on this site are only simulated. No money moves.",
    only_cod: "No payment service is set up on this site yet. For now only cash on delivery works.",
    nothing: "No payment service is set up on this site yet, so nothing can be ordered.",
  },
};

/** What buyers must know before they pay, on every page that leads there; null where there is nothing to say. */
export function paymentNote(
  language: "id" | "en",
  payments: Payments,
  sale: Pick<SaleDefinition, "channels">,
): Html | null {
  const notice = paymentNotice(payments, sale);
  return notice && html`<p class="note warm">${TEXTS[language][notice]}</p>`;
}

/** The same on pages that are about no single sale. */
export const sandboxNote = (language: "id" | "en", payments: Payments): Html | null =>
  payments === "sandbox" ? paymentNote(language, payments, { channels: [] }) : null;
