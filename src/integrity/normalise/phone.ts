/*
 * Phone numbers in one spelling; masked ones stay masked and are equal only to themselves. Must never happen: two
 * numbers of one cell, or a number and its extension, become one number that nobody has.
 */

/** Area codes that also begin a number whose zero a spreadsheet has dropped: Jakarta, Bandung, Semarang, Surabaya. */
const LARGE_CITIES = /^(?:21|22|24|31)\d{7,8}$/;
/** The marks between two numbers of one cell. */
const BETWEEN = /[/;,|&\n]|\s(?:atau|dan|or|and)\s/i;
const EXTENSION = /\s*(?:ext\.?|extension|pes\.?|pesawat|#)\s*\d{1,6}\s*$/i;
const LEAST_DIGITS = 8;

/** The numbers in one cell: usually one. A part with too few digits to be a number stays with the one before it. */
export function phonesIn(text: string): readonly string[] {
  if (!BETWEEN.test(text)) return [text];
  const parts = text.split(BETWEEN).filter((part) => digitCount(part) >= LEAST_DIGITS);
  return parts.length < 2 ? [text] : parts;
}

function digitCount(text: string): number {
  return text.replace(/[^\d*xX•]/g, "").length;
}

/**
 * A phone number as the digits after the country code, "81234567890"; null when there is none. Indonesian
 * forms (0812…, 62812…, +62 812…, 00 62 812…) are one number. Landlines and other countries keep their
 * code and a "+": (021) 555-1234, 62 21 5551234 and +62 (0)21 5551234 are "+62215551234".
 * A masked number ("08******1234") keeps its visible digits and its length: it links by equality only.
 * Of several numbers in one cell the first counts.
 */
export function normalPhone(text: string): string | null {
  const one = phoneOf(text);
  const masked = /[*xX•]/.test(one);
  const kept = one.replace(masked ? /[^\d*xX•]/g : /\D/g, "").replace(/[xX•]/g, "*");
  const digits = kept.replace(/^(?:00)?(?:62)?0*(?=8|\*)/, "");
  if (masked) return digits.replaceAll("*", "").length >= 3 ? `*${digits}` : null;
  if (/^8[1-9]\d{7,10}$/.test(digits)) return digits;
  const landline = landlineOf(kept, one);
  if (landline !== null) return `+62${landline}`;
  const abroad = kept.replace(/^00/, "");
  return abroad.length >= LEAST_DIGITS && abroad.length <= 15 ? `+${abroad}` : null;
}

/** The first number of a cell, without its extension. Nearly all cells are digits only. */
function phoneOf(text: string): string {
  if (/^\+?\d+$/.test(text)) return text;
  const [first = text] = phonesIn(text);
  return /[a-z#]/i.test(first) ? first.replace(EXTENSION, "") : first;
}

/** An Indonesian landline without country code and zero; null where it is none, or another country's. */
function landlineOf(digits: string, text: string): string | null {
  const inside = /^(?:00)?62(\d+)$/.exec(digits)?.[1] ?? /^0([1-9]\d+)$/.exec(digits)?.[1];
  const national = inside?.replace(/^0/, "");
  if (national !== undefined) return /^[1-9]\d{7,10}$/.test(national) ? national : null;
  return !text.includes("+") && LARGE_CITIES.test(digits) ? digits : null;
}

export function isMaskedPhone(phone: string): boolean {
  return phone.startsWith("*");
}

/** How far apart two numbers are when only the last four digits differ; Infinity else. */
export function phoneDistance(a: string, b: string): number {
  if (a.length !== b.length || a.length < 8 || isMaskedPhone(a) || isMaskedPhone(b))
    return Infinity;
  const stem = a.length - 4;
  // Letter by letter: it is asked for millions of pairs, and two texts for each would be made for nothing.
  for (let at = 0; at < stem; at++) if (a.charCodeAt(at) !== b.charCodeAt(at)) return Infinity;
  return Math.abs(Number(a.slice(stem)) - Number(b.slice(stem)));
}
