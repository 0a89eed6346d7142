/* A signal: the account was made in a burst of accounts, far more than in the hours around it. */

import { SIGNAL_CAP_BITS, weakEvidence } from "../../evidence/evidence.ts";
import type { PatternSignal } from "../../evidence/signal.ts";
import { seconds } from "./seconds.ts";

/** An account of a burst that is older than three days, whose orders came close together. */
export const madeInABurst: PatternSignal = {
  name: "made_in_a_burst",
  about: "pattern",
  group: "time",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: { id: "banyak akun dibuat pada saat yang sama", en: "many accounts made at one time" },
    reason: {
      id: "{orders} akun dibuat dalam {duration}, jauh lebih banyak daripada pada jam-jam sekitarnya",
      en: "{orders} accounts were made within {duration}, many more than in the hours around it",
    },
  },
  evaluate: ({ burst }) => {
    if (burst === null) return null;
    const facts = { orders: burst.accounts, seconds: seconds(burst.madeToMs - burst.madeFromMs) };
    return weakEvidence("made_in_a_burst", { p: burst.madeP, facts, asks: "made" });
  },
};
