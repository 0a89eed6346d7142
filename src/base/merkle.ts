/*
 * Merkle tree hash of RFC 6962 section 2.1. Leaves are hashed after a byte 0x00, inner nodes after
 * a byte 0x01, so that no inner node can be passed off as a leaf.
 */

import { sha256 } from "./hash.ts";

const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;
const HASH_BYTES = 32;

/** A hash function that does not keep `data`; the server passes a faster SHA-256. */
export type HashFunction = (data: Uint8Array) => Uint8Array;

export function leafHash(leaf: Uint8Array, hash: HashFunction = sha256): Uint8Array {
  const data = new Uint8Array(1 + leaf.length);
  data[0] = LEAF_PREFIX;
  data.set(leaf, 1);
  return hash(data);
}

/** Reused for each node: a million leaves have a million of them. */
const node = new Uint8Array(1 + 2 * HASH_BYTES);
node[0] = NODE_PREFIX;

function nodeHash(left: Uint8Array, right: Uint8Array, hash: HashFunction): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash(node);
}

/**
 * Builds the root leaf by leaf in memory of one hash per level: twenty for a million leaves. The
 * shape is that of RFC 6962 (left subtrees are full).
 */
export class MerkleBuilder {
  readonly #hash: HashFunction;
  /** `#peaks[i]` is the root of a full subtree of 2^i leaves that waits for its sibling. */
  readonly #peaks: (Uint8Array | null)[] = [];
  #leafCount = 0;

  constructor(hash: HashFunction = sha256) {
    this.#hash = hash;
  }

  get leafCount(): number {
    return this.#leafCount;
  }

  add(leaf: Uint8Array): void {
    let carry = leafHash(leaf, this.#hash);
    let level = 0;
    for (; this.#peaks[level]; level++) {
      carry = nodeHash(this.#peaks[level] as Uint8Array, carry, this.#hash);
      this.#peaks[level] = null;
    }
    this.#peaks[level] = carry;
    this.#leafCount++;
  }

  /** The root over all leaves so far; without leaves the hash of nothing (RFC 6962). */
  root(): Uint8Array {
    let root: Uint8Array | null = null;
    for (const peak of this.#peaks) {
      if (!peak) continue;
      root = root ? nodeHash(peak, root, this.#hash) : peak;
    }
    return root ?? this.#hash(new Uint8Array(0));
  }
}

/** Root over `leaves` in the given order. */
export function merkleRoot(leaves: Iterable<Uint8Array>, hash: HashFunction = sha256): Uint8Array {
  const builder = new MerkleBuilder(hash);
  for (const leaf of leaves) builder.add(leaf);
  return builder.root();
}
