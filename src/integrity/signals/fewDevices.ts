/* A signal: many accounts use few devices. */

import { fewIdentifiersSignal } from "../evidence/fewIdentifiers.ts";
import { OWN_DEVICE } from "../evidence/words.ts";

/** Many accounts on few devices. Has one cause with a shared device: one person's phones. */
export const fewDevices = fewIdentifiersSignal("few_devices", {
  title: { id: "sedikit perangkat untuk banyak akun", en: "few devices for many accounts" },
  reason: {
    id: "{accounts} {who} hanya memakai {distinct} perangkat",
    en: "{accounts} {who} use only {distinct} devices",
  },
  release: OWN_DEVICE,
});
