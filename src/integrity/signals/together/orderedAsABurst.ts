/* A signal: accounts that were made at one time ordered at one moment. */

import { SIGNAL_CAP_BITS, weakEvidence } from "../../evidence/evidence.ts";
import type { PatternSignal } from "../../evidence/signal.ts";
import { seconds } from "./seconds.ts";

/** Orders of one burst of accounts that came closer together than other buyers' orders. */
export const orderedAsABurst: PatternSignal = {
  name: "ordered_as_a_burst",
  about: "pattern",
  group: "time",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: {
      id: "akun yang dibuat pada saat yang sama memesan bersamaan",
      en: "accounts made at one time ordered together",
    },
    reason: {
      id: "{orders} akun yang dibuat pada saat yang sama memesan dalam {duration}, lebih rapat daripada pembeli lain",
      en: "{orders} accounts that were made at one time ordered within {duration}, closer together than other buyers",
    },
  },
  evaluate: ({ burst }) => {
    if (burst === null) return null;
    const facts = { orders: burst.orders, seconds: seconds(burst.orderedMs) };
    return weakEvidence("ordered_as_a_burst", { p: burst.orderedP, facts, asks: "ordered" });
  },
};
