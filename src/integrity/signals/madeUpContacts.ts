/* A signal: mail boxes of a group are made after one pattern. */

import { bitsOfP, SIGNAL_CAP_BITS } from "../evidence/evidence.ts";
import type { GroupSignal } from "../evidence/signal.ts";
import { rarestForm } from "../together/marks.ts";

/** Fewer mail boxes are a family's or friends'. */
const LEAST_ASKING = 5;

/**
 * Mail boxes made after one pattern. Weak, because a firm's are, too. Each mail box counts once, however often it is
 * used: one box that is used often is no pattern.
 */
export const madeUpContacts: GroupSignal = {
  name: "made_up_contacts",
  about: "group",
  group: "habit",
  strength: "weak",
  capBits: SIGNAL_CAP_BITS,
  texts: {
    title: { id: "alamat e-mail berpola sama", en: "e-mail addresses of one pattern" },
    reason: {
      id: "{likeMails} alamat e-mail dibuat dengan pola yang sama",
      en: "{likeMails} e-mail addresses are made after one pattern",
    },
  },
  evaluate: (group) => {
    const found = rarestForm(group.mailForms(), (form) => group.shareOfMailForm(form));
    const bits = found === null ? 0 : bitsOfP(found.p);
    if (found === null || bits === 0) return null;
    const asks = found.count >= LEAST_ASKING ? ({ asks: "form", asksOf: found.form } as const) : {};
    const facts = { likeMails: found.count };
    return { signal: "made_up_contacts", bits, p: found.p, facts, ...asks };
  },
};
