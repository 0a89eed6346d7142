const HEX_WORD_DIGITS = 8;
const WORD_BITS = 32;
/** So many that a byte of the key tells one of them. */
const BLOCK_BITS = 256;
/** The bytes of a word of the key. More would tell better while the sieve is empty, and fill it sooner. */
const BITS_PER_KEY = 4;

/**
 * Remembers keys in little memory: a Bloom filter whose bits for a key stand in one block, so that a key costs one
 * look into memory that is far away (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", 2007).
 * Keys are uuids whose first and last eight digits are as good as chance; ours are keyed hashes, so nobody outside
 * can choose them. What was added is always known. What was not is taken for known once in 190 times after 1.2 million
 * others in 2^24 bits (2 MB), more and more often after that.
 */
export class BloomFilter {
  readonly #words: Uint32Array;
  readonly #blockMask: number;

  /** `bitCount`: a power of two from 2^8 to 2^32. */
  constructor(bitCount = 2 ** 24) {
    if (!Number.isInteger(Math.log2(bitCount)) || bitCount < BLOCK_BITS || bitCount > 2 ** 32) {
      throw new RangeError("a sieve has a power of two of bits, from 2^8 to 2^32");
    }
    this.#words = new Uint32Array(bitCount / WORD_BITS);
    this.#blockMask = bitCount / BLOCK_BITS - 1;
  }

  /** Adds a key; true when it may have been added before, false when it surely was not. */
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
      if ((words[word]! & flag) === 0) known = false;
      words[word]! |= flag;
    }
    return known;
  }
}
