import { bitsOfP, type Evidence } from "./evidence.ts";
import { logChoose } from "../../base/logChoose.ts";

/**
 * In most groups that live together each further person uses somebody else's device with 0.1; in one of
 * ten (poor households, shops that order for customers) with 0.6. The mixture is wide on purpose.
 */
const MIXTURE = [
  { weight: 0.9, shares: 0.1 },
  { weight: 0.1, shares: 0.6 },
] as const;

/** P(at most d distinct things among n accounts) in the mixture. */
export function fewIdentifiersP(accounts: number, distinct: number): number {
  if (accounts < 2) return 1;
  let p = 0;
  for (const { weight, shares } of MIXTURE) {
    // n − 1 accounts come after the first; at least n − d of them must use a thing that is there.
    for (let sharing = accounts - distinct; sharing <= accounts - 1; sharing++) {
      p +=
        weight *
        Math.exp(
          logChoose(accounts - 1, sharing) +
            sharing * Math.log(shares) +
            (accounts - 1 - sharing) * Math.log(1 - shares),
        );
    }
  }
  return Math.min(1, p);
}

/** A dorm has as many devices as people; a ring has few. */
export function fewIdentifiers(
  family: "few_devices" | "few_payments",
  accounts: number,
  distinct: number,
): Evidence | null {
  if (accounts < 2 || distinct === 0 || distinct >= accounts) return null;
  const p = fewIdentifiersP(accounts, distinct);
  const bits = bitsOfP(p);
  return bits === 0 ? null : { family, bits, p, facts: { accounts, distinct } };
}

/** Own devices and own means of payment speak for people: up to −3 bits, growing with their number. */
export function ownIdentifiers(
  accounts: number,
  devices: number,
  payments: number,
): Evidence | null {
  if (accounts < 3) return null;
  const kinds = [devices, payments].filter((count) => count > 0);
  if (kinds.length === 0) return null;
  const share = Math.min(...kinds) / accounts;
  if (share < 0.7) return null;
  const bits = -Math.min(3, Math.log2(accounts) * (share - 0.4));
  return { family: "own_things", bits, p: null, facts: { accounts, devices, payments } };
}
