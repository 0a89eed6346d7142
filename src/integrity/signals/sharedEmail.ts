/* A signal: accounts share a mail box. */

import { identifierSignal } from "../evidence/sharing.ts";
import { OWN_CONTACT } from "../evidence/words.ts";

/** Several accounts with one mail box, which hardly anybody shares. */
export const sharedEmail = identifierSignal(
  {
    name: "shared_email",
    group: "identity",
    column: "email",
    texts: {
      title: { id: "alamat e-mail yang sama", en: "the same e-mail address" },
      reason: {
        id: "{accounts} {who} memakai alamat e-mail yang sama ({value})",
        en: "{accounts} {who} use the same e-mail address ({value})",
      },
      release: OWN_CONTACT,
    },
  },
  { two: 0.08, further: 0.3 },
);
