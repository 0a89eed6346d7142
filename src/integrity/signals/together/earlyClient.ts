/* A signal: one kind of phone or program is far too often among the first orders. */

import { SIGNAL_CAP_BITS, weakEvidence } from "../../evidence/evidence.ts";
import type { PatternSignal } from "../../evidence/signal.ts";

/** A client that is many times as frequent among the first orders of a channel as it is later. */
export const earlyClient: PatternSignal = {
  name: "early_client",
  about: "pattern",
  group: "habit",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: {
      id: "satu jenis perangkat di antara pesanan pertama",
      en: "one kind of phone among the first orders",
    },
    reason: {
      id: "{orders} pesanan pertama datang dari satu jenis perangkat atau program, {times} kali lebih sering daripada sesudahnya",
      en: "{orders} of the first orders came from one kind of phone or program, {times} times as often as later",
    },
  },
  evaluate: ({ client }) => {
    if (client === null) return null;
    const facts = { orders: client.orders, times: Math.floor(client.lift) };
    return weakEvidence("early_client", { p: client.p, facts, asks: "client" });
  },
};
