/* A signal: accounts share a device. */

import { identifierSignal } from "../evidence/sharing.ts";
import { OWN_DEVICE } from "../evidence/words.ts";

/** Several accounts on one device. Couples and children share a phone, so two of them say next to nothing. */
export const sharedDevice = identifierSignal(
  {
    name: "shared_device",
    group: "means",
    column: "device",
    texts: {
      title: { id: "perangkat yang sama", en: "the same device" },
      reason: {
        id: "{accounts} {who} memesan dari perangkat yang sama ({value})",
        en: "{accounts} {who} ordered from the same device ({value})",
      },
      release: OWN_DEVICE,
    },
  },
  { two: 0.12, further: 0.33 },
);
