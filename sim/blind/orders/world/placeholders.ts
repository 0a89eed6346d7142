/* Texts of cells that mean "not given", and long numbers as spreadsheets leave them. */

import type { SeededChance } from "../../../../src/crowd/chance.ts";

export const NO_PHONE: readonly string[] = [
  "0",
  "-",
  "0000000000",
  "080000000000",
  "+620",
  "081234567890",
  "08123456789",
  "6281234567890",
  "08111111111",
  "089999999999",
  "1234567890",
  "tidak ada",
  "N/A",
];

export const NO_DEVICE: readonly string[] = [
  "00000000-0000-0000-0000-000000000000",
  "unknown",
  "null",
  "undefined",
  "0",
  "9774d56d682e549c",
  "02:00:00:00:00:00",
  "000000000000000",
  "123456789012345",
  "none",
];

export const NO_MAIL: readonly string[] = [
  "-",
  "noemail@noemail.com",
  "tidakada@gmail.com",
  "test@gmail.com",
  "a@a.com",
  "customer@example.com",
  "null",
  "email@email.com",
];

export const NO_PAYMENT: readonly string[] = [
  "-",
  "0",
  "N/A",
  "null",
  "411111******1111",
  "unknown",
];

export const NO_ACCOUNT: readonly string[] = ["guest", "Guest", "0", "tamu", "anonymous"];

/** A phone as a spreadsheet leaves it: six digits of twelve. */
export function shortened(phone: string): string {
  const digits = `62${phone.slice(1)}`;
  return `${digits.slice(0, 1)}.${digits.slice(1, 6)}E+${digits.length - 1}`;
}

/** How people and programs write one phone number. */
export function spelledPhone(phone: string, chance: SeededChance): string {
  const end = phone.slice(1);
  const kind = chance.fraction();
  if (kind < 0.55) return phone;
  if (kind < 0.75) return `62${end}`;
  if (kind < 0.88) return `+62${end}`;
  if (kind < 0.92) return end;
  if (kind < 0.96) return `${phone.slice(0, 4)}-${phone.slice(4, 8)}-${phone.slice(8)}`;
  return `+62 ${end.slice(0, 3)} ${end.slice(3, 7)} ${end.slice(7)}`;
}
