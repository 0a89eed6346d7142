/* A signal: accounts share a means of payment. */

import { identifierSignal } from "../evidence/sharing.ts";
import { OWN_PAYMENT } from "../evidence/words.ts";

/** Several accounts with one means of payment. A family shares a card, a personal shopper pays for friends. */
export const sharedPayment = identifierSignal(
  {
    name: "shared_payment",
    group: "means",
    column: "payment",
    texts: {
      title: { id: "alat pembayaran yang sama", en: "the same means of payment" },
      reason: {
        id: "{accounts} {who} membayar dengan alat pembayaran yang sama ({value})",
        en: "{accounts} {who} pay with the same means of payment ({value})",
      },
      release: OWN_PAYMENT,
    },
  },
  { two: 0.15, further: 0.33 },
);
