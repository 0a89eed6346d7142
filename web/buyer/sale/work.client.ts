/* Solves the proof of work in the browser. */

import { toHex } from "../../../src/base/bytes.ts";
import { sha256, utf8 } from "../../../src/base/hash.ts";

export interface Challenge {
  readonly algorithm: string;
  readonly challenge: string;
  readonly salt: string;
  readonly signature: string;
  readonly maxnumber: number;
}

/** Hashes between two pauses, so that the page stays responsive. */
const HASHES_AT_ONCE = 2_000;

/** Finds the challenge's number; returns the payload for the server. */
export async function solveWork(challenge: Challenge): Promise<string> {
  for (let number = 0; number <= challenge.maxnumber; number++) {
    if (toHex(sha256(utf8(challenge.salt + number))) === challenge.challenge) {
      const { algorithm, challenge: hash, salt, signature } = challenge;
      return btoa(JSON.stringify({ algorithm, challenge: hash, number, salt, signature }));
    }
    if (number % HASHES_AT_ONCE === 0) await new Promise((resume) => setTimeout(resume));
  }
  throw new Error("the challenge has no solution");
}
