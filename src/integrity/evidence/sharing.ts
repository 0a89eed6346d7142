/*
 * Size beyond sharing: more accounts on one value than families have members. The shares are shipped guesses until
 * audits give better ones. They err on the side of sharing, because calling a family a ring is the worse mistake.
 */

import { bitsOfP, saidFacts, SIGNAL_CAP_BITS, type Evidence } from "./evidence.ts";
import type { AccountsOfValue, IdentifierSignal, Sharing } from "./signal.ts";

/** Most bits of a thing in an event that shows how far it is shared. */
const FITTED_CAP_BITS = 6;

/** P(N ≥ n) for the accounts of one innocently shared value. */
export function sharingTail({ two, further }: Sharing, accounts: number): number {
  return accounts < 2 ? 1 : two * further ** (accounts - 2);
}

/** Evidence of more accounts on one value than innocent sharing explains. */
export function sizeBeyondSharing(
  signal: string,
  sharing: Sharing,
  { accounts, value, said = accounts, nameless = 0, tail }: AccountsOfValue,
): Evidence | null {
  if (accounts < 2) return null;
  const p = tail?.(sharing, accounts) ?? sharingTail(sharing, accounts);
  const bits = bitsOfP(p, { capBits: tail ? FITTED_CAP_BITS : SIGNAL_CAP_BITS });
  return { signal, bits, p, facts: { ...saidFacts({ said, nameless }), value } };
}

/** A signal that counts the accounts of one shared value. */
export function identifierSignal(
  given: Pick<IdentifierSignal, "name" | "group" | "column" | "texts" | "mask">,
  sharing: Sharing,
): IdentifierSignal {
  return {
    ...given,
    about: "identifier",
    strength: "strong",
    capBits: given.column === "declared" ? SIGNAL_CAP_BITS : FITTED_CAP_BITS,
    evaluate: (shared) => sizeBeyondSharing(given.name, sharing, shared),
  };
}
