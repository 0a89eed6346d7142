/* Cells as the exports of marketplaces write them. */

/** How many lines may precede the headers. */
export const HEADER_LINES = 20;

/** A header or cell without BOM, tabs and no-break spaces at its ends, and without a spreadsheet's marks for "text". */
export function cleanCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  const given = String(value);
  const text = (hasSpaces(given) ? given.replace(/[\uFEFF\t\u00a0]/g, " ") : given).trim();
  const first = text.charCodeAt(0);
  if (first === 39 && /^'[\d+=@-]/.test(text)) return text.slice(1);
  if (first === 61) return /^="(.*)"$/.exec(text)?.[1]?.trim() ?? text;
  return text;
}

/** Whether a text has a BOM, a tab or a no-break space: of twenty million cells few have. */
function hasSpaces(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 9 || code === 0xa0 || code === 0xfeff) return true;
  }
  return false;
}

/** A header as it is compared: letters and digits in small letters, whatever stands around them. */
export function headerKey(header: string): string {
  return header
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Where a header stands among those of a file, exactly or by its letters; -1 where it does not. */
export function placeOfHeader(headers: readonly string[], wanted: string): number {
  const exact = headers.indexOf(wanted);
  if (exact >= 0) return exact;
  const key = headerKey(wanted);
  return key === "" ? -1 : headers.findIndex((header) => headerKey(header) === key);
}
