import { bitsOfP, type Evidence, type Family } from "./evidence.ts";

/**
 * How far innocent people share a thing: the share of devices (and so on) that two accounts use or more,
 * and how much rarer each further account is. Couples and children share a phone; a family shares a
 * card; hardly anybody shares a mail box. Shipped guesses until audits give better ones; they err on
 * the side of sharing, because calling a family a ring is the worse mistake.
 */
const SHARING: Readonly<
  Partial<Record<Family, { readonly two: number; readonly further: number }>>
> = {
  shared_device: { two: 0.12, further: 0.33 },
  shared_payment: { two: 0.15, further: 0.33 },
  shared_phone: { two: 0.12, further: 0.33 },
  shared_email: { two: 0.08, further: 0.3 },
  // Of a declared attribute nobody knows how far innocent people share it: what counts is the mesh below.
  shared_declared: { two: 0.3, further: 0.8 },
  // Firms buy numbers by the block, too.
  phones_in_a_row: { two: 0.3, further: 0.5 },
  // Accounts that hang together over several things: a household with guests reaches six or so.
  connected_accounts: { two: 0.3, further: 0.65 },
};

/** P(N ≥ n) for the accounts of one innocently shared thing. */
export function sharingTail(family: Family, accounts: number): number {
  const sharing = SHARING[family];
  if (!sharing || accounts < 2) return 1;
  return sharing.two * sharing.further ** (accounts - 2);
}

/** Size beyond sharing: more accounts on one thing than families have members. */
export function sizeBeyondSharing(
  family: Family,
  accounts: number,
  value: string,
): Evidence | null {
  if (accounts < 2) return null;
  const p = sharingTail(family, accounts);
  return { family, bits: bitsOfP(p), p, facts: { accounts, value } };
}
