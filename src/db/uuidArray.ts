/** The type of an array's elements, as PostgreSQL numbers its own (pg_type.dat). */
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
  /** Where the digits stand in the text, and where the dashes. */
  readonly digits: Uint8Array;
  readonly dashes: Uint8Array;
}

function formOf(text: string): Form {
  const placesOf = (sign: string) =>
    Uint8Array.from([...text.matchAll(new RegExp(sign, "g"))], (match) => match.index);
  return { digits: placesOf("0"), dashes: placesOf("-") };
}

/** Forms of a key by their length: with the usual dashes, and with none. */
const FORMS = new Map(
  ["00000000-0000-0000-0000-000000000000", "0".repeat(2 * UUID_BYTES)].map((text) => [
    text.length,
    formOf(text),
  ]),
);

/** Reads the key that stands at `from`; false where it has not the form of one. */
function readUuid(text: Buffer, from: number, form: Form, bytes: Buffer, at: number): boolean {
  const { digits, dashes } = form;
  let seen = 0;
  for (let index = 0; index < digits.length; index += 2) {
    const high = DIGITS[text[from + digits[index]!]!]!;
    const low = DIGITS[text[from + digits[index + 1]!]!]!;
    seen |= high | low;
    bytes[at + (index >> 1)] = (high << 4) | low;
  }
  for (const place of dashes) if (text[from + place] !== DASH) return false;
  return seen < BASE;
}

/**
 * A `uuid[]` as PostgreSQL sends and receives it in binary (`array_recv` in arrayfuncs.c): dimensions,
 * whether anything is null, the elements' type, how many, the lower bound, then each with its length. The
 * driver sends a Buffer as it is. What is no key is an error, not a key of chance.
 *
 * Five of these stand in the path of every entry. All texts become bytes at once and are read there by place: half
 * of what it cost to go through each text, as keys are pieces of other texts.
 */
export function uuidArray<Item>(
  items: readonly Item[],
  pick: (item: Item) => string | null,
): Buffer {
  const keys = items.map(pick);
  // A letter outside ASCII takes more bytes than letters, none of which is a digit: it is met, whatever follows.
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
