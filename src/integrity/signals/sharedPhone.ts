import { identifierSignal } from "../evidence/sharing.ts";
import { OWN_CONTACT } from "../evidence/releases.ts";

/** Several accounts with one phone number; a household may have one number for deliveries. */
export const sharedPhone = identifierSignal(
  {
    name: "shared_phone",
    group: "identity",
    column: "phone",
    texts: {
      title: { id: "nomor telepon yang sama", en: "the same phone number" },
      reason: {
        id: (f) => `${f.accounts} akun memakai nomor telepon yang sama (${f.value})`,
        en: (f) => `${f.accounts} accounts use the same phone number (${f.value})`,
      },
      release: OWN_CONTACT,
    },
  },
  { two: 0.12, further: 0.33 },
);
