const HEX_WORD_DIGITS = 8;
/** More would tell better while the sieve is empty, and fill it sooner. */
const BITS_PER_KEY = 4;

/**
 * Remembers keys in little memory (a Bloom filter; two positions give all of them: Kirsch and Mitzenmacher, "Less
 * hashing, same performance", 2008). Keys are uuids whose first and last eight digits are as good as chance; ours
 * are keyed hashes, so nobody outside can choose them. What was added is always known; what was not is taken for known
 * once in 260 times after 1.2 million others in 2^24 bits (2 MB), more and more often after that.
 */
export class KeySieve {
  readonly #words: Uint32Array;
  readonly #mask: number;

  /** `bitCount`: a power of two from 32 to 2^32. */
  constructor(bitCount = 2 ** 24) {
    if (!Number.isInteger(Math.log2(bitCount)) || bitCount < 32 || bitCount > 2 ** 32) {
      throw new RangeError("a sieve has a power of two of bits, from 32 to 2^32");
    }
    this.#words = new Uint32Array(bitCount / 32);
    this.#mask = bitCount - 1;
  }

  /** Adds a key; true when it may have been added before, false when it surely was not. */
  add(key: string): boolean {
    const first = Number.parseInt(key.slice(0, HEX_WORD_DIGITS), 16);
    // Odd, so that no two of a key's positions are the same.
    const step = Number.parseInt(key.slice(-HEX_WORD_DIGITS), 16) | 1;
    let known = true;
    for (let index = 0; index < BITS_PER_KEY; index++) {
      const bit = (first + Math.imul(index, step)) & this.#mask;
      const word = bit >>> 5;
      const flag = 1 << (bit & 31);
      if ((this.#words[word]! & flag) === 0) known = false;
      this.#words[word]! |= flag;
    }
    return known;
  }
}
