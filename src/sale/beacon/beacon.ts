import { sha256 } from "../../base/hash.ts";

/*
 * A public beacon (drand): a network of independent parties that signs the number of each round together.
 * Nobody knows a round before its moment, and everybody can check it afterwards against one public key. A
 * window's seed takes in a round that is still to come when its entries are fixed; so whoever knows the
 * secrets cannot try sets of entries either.
 */

/**
 * A drand chain of the scheme `bls-unchained-g1-rfc9380`. The public key is in the announcement of the sale,
 * so that its record proves itself. Hexadecimal; seconds since 1970 UTC.
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
 * From the moment at which a window's root is fixed to its round at least so long. Shorter, and a server whose
 * clock is slow takes a round that is known already; longer, and everybody waits for the draw.
 */
export const BEACON_LEAD_MS = 6_000;

/** The moment from which a round is known. Rounds count from 1, which is the genesis. */
export function beaconRoundAtMs(chain: DrandChain, beaconRoundNo: number): number {
  return (chain.genesisSeconds + (beaconRoundNo - 1) * chain.periodSeconds) * 1000;
}

/** The first round that comes `BEACON_LEAD_MS` or more after the root was fixed: there is no choice in it. */
export function beaconRoundFor(chain: DrandChain, rootFixedAtMs: number): number {
  const sinceGenesisMs = rootFixedAtMs + BEACON_LEAD_MS - chain.genesisSeconds * 1000;
  return Math.max(1, Math.ceil(sinceGenesisMs / (chain.periodSeconds * 1000)) + 1);
}

/** What a round gives to a seed: SHA-256 of its signature, which drand calls its randomness. */
export function beaconValue(signature: Uint8Array): Uint8Array {
  return sha256(signature);
}
