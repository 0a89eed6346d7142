/*
 * Binary encoding of `uuid[]` parameters, for the path of every entry. A malformed UUID throws; it
 * must never become some other key.
 */

/** The OID of uuid in PostgreSQL (pg_type.dat). */
const UUID_TYPE = 2950;
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const UUID_BYTES = 16;
const NULL_LENGTH = -1;

const DASH = 0x2d;
const BASE = 16;
const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
"0123456789".split("").forEach((digit, value) => (DIGITS[digit.charCodeAt(0)] = value));
"abcdef".split("").forEach((digit, value) => {
  DIGITS[digit.charCodeAt(0)] = DIGITS[digit.toUpperCase().charCodeAt(0)] = 10 + value;
});

interface Form {
  /** Positions of the digits and of the dashes in the text. */
  readonly digits: Uint8Array;
  readonly dashes: Uint8Array;
}

function formOf(text: string): Form {
  const placesOf = (sign: string) =>
    Uint8Array.from([...text.matchAll(new RegExp(sign, "g"))], (match) => match.index);
  return { digits: placesOf("0"), dashes: placesOf("-") };
}

/** Accepted forms by text length: with the usual dashes, and without any. */
const FORMS = new Map(
  ["00000000-0000-0000-0000-000000000000", "0".repeat(2 * UUID_BYTES)].map((text) => [
    text.length,
    formOf(text),
  ]),
);

/** Parses the UUID at `from`; false if it is malformed. */
function readUuid(text: Buffer, from: number, form: Form, bytes: Buffer, at: number): boolean {
  const { digits, dashes } = form;
  let seen = 0;
  for (let index = 0; index < digits.length; index += 2) {
    const high = DIGITS[text[from + (digits[index] ?? 0)] ?? 0] ?? NO_DIGIT;
    const low = DIGITS[text[from + (digits[index + 1] ?? 0)] ?? 0] ?? NO_DIGIT;
    seen |= high | low;
    bytes[at + (index >> 1)] = (high << 4) | low;
  }
  for (const place of dashes) if (text[from + place] !== DASH) return false;
  return seen < BASE;
}

/**
 * A `uuid[]` in PostgreSQL's binary format (`array_recv` in arrayfuncs.c): dimensions, whether
 * there are nulls, element type, length, lower bound, then each element with its length. The driver
 * sends a Buffer as it is. A malformed UUID throws.
 *
 * Every entry passes through five of these. All texts are joined into one buffer and parsed there
 * by position: half the cost of parsing each text, since keys are slices of other strings.
 */
export function uuidArray<Item>(
  items: readonly Item[],
  pick: (item: Item) => string | null,
): Buffer {
  const keys = items.map(pick);
  // A non-ASCII character takes several bytes, none of them a digit, so it is always detected.
  const text = Buffer.from(keys.join(""), "utf8");
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + items.length * (LENGTH_BYTES + UUID_BYTES));
  const head = [1, 1, UUID_TYPE, items.length, 1];
  let at = 0;
  for (const value of head) at = bytes.writeInt32BE(value, at);
  let from = 0;
  for (const key of keys) {
    at = bytes.writeInt32BE(key === null ? NULL_LENGTH : UUID_BYTES, at);
    if (key === null) continue;
    const form = FORMS.get(key.length);
    if (form === undefined || !readUuid(text, from, form, bytes, at)) {
      throw new Error("this is no uuid");
    }
    from += key.length;
    at += UUID_BYTES;
  }
  return bytes.subarray(0, at);
}
