/*
 * The search for the number of a proof-of-work challenge, for browsers. Only the challenge's last
 * block differs between two tries, so everything before it is hashed once; that and the lack of
 * objects make it some ten times as fast as a general SHA-256, which is what a phone needs to keep
 * up with a program.
 */

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

/** The first 32 bits of the fraction of a root (FIPS 180-4, 4.2.2 and 5.3.3). */
const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0;

function primes(count: number): number[] {
  const found: number[] = [];
  for (let next = 2; found.length < count; next++) {
    if (found.every((prime) => next % prime !== 0)) found.push(next);
  }
  return found;
}
const ROUND_CONSTANTS = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

const words = new Int32Array(64);

/** Hashes one block of sixteen words in `words` into `state`. */
function compress(state: Int32Array): void {
  for (let at = 16; at < 64; at++) {
    const x = words[at - 15] as number;
    const y = words[at - 2] as number;
    const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[at] = ((words[at - 16] as number) + small + (words[at - 7] as number) + large) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let at = 0; at < 64; at++) {
    const large = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = g ^ (e & (f ^ g));
    const one = (h + large + choice + (ROUND_CONSTANTS[at] as number) + (words[at] as number)) | 0;
    const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (small + ((a & b) ^ (c & (a ^ b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = ((state[0] as number) + a) | 0;
  state[1] = ((state[1] as number) + b) | 0;
  state[2] = ((state[2] as number) + c) | 0;
  state[3] = ((state[3] as number) + d) | 0;
  state[4] = ((state[4] as number) + e) | 0;
  state[5] = ((state[5] as number) + f) | 0;
  state[6] = ((state[6] as number) + g) | 0;
  state[7] = ((state[7] as number) + h) | 0;
}

function loadBlock(bytes: Uint8Array, from: number): void {
  for (let at = 0; at < 16; at++) {
    const byte = from + 4 * at;
    words[at] =
      ((bytes[byte] as number) << 24) |
      ((bytes[byte + 1] as number) << 16) |
      ((bytes[byte + 2] as number) << 8) |
      (bytes[byte + 3] as number);
  }
}

/** A search that is done in steps, so that a page stays responsive between them. */
export class WorkSearch {
  readonly #wanted: Int32Array;
  readonly #midstate = Int32Array.from(START);
  readonly #state = new Int32Array(8);
  readonly #tail: Uint8Array;
  readonly #tailBytes: number;
  readonly #saltBytes: number;
  readonly #last: number;
  #next = 0;

  /** `salt` is ASCII, `challenge` a hash in 64 hexadecimal digits. */
  constructor(given: { readonly salt: string; readonly challenge: string; readonly last: number }) {
    const { salt, challenge, last } = given;
    this.#last = last;
    this.#wanted = Int32Array.from({ length: 8 }, (_, at) =>
      Number.parseInt(challenge.slice(8 * at, 8 * at + 8), 16),
    );
    this.#saltBytes = salt.length;
    this.#tailBytes = salt.length % BLOCK_BYTES;
    const bytes = Uint8Array.from(salt, (character) => character.charCodeAt(0));
    for (let from = 0; from + BLOCK_BYTES <= bytes.length; from += BLOCK_BYTES) {
      loadBlock(bytes, from);
      compress(this.#midstate);
    }
    this.#tail = new Uint8Array(2 * BLOCK_BYTES);
    this.#tail.set(bytes.subarray(bytes.length - this.#tailBytes));
  }

  /** Tries so many numbers more; the number that fits, or null. */
  step(tries: number): number | null {
    const until = Math.min(this.#last, this.#next + tries - 1);
    for (; this.#next <= until; this.#next++) {
      if (this.#fits(this.#next)) return this.#next;
    }
    return null;
  }

  /** Whether all numbers were tried in vain. */
  get isOver(): boolean {
    return this.#next > this.#last;
  }

  #fits(number: number): boolean {
    const tail = this.#tail;
    const digits = String(number);
    let end = this.#tailBytes;
    for (let at = 0; at < digits.length; at++) tail[end++] = digits.charCodeAt(at);
    const oneBlock = end + 1 + LENGTH_BYTES <= BLOCK_BYTES;
    const blocks = oneBlock ? 1 : 2;
    tail[end] = 0x80;
    tail.fill(0, end + 1, blocks * BLOCK_BYTES);
    const bits = 8 * (this.#saltBytes + digits.length);
    tail[blocks * BLOCK_BYTES - 2] = bits >>> 8;
    tail[blocks * BLOCK_BYTES - 1] = bits & 255;
    const state = this.#state;
    state.set(this.#midstate);
    loadBlock(tail, 0);
    compress(state);
    if (!oneBlock) {
      loadBlock(tail, BLOCK_BYTES);
      compress(state);
    }
    // All but one in four thousand million differ in the first word already.
    return state[0] === this.#wanted[0] && state.every((word, at) => word === this.#wanted[at]);
  }
}
