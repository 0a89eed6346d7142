/* A signal: mail boxes of a group are made after one pattern. */

import { binomialTail } from "../evidence/binomialTail.ts";
import { bitsOfP, SIGNAL_CAP_BITS } from "../evidence/evidence.ts";
import type { GroupFacts, GroupSignal } from "../evidence/signal.ts";

/** Two mail boxes of one form say nothing. */
const LEAST_ALIKE = 3;

/** The form that is rarest for how many of the group's mail boxes have it, as each form was looked at. */
function rarestForm(group: GroupFacts): { readonly p: number; readonly count: number } {
  const forms = group.mailForms();
  const counts = new Map<number, number>();
  for (const form of forms) counts.set(form, (counts.get(form) ?? 0) + 1);
  let best = { p: 1, count: 0 };
  for (const [form, count] of counts) {
    if (count < LEAST_ALIKE) continue;
    const share = Math.min(0.5, Math.max(group.shareOfMailForm(form), 1e-4));
    const tail = binomialTail({ trials: forms.length, hits: count, share });
    const p = Math.min(1, tail * counts.size);
    if (p < best.p) best = { p, count };
  }
  return best;
}

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
    const { p, count } = rarestForm(group);
    const bits = bitsOfP(p);
    if (bits === 0) return null;
    return { signal: "made_up_contacts", bits, p, facts: { likeMails: count } };
  },
};
