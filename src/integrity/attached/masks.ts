/* Masked phone numbers beside whole ones: the digits that a mask leaves, read from both. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { Dictionary } from "../table/numbering.ts";
import type { OrderTable } from "../table/orders.ts";

/** How many digits a mask leaves in front and behind. */
interface MaskForm {
  readonly head: number;
  readonly tail: number;
}

/** Fewer digits are many people's. */
const LEAST_SEEN = 6;
/** Marketplaces mask each in one way; a file has few. */
const MOST_FORMS = 4;

/** "*813****103" leaves three and three. Stars may be fewer than the digits that they stand for. */
function formOf(masked: string): MaskForm | null {
  const [, head = "", tail = ""] = /^\*(\d*)\*+(\d*)$/.exec(masked) ?? [];
  if (head.length + tail.length < LEAST_SEEN) return null;
  return { head: head.length, tail: tail.length };
}

const seenIn = (text: string, { head, tail }: MaskForm): string => {
  const digits = text.replace(/^\*/, "");
  return `${digits.slice(0, head)}…${digits.slice(digits.length - tail)}`;
};

/** The forms of a file's masks, the commonest first. */
function formsOf({ columns }: OrderTable): MaskForm[] {
  const { values, counts } = columns.maskedPhone;
  const seen = new Map<string, { readonly form: MaskForm; readonly rows: number }>();
  values.forEach((value, number) => {
    const form = formOf(value);
    if (form === null) return;
    const key = `${form.head} ${form.tail}`;
    seen.set(key, { form, rows: (seen.get(key)?.rows ?? 0) + wholeAt(counts, number) });
  });
  return [...seen]
    .toSorted((a, b) => b[1].rows - a[1].rows || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_FORMS)
    .map(([, { form }]) => form);
}

/**
 * For each form of masks what it leaves of each order's number, as numbers in a column; -1 where the order has no number,
 * or one that is masked in another way. A whole number and a masked one of the same digits are alike.
 */
export function visibleNumbers(table: OrderTable): Int32Array[] {
  const { phone, maskedPhone } = table.columns;
  return formsOf(table).map((form) => {
    const numbers = new Dictionary();
    const ofWhole = phone.values.map((value) => numbers.number(seenIn(value, form)));
    const ofMasked = maskedPhone.values.map((value) => {
      const own = formOf(value);
      const isAlike = own?.head === form.head && own.tail === form.tail;
      return isAlike ? numbers.number(seenIn(value, form)) : -1;
    });
    return Int32Array.from({ length: table.count }, (_, row) => {
      const masked = wholeAt(maskedPhone.valueOf, row);
      if (masked >= 0) return must(ofMasked[masked], "a form of each masked number");
      const whole = wholeAt(phone.valueOf, row);
      return whole < 0 ? -1 : must(ofWhole[whole], "a form of each number");
    });
  });
}
