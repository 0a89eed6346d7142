/* A signal: accounts share a phone number. */

import { identifierSignal } from "../evidence/sharing.ts";
import { OWN_CONTACT } from "../evidence/words.ts";

/** Several accounts with one phone number; a household may have one number for deliveries. */
export const sharedPhone = identifierSignal(
  {
    name: "shared_phone",
    group: "identity",
    column: "phone",
    texts: {
      title: { id: "nomor telepon yang sama", en: "the same phone number" },
      reason: {
        id: "{accounts} {who} memakai nomor telepon yang sama ({value})",
        en: "{accounts} {who} use the same phone number ({value})",
      },
      release: OWN_CONTACT,
    },
  },
  { two: 0.12, further: 0.33 },
);
