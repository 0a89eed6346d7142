/* Solves the proof of work in the browser. */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerRoutes } from "../../../src/api/routes.ts";
import { toHex } from "../../../src/base/bytes.ts";
import { sha256, utf8 } from "../../../src/base/hash.ts";

export type Challenge = Answer<typeof buyerRoutes.showChallenge>;

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
