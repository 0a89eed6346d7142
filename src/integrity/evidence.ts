/** What a signal looks at; one file each in `signals/`. */
export type Family =
  | "shared_device"
  | "shared_payment"
  | "shared_phone"
  | "shared_email"
  | "shared_declared"
  | "connected_accounts"
  | "few_devices"
  | "few_payments"
  | "same_moment"
  | "accounts_made_together"
  | "faster_than_hands"
  | "made_up_contacts"
  | "many_spellings"
  | "history"
  | "own_things"
  | "known_buyer";

/** Families with one cause; a hold needs two different ones. */
export type EvidenceGroup = "identity" | "device" | "payment" | "time" | "habit" | "history";

export const FAMILY_GROUP: Readonly<Record<Family, EvidenceGroup>> = {
  shared_device: "device",
  shared_payment: "payment",
  shared_phone: "identity",
  shared_email: "identity",
  shared_declared: "identity",
  connected_accounts: "identity",
  // Few devices and a shared device are one cause; only another thing is a second one.
  few_devices: "device",
  few_payments: "payment",
  same_moment: "time",
  accounts_made_together: "time",
  faster_than_hands: "time",
  made_up_contacts: "habit",
  many_spellings: "habit",
  history: "history",
  own_things: "device",
  known_buyer: "history",
};

/** The families that may carry a hold; the others only add to them. */
export const STRONG_FAMILIES: ReadonlySet<Family> = new Set([
  "shared_device",
  "shared_payment",
  "shared_phone",
  "shared_email",
  "shared_declared",
  "connected_accounts",
  "faster_than_hands",
  "history",
]);

/** One family's part in a score, with what it saw. */
export interface Evidence {
  readonly family: Family;
  /** Bits: above 0 speaks for a ring, below 0 against. */
  readonly bits: number;
  /** How likely this, or more of it, is among genuine buyers; null where no null model is behind it. */
  readonly p: number | null;
  /** What it saw, for people to read; shared values are masked. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** No family says more than this in an event without labels. */
export const FAMILY_CAP_BITS = 5;
/** A family is clipped to this either way, labels or not. */
export const FAMILY_CLIP_BITS = 6;

/**
 * Bits of a p-value: e = ½·p^(−½) has mean 1 under the null (Vovk & Wang 2021, calibrator with κ = ½), so
 * families multiply safely. Never below 0: a large p is no sign of innocence.
 */
export function bitsOfP(p: number): number {
  const bits = Math.log2(0.5 / Math.sqrt(Math.max(p, Number.MIN_VALUE)));
  return Math.min(FAMILY_CAP_BITS, Math.max(0, bits));
}

export function clipFamily(bits: number): number {
  return Math.max(-FAMILY_CLIP_BITS, Math.min(FAMILY_CLIP_BITS, bits));
}
