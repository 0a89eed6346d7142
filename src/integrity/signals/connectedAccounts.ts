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
      id: "{accounts} {who} saling terhubung lewat {things} hal yang dipakai bersama (perangkat, pembayaran, nomor, dan semacamnya)",
      en: "{accounts} {who} hang together over {things} things that they share (devices, payments, numbers and the like)",
    },
  },
  evaluate: (accounts) => sizeBeyondSharing("connected_accounts", SHARING, { accounts, value: "" }),
};
