/* A signal: accounts that were made at one time have mail boxes after one pattern. */

import { SIGNAL_CAP_BITS, weakEvidence } from "../../evidence/evidence.ts";
import type { PatternSignal } from "../../evidence/signal.ts";

/** Mail boxes of one burst of accounts that are made after one pattern; it counts for the orders that have one. */
export const burstMailForm: PatternSignal = {
  name: "burst_mail_form",
  about: "pattern",
  group: "habit",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: {
      id: "akun yang dibuat pada saat yang sama dengan e-mail berpola sama",
      en: "accounts made at one time with e-mail addresses of one pattern",
    },
    reason: {
      id: "{likeMails} akun yang dibuat pada saat yang sama memakai alamat e-mail berpola sama",
      en: "{likeMails} accounts that were made at one time have e-mail addresses after one pattern",
    },
  },
  evaluate: ({ burst, form }) => {
    const found = burst?.form ?? null;
    if (found === null || found.form !== form) return null;
    const facts = { likeMails: found.count };
    return weakEvidence("burst_mail_form", { p: found.p, facts, asks: "form" });
  },
};
