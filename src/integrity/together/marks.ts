/*
 * Marks of some orders that were put together by something weak: further weak things that most of them have in common,
 * and that the crowd has seldom. Each is independent of how they were put together.
 */

import { binomialTail } from "../evidence/binomialTail.ts";
import { bitsOfP } from "../evidence/evidence.ts";
import type { FormMark, FullLimit, FullMark } from "../evidence/pattern.ts";

/** Fewer of an event's orders with so many units are an exception of the seller's, or a slip. */
const LEAST_FULL_SHARE = 0.002;
/** Where so many take it, it is what one does. */
const MOST_FULL_SHARE = 0.5;
/** People who order together take as many as each other with this chance, whatever the crowd takes. */
const ALIKE = 0.25;
/** Two or three orders are a family's. */
const LEAST_ORDERS = 5;

/** The full limit as an event shows it: null where everybody takes one, or where most take it. */
export function fullLimitOf(units: Iterable<number>): FullLimit | null {
  const counts = new Map<number, number>();
  let all = 0;
  for (const taken of units) {
    if (!(taken > 0)) continue;
    counts.set(taken, (counts.get(taken) ?? 0) + 1);
    all++;
  }
  let orders = 0;
  for (const [taken, count] of [...counts].toSorted((a, b) => b[0] - a[0])) {
    orders += count;
    if (taken < 2) return null;
    const share = orders / all;
    if (share < LEAST_FULL_SHARE) continue;
    return share <= MOST_FULL_SHARE ? { units: taken, share } : null;
  }
  return null;
}

/** That orders take the full limit where the crowd mostly takes less; null where they do not. */
export function fullMark(units: readonly number[], full: FullLimit | null): FullMark | null {
  const counted = units.filter((taken) => taken > 0);
  if (full === null || counted.length < LEAST_ORDERS) return null;
  const orders = counted.filter((taken) => taken >= full.units).length;
  const share = full.share + ALIKE * (1 - full.share);
  const p = binomialTail({ trials: counted.length, hits: orders, share });
  return bitsOfP(p) === 0 ? null : { units: full.units, orders, of: counted.length, p };
}

/** Two mail boxes of one form say nothing. */
const LEAST_ALIKE = 3;
const LEAST_FORM_SHARE = 1e-4;

/** The form that is rarest for how many of the mail boxes have it, as each form was looked at. */
export function rarestForm<Form extends string | number>(
  forms: readonly Form[],
  shareOf: (form: Form) => number,
): (Omit<FormMark, "form"> & { readonly form: Form }) | null {
  const counts = new Map<Form, number>();
  for (const form of forms) counts.set(form, (counts.get(form) ?? 0) + 1);
  let best: { readonly form: Form; readonly count: number; readonly p: number } | null = null;
  for (const [form, count] of counts) {
    if (count < LEAST_ALIKE) continue;
    const share = Math.min(0.5, Math.max(shareOf(form), LEAST_FORM_SHARE));
    const tail = binomialTail({ trials: forms.length, hits: count, share });
    const p = Math.min(1, tail * counts.size);
    if (best === null || p < best.p || (p === best.p && form < best.form))
      best = { form, count, p };
  }
  return best;
}
