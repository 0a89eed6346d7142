/*
 * Size beyond sharing: more accounts on one value than families have members. The shares are shipped guesses until
 * audits give better ones. They err on the side of sharing, because calling a family a ring is the worse mistake.
 */

import { bitsOfP, saidFacts, SIGNAL_CAP_BITS, type Evidence } from "./evidence.ts";
import type { AccountsOfValue, IdentifierSignal } from "./signal.ts";

/** How far innocent people share a value. */
export interface Sharing {
  /** Share of values that two accounts or more use. */
  readonly two: number;
  /** How much rarer each further account is, as a factor. */
  readonly further: number;
}

/** P(N ≥ n) for the accounts of one innocently shared value. */
export function sharingTail({ two, further }: Sharing, accounts: number): number {
  return accounts < 2 ? 1 : two * further ** (accounts - 2);
}

/** Evidence of more accounts on one value than innocent sharing explains. */
export function sizeBeyondSharing(
  signal: string,
  sharing: Sharing,
  { accounts, value, said = accounts, nameless = 0 }: AccountsOfValue,
): Evidence | null {
  if (accounts < 2) return null;
  const p = sharingTail(sharing, accounts);
  return { signal, bits: bitsOfP(p), p, facts: { ...saidFacts({ said, nameless }), value } };
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
    capBits: SIGNAL_CAP_BITS,
    evaluate: (shared) => sizeBeyondSharing(given.name, sharing, shared),
  };
}
