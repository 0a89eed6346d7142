/** The type of an array's elements, as PostgreSQL numbers its own (pg_type.dat). */
const UUID_TYPE = 2950;
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const UUID_BYTES = 16;
const NULL_LENGTH = -1;

/** Writes 32 hexadecimal digits, dashes between them or not; what is no key is an error, not a key of chance. */
function writeUuid(bytes: Buffer, at: number, text: string): void {
  const digits = text.replaceAll("-", "");
  const written = bytes.write(digits, at, UUID_BYTES, "hex");
  if (digits.length !== 2 * UUID_BYTES || written !== UUID_BYTES) {
    throw new Error("this is no uuid");
  }
}

/**
 * A `uuid[]` as PostgreSQL sends and receives it in binary (`array_recv` in arrayfuncs.c): dimensions,
 * whether anything is null, the elements' type, how many, the lower bound, then each with its length. The
 * driver sends a Buffer as it is.
 */
export function uuidArray<Item>(
  items: readonly Item[],
  pick: (item: Item) => string | null,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + items.length * (LENGTH_BYTES + UUID_BYTES));
  const head = [1, 1, UUID_TYPE, items.length, 1];
  let at = 0;
  for (const value of head) at = bytes.writeInt32BE(value, at);
  for (const item of items) {
    const text = pick(item);
    at = bytes.writeInt32BE(text === null ? NULL_LENGTH : UUID_BYTES, at);
    if (text === null) continue;
    writeUuid(bytes, at, text);
    at += UUID_BYTES;
  }
  return bytes.subarray(0, at);
}
