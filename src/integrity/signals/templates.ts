import { bitsOfP, type Evidence } from "./evidence.ts";
import { logChoose } from "../../base/logChoose.ts";

/** P(X ≥ k) for X binomial(n, share). */
export function binomialTail(n: number, k: number, share: number): number {
  if (k <= 0) return 1;
  let p = 0;
  for (let hits = k; hits <= n; hits++) {
    p += Math.exp(logChoose(n, hits) + hits * Math.log(share) + (n - hits) * Math.log1p(-share));
  }
  return Math.min(1, p);
}

/** Mail boxes of one form: how many of a group's share a form that `share` of everybody has. */
function templateP(
  templates: readonly number[],
  shareOf: (template: number) => number,
): { p: number; count: number } {
  const counts = new Map<number, number>();
  for (const template of templates) counts.set(template, (counts.get(template) ?? 0) + 1);
  let best = { p: 1, count: 0 };
  for (const [template, count] of counts) {
    if (count < 3) continue;
    const share = Math.min(0.5, Math.max(shareOf(template), 1e-4));
    const p = Math.min(1, binomialTail(templates.length, count, share) * counts.size);
    if (p < best.p) best = { p, count };
  }
  return best;
}

/**
 * Mail boxes made after one pattern. Weak by itself: a firm's are, too. `templates`: the number of each
 * mail box's form, once for a mail box however often it is used, as that is no pattern.
 */
export function madeUpContacts(
  templates: readonly number[],
  shareOf: (template: number) => number,
): Evidence | null {
  const mail = templateP(templates, shareOf);
  const bits = bitsOfP(mail.p);
  if (bits === 0) return null;
  return { family: "made_up_contacts", bits, p: mail.p, facts: { likeMails: mail.count } };
}
