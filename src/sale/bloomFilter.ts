/*
 * A Bloom filter of keys. It may claim to know a new key, but never forgets a key that was added.
 */

const HEX_WORD_DIGITS = 8;
const WORD_BITS = 32;
/** So many that one byte of the key selects one of them. */
const BLOCK_BITS = 256;
/**
 * The bytes of one 32-bit word of the key. More bits distinguish better in an empty filter, and
 * fill it sooner.
 */
const BITS_PER_KEY = 4;

/**
 * A blocked Bloom filter: the bits of a key lie in one block, so that a key costs one access to
 * distant memory (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters",
 * 2007). Keys are UUIDs whose first and last eight digits are uniform; ours are keyed hashes, which
 * outsiders cannot choose. False positives: one in 190 after 1.2 million keys in 2^24 bits (2 MB),
 * and more after that.
 */
export class BloomFilter {
  readonly #words: Uint32Array;
  readonly #blockMask: number;

  /** `bitCount`: a power of two from 2^8 to 2^32. */
  constructor(bitCount = 2 ** 24) {
    if (!Number.isInteger(Math.log2(bitCount)) || bitCount < BLOCK_BITS || bitCount > 2 ** 32) {
      throw new RangeError("a Bloom filter has a power of two of bits, from 2^8 to 2^32");
    }
    this.#words = new Uint32Array(bitCount / WORD_BITS);
    this.#blockMask = bitCount / BLOCK_BITS - 1;
  }

  /** Adds a key. True if it may have been added before, false if it certainly was not. */
  add(key: string): boolean {
    const words = this.#words;
    const block = Number.parseInt(key.slice(0, HEX_WORD_DIGITS), 16) & this.#blockMask;
    const from = block * (BLOCK_BITS / WORD_BITS);
    const bytes = Number.parseInt(key.slice(-HEX_WORD_DIGITS), 16);
    let known = true;
    for (let index = 0; index < BITS_PER_KEY; index++) {
      const bit = (bytes >>> (8 * index)) % BLOCK_BITS;
      const word = from + Math.floor(bit / WORD_BITS);
      const flag = 1 << (bit % WORD_BITS);
      const bits = words[word] ?? 0;
      if ((bits & flag) === 0) known = false;
      words[word] = bits | flag;
    }
    return known;
  }
}
