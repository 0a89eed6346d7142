import { fewIdentifiersSignal } from "../evidence/fewIdentifiers.ts";
import { OWN_DEVICE } from "../evidence/releases.ts";

/** Many accounts on few devices. Has one cause with a shared device: one person's phones. */
export const fewDevices = fewIdentifiersSignal("few_devices", "device", {
  title: { id: "sedikit perangkat untuk banyak akun", en: "few devices for many accounts" },
  reason: {
    id: (f) => `${f.accounts} akun hanya memakai ${f.distinct} perangkat`,
    en: (f) => `${f.accounts} accounts use only ${f.distinct} devices`,
  },
  release: OWN_DEVICE,
});
