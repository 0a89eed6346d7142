/*
 * The note about payments: whether this is a trial without real money, and what can be paid with.
 */

import { textIn } from "../../../src/base/inLanguage.ts";
import type { Language } from "../../../src/base/language.ts";
import type { SaleDefinition } from "../../../src/sale/definition.ts";
import { paymentNotice, type Payments } from "../../../src/sale/payments.ts";
import { html, type Html } from "../../ui/html.ts";
import { PAYMENT_WORDS } from "./words.ts";

/** The note for a sale, on every page that leads to paying; null if there is nothing to say. */
export function paymentNote(
  language: Language,
  payments: Payments,
  sale: Pick<SaleDefinition, "channels">,
): Html | null {
  const notice = paymentNotice(payments, sale);
  return notice && html`<p class="note warm">${textIn(PAYMENT_WORDS[notice], language)}</p>`;
}

/** The note for pages that are not about one sale. */
export const sandboxNote = (language: Language, payments: Payments): Html | null =>
  payments === "sandbox" ? paymentNote(language, payments, { channels: [] }) : null;
