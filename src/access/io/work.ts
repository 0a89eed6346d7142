/*
 * Proof of work before an entry, and before a sign-in code where many are asked for. Solving costs
 * a browser thousands of hashes, checking costs two hashes and a MAC. A solution counts once, and
 * only for what it was issued for.
 */

import { hash } from "node:crypto";
import { refused, accepted, type Result } from "../../base/result.ts";
import { sameText, type MacKey } from "./mac.ts";
import { asUuid } from "./keyring.ts";

/** A challenge in the format of ALTCHA (version 1, SHA-256), so that any of its solvers works. */
export interface WorkChallenge {
  readonly algorithm: "SHA-256";
  readonly challenge: string;
  readonly salt: string;
  readonly signature: string;
  readonly maxnumber: number;
}

export type WorkRefusal = "work_malformed" | "work_forged" | "work_expired" | "work_not_yours";

export interface WorkPurpose {
  /** Sale, round and account of the challenge, or the contact: solutions cannot be traded. */
  readonly binding: string;
  readonly nowMs: number;
}

const EXPIRES = "?expires=";
const FOR = "&for=";

/** A challenge stays valid this long unless it says otherwise: a lobby may last hours. */
const LIFETIME_MS = 6 * 3_600_000;

/**
 * Issues a challenge of about `cost / 2` hashes for the browser. `secretNumber` is from 0 to
 * `cost`, `nonce` must be unpredictable.
 */
export function issueWork(
  key: MacKey,
  purpose: WorkPurpose,
  work: {
    readonly cost: number;
    readonly secretNumber: number;
    readonly nonce: string;
    readonly lifetimeMs?: number;
  },
): WorkChallenge {
  const expires = Math.floor((purpose.nowMs + (work.lifetimeMs ?? LIFETIME_MS)) / 1000);
  const salt = `${work.nonce}${EXPIRES}${expires}${FOR}${purpose.binding}&`;
  const challenge = hash("sha256", salt + work.secretNumber, "hex");
  return {
    algorithm: "SHA-256",
    challenge,
    salt,
    signature: key.hex(challenge),
    maxnumber: work.cost,
  };
}

interface WorkSolution {
  readonly challenge: string;
  readonly salt: string;
  readonly number: number;
  readonly signature: string;
}

function readSolution(payload: string): WorkSolution | null {
  try {
    const value = JSON.parse(Buffer.from(payload, "base64").toString("latin1")) as WorkSolution;
    const wellFormed =
      typeof value.challenge === "string" &&
      typeof value.salt === "string" &&
      typeof value.signature === "string" &&
      Number.isSafeInteger(value.number);
    return wellFormed ? value : null;
  } catch {
    return null;
  }
}

/**
 * Checks a solution (base64 of ALTCHA's JSON) with two hashes and a MAC. The value is the key under
 * which it is remembered, so that it counts once.
 */
export function checkWork(
  key: MacKey,
  purpose: WorkPurpose,
  payload: string,
): Result<string, WorkRefusal> {
  const solution = readSolution(payload);
  if (!solution) return refused("work_malformed");
  const { challenge, salt, number, signature } = solution;
  if (!sameText(key.hex(challenge), signature)) return refused("work_forged");
  // The closing & keeps digits from moving between salt and number under the same hash.
  if (!salt.endsWith("&") || hash("sha256", salt + number, "hex") !== challenge) {
    return refused("work_forged");
  }
  // From here on the salt is known to be ours, so its format is known.
  const expiresAt = salt.indexOf(EXPIRES) + EXPIRES.length;
  const forAt = salt.indexOf(FOR, expiresAt);
  if (Number(salt.slice(expiresAt, forAt)) * 1000 < purpose.nowMs) return refused("work_expired");
  if (salt.slice(forAt + FOR.length, -1) !== purpose.binding) return refused("work_not_yours");
  return accepted(asUuid(challenge));
}
