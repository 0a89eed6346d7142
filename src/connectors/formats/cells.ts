/* Cells as the exports of marketplaces write them. */

/** How many lines may precede the headers. */
export const HEADER_LINES = 20;

/** A header or cell with spaces for BOM, tabs and no-break spaces, and nothing at its ends. */
export function cleanCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return String(value)
    .replace(/[﻿\t\u00a0]/g, " ")
    .trim();
}

/**
 * The number in texts such as "1.000", "Rp 1.000.000", "1,000.50", "2199000"; NaN if there is none.
 */
export function readAmount(text: string): number {
  const digits = text.replace(/[^\d.,-]/g, "");
  if (digits === "") return Number.NaN;
  const decimal = /[.,]\d{1,2}$/.exec(digits);
  const whole = (decimal ? digits.slice(0, decimal.index) : digits).replace(/[.,]/g, "");
  return Number(decimal ? `${whole}.${decimal[0].slice(1)}` : whole);
}
