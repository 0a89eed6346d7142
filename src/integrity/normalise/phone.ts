/* Phone numbers in one spelling; masked ones stay masked and are equal only to themselves. */

/**
 * A phone number as the digits after the country code, "81234567890"; null when there is none. Indonesian
 * forms (0812…, 62812…, +62 812…, 00 62 812…) are one number. Other countries keep their code and a "+".
 * A masked number ("08******1234") keeps its visible digits and its length: it links by equality only.
 */
export function normalPhone(text: string): string | null {
  const masked = /[*xX•]/.test(text);
  const kept = text.replace(masked ? /[^\d*xX•]/g : /\D/g, "").replace(/[xX•]/g, "*");
  const digits = kept.replace(/^(?:00)?(?:62)?0*(?=8|\*)/, "");
  if (masked) return digits.replaceAll("*", "").length >= 3 ? `*${digits}` : null;
  if (/^8[1-9]\d{7,10}$/.test(digits)) return digits;
  return kept.length >= 8 && kept.length <= 15 ? `+${kept}` : null;
}

export function isMaskedPhone(phone: string): boolean {
  return phone.startsWith("*");
}

/** How far apart two numbers are when only the last four digits differ; Infinity else. */
export function phoneDistance(a: string, b: string): number {
  if (a.length !== b.length || a.length < 8 || isMaskedPhone(a) || isMaskedPhone(b))
    return Infinity;
  const stem = a.length - 4;
  if (a.slice(0, stem) !== b.slice(0, stem)) return Infinity;
  return Math.abs(Number(a.slice(stem)) - Number(b.slice(stem)));
}
