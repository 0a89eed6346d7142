/* A signal: accounts hang together over several values. */

import { SIGNAL_CAP_BITS } from "../evidence/evidence.ts";
import { sizeBeyondSharing } from "../evidence/sharing.ts";
import type { MeshSignal } from "../evidence/signal.ts";

/** Accounts that hang together over several values: a household with guests reaches six or so. */
const SHARING = { two: 0.3, further: 0.65 };

/** Accounts that several values link, beyond those that one value alone ties together. */
export const connectedAccounts: MeshSignal = {
  name: "connected_accounts",
  about: "mesh",
  group: "identity",
  strength: "strong",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: { id: "akun saling terhubung", en: "accounts that hang together" },
    reason: {
      id: "sekitar {accounts} akun saling terhubung lewat beberapa perangkat, pembayaran, atau nomor",
      en: "about {accounts} accounts hang together over several devices, payments or numbers",
    },
  },
  evaluate: (accounts) => sizeBeyondSharing("connected_accounts", SHARING, { accounts, value: "" }),
};
