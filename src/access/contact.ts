/*
 * Contacts of buyers: phone numbers and e-mail addresses as people type them, in one canonical
 * spelling. Two spellings of one contact must never count as two contacts.
 */

import { withoutUnseen } from "../base/plainLetters.ts";

/** A way to reach a buyer, in its canonical spelling. */
export interface Contact {
  readonly kind: "phone" | "email";
  /** E.164 ("+628123456789") or a lower-case address. */
  readonly value: string;
}

const INDONESIA = "62";

/**
 * A contact as its reader sees it. Contact lists wrap numbers in characters that set the direction
 * of writing, and write long dashes and wide digits.
 */
const asItLooks = (text: string): string =>
  withoutUnseen(text.normalize("NFKC"))
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .trim();

/**
 * Parses typed text: an Indonesian number in any usual form (0812…, 62812…, +62 812-…), an
 * international number with +, or an e-mail address. Null for anything else. Aliases (`+tag`, dots)
 * stay as they are: integrity decides which addresses are one person, sign-in does not.
 */
export function readContact(text: string): Contact | null {
  const trimmed = asItLooks(text);
  if (trimmed.includes("@")) {
    const value = trimmed.toLowerCase();
    return /^[^\s@<>(),;:"]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\.[a-z]{2,63}$/.test(value)
      ? { kind: "email", value }
      : null;
  }
  if (!/^[+0-9][0-9\s().-]{5,24}$/.test(trimmed)) return null;
  const digits = trimmed.replace(/\D/g, "").replace(/^00/, "");
  const national = trimmed.startsWith("+") || trimmed.startsWith("00") ? null : digits;
  const international =
    national === null
      ? digits
      : national.startsWith("0")
        ? INDONESIA + national.slice(1)
        : national.startsWith("8")
          ? INDONESIA + national
          : national;
  if (international.startsWith(INDONESIA)) {
    return /^628[1-9]\d{6,10}$/.test(international)
      ? { kind: "phone", value: `+${international}` }
      : null;
  }
  return /^[1-9]\d{7,14}$/.test(international)
    ? { kind: "phone", value: `+${international}` }
    : null;
}

/** For screens and logs of the outbox: "+62812•••789", "b•••@contoh.id". */
export function maskContact(contact: Contact): string {
  if (contact.kind === "phone") return `${contact.value.slice(0, 6)}•••${contact.value.slice(-3)}`;
  const at = contact.value.indexOf("@");
  return `${contact.value.slice(0, 1)}•••${contact.value.slice(at)}`;
}
