/*
 * Verification of beacon signatures. The only check that needs an elliptic curve, in a module of
 * its own so that other pages do not carry it. A malformed signature or key is never genuine.
 */

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { fromHex } from "../../base/bytes.ts";
import { sha256 } from "../../base/hash.ts";
import type { DrandChain } from "./beacon.ts";

const SIGNATURE_BYTES = 48;
/** RFC 9380 domain of drand's G1 signatures. */
export const BEACON_DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** The signed message: SHA-256 of the round number, 8 bytes big-endian. */
export function beaconMessage(beaconRoundNo: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(beaconRoundNo));
  return sha256(bytes);
}

/**
 * Whether the signature is the chain's own for this round: a BLS signature in G1 (drand's scheme
 * `bls-unchained-g1-rfc9380`). Takes some hundredths of a second. False for malformed input.
 */
export function isGenuineBeacon(
  chain: DrandChain,
  beaconRoundNo: number,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (!Number.isSafeInteger(beaconRoundNo) || beaconRoundNo < 1) return false;
  const { shortSignatures } = bls12_381;
  try {
    const message = shortSignatures.hash(beaconMessage(beaconRoundNo), BEACON_DOMAIN);
    const publicKey = fromHex(chain.publicKey);
    return publicKey !== null && shortSignatures.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}

/** Whether a text can be a chain's public key: a compressed point of G2, hexadecimal. */
export function isChainKey(publicKey: string): boolean {
  try {
    bls12_381.G2.Point.fromHex(publicKey).assertValidity();
    return true;
  } catch {
    return false;
  }
}
