/*
 * The public beacon (drand): a network of independent parties that jointly signs the number of each
 * round. Nobody knows a round's signature in advance, and everybody can verify it against one
 * public key.
 * A window's seed includes a round that is still in the future when its entries are fixed. So even
 * somebody who knows the secrets cannot try out sets of entries.
 */

import { sha256 } from "../../base/hash.ts";

/**
 * A drand chain of the scheme `bls-unchained-g1-rfc9380`. The sale's announcement holds the public
 * key, so that its record proves itself. Hexadecimal; seconds since 1970 UTC.
 */
export interface DrandChain {
  readonly chainHash: string;
  readonly publicKey: string;
  readonly periodSeconds: number;
  readonly genesisSeconds: number;
}

/** The League of Entropy's `quicknet`: a round every three seconds since August 2023. */
export const QUICKNET: DrandChain = {
  chainHash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  publicKey:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  periodSeconds: 3,
  genesisSeconds: 1_692_803_367,
};

/**
 * Knowledge of a chain's rounds in advance. `public`: nobody alone, as many parties sign. `private`:
 * perhaps whoever made the key.
 */
export type BeaconKind = "public" | "private";

/**
 * A chain is public only if all of it is known here: with the public key and another genesis, the
 * round that is awaited would be one that exists already.
 */
export function beaconKind(chain: DrandChain): BeaconKind {
  const isPublic =
    chain.publicKey === QUICKNET.publicKey &&
    chain.chainHash === QUICKNET.chainHash &&
    chain.periodSeconds === QUICKNET.periodSeconds &&
    chain.genesisSeconds === QUICKNET.genesisSeconds;
  return isPublic ? "public" : "private";
}

/**
 * Least time from fixing a window's root to its beacon round. With less, a server with a slow clock
 * would take a round that is already known; with more, everybody waits longer for the draw.
 */
export const BEACON_LEAD_MS = 6_000;

/** The instant at which a round becomes known. Rounds count from 1, the genesis. */
export function beaconRoundAtMs(chain: DrandChain, beaconRoundNo: number): number {
  return (chain.genesisSeconds + (beaconRoundNo - 1) * chain.periodSeconds) * 1000;
}

/**
 * The first round at least `BEACON_LEAD_MS` after the root was fixed; leaves no choice to anybody.
 */
export function beaconRoundFor(chain: DrandChain, rootFixedAtMs: number): number {
  const sinceGenesisMs = rootFixedAtMs + BEACON_LEAD_MS - chain.genesisSeconds * 1000;
  return Math.max(1, Math.ceil(sinceGenesisMs / (chain.periodSeconds * 1000)) + 1);
}

/** A round's contribution to a seed: SHA-256 of its signature, which drand calls its randomness. */
export function beaconValue(signature: Uint8Array): Uint8Array {
  return sha256(signature);
}
