import { textIn } from "../../../src/base/inLanguage.ts";
import type { Language } from "../../../src/base/language.ts";
import type { SaleDefinition } from "../../../src/sale/definition.ts";
import { paymentNotice, type Payments } from "../../../src/sale/payments.ts";
import { html, type Html } from "../../ui/html.ts";
import { PAYMENT_WORDS } from "./words.ts";

/** What buyers must know before they pay, on every page that leads there; null where there is nothing to say. */
export function paymentNote(
  language: Language,
  payments: Payments,
  sale: Pick<SaleDefinition, "channels">,
): Html | null {
  const notice = paymentNotice(payments, sale);
  return notice && html`<p class="note warm">${textIn(PAYMENT_WORDS[notice], language)}</p>`;
}

/** The same on pages that are about no single sale. */
export const sandboxNote = (language: Language, payments: Payments): Html | null =>
  payments === "sandbox" ? paymentNote(language, payments, { channels: [] }) : null;
