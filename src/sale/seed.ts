/*
 * The hash chain of a round. The last secret is random, each earlier one is the hash of its
 * successor, and the hash of the first is the anchor, published when the sale is created. Window w
 * reveals secret w. So the operator cannot choose a secret later, and an outsider verifies it with
 * w + 1 hashes.
 */

import { concatBytes } from "../base/bytes.ts";
import { sha256 } from "../base/hash.ts";

/**
 * The secrets of windows 0 … length − 1 of the chain that ends in `chainEnd`. Takes one hash per
 * window, so keep the result.
 */
export function chainSecrets(chainEnd: Uint8Array, chainLength: number): readonly Uint8Array[] {
  const secrets: Uint8Array[] = Array.from({ length: chainLength });
  let secret = chainEnd;
  for (let windowNo = chainLength - 1; windowNo >= 0; windowNo--) {
    secrets[windowNo] = secret;
    secret = sha256(secret);
  }
  return secrets;
}

/** The anchor of a chain: the hash of its first secret, published before anybody can enter. */
export function chainAnchor(secrets: readonly Uint8Array[]): Uint8Array {
  return sha256(secrets[0] as Uint8Array);
}

/**
 * The anchor that a secret of window `windowNo` implies: its hash is the previous window's secret,
 * and the hash of window 0's secret is the anchor.
 */
export function anchorOfSecret(secret: Uint8Array, windowNo: number): Uint8Array {
  let value = secret;
  for (let i = 0; i <= windowNo; i++) value = sha256(value);
  return value;
}

/**
 * seed = SHA-256(secret ‖ root ‖ beacon). Without the root the operator would know the seed before
 * the entrants are fixed; without the beacon (empty if none is used) the operator could test sets
 * of entrants.
 */
export function windowSeed(secret: Uint8Array, root: Uint8Array, beacon: Uint8Array): Uint8Array {
  return sha256(concatBytes(secret, root, beacon));
}
