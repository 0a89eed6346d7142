/* A signal: accounts of a group were made close together. */

import { SIGNAL_CAP_BITS } from "../evidence/evidence.ts";
import { momentEvidence } from "../evidence/moment.ts";
import type { MomentSignal } from "../evidence/signal.ts";

/** Accounts of a group that were made close together. Households register together, too. */
export const accountsMadeTogether: MomentSignal = {
  name: "accounts_made_together",
  about: "moment",
  group: "time",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: { id: "akun dibuat bersamaan", en: "accounts made together" },
    reason: {
      id: "{orders} akun kelompok ini dibuat dalam {duration}",
      en: "{orders} accounts of this group were made within {duration}",
    },
  },
  evaluate: (moment) => momentEvidence("accounts_made_together", { ...moment, together: true }),
};
