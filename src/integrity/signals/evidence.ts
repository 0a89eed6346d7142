/** What a signal looks at; one file each in `signals/`. */
export type Family =
  | "shared_device"
  | "shared_payment"
  | "shared_phone"
  | "shared_email"
  | "shared_declared"
  | "connected_accounts"
  | "phones_in_a_row"
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
export type EvidenceGroup = "identity" | "means" | "time" | "habit" | "history";

export const FAMILY_GROUP: Readonly<Record<Family, EvidenceGroup>> = {
  // A shared device, few devices and a shared wallet have one cause: one person's phone.
  shared_device: "means",
  shared_payment: "means",
  shared_phone: "identity",
  shared_email: "identity",
  shared_declared: "identity",
  connected_accounts: "identity",
  phones_in_a_row: "identity",
  few_devices: "means",
  few_payments: "means",
  same_moment: "time",
  accounts_made_together: "time",
  faster_than_hands: "time",
  made_up_contacts: "habit",
  many_spellings: "habit",
  history: "history",
  own_things: "means",
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
  "phones_in_a_row",
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

/** One strong family this loud opens a case by itself: innocent sharing reaches it once in a thousand. */
export const LOUD_BITS = 4.3;

/** No family says more than this in an event without labels. */
export const FAMILY_CAP_BITS = 5;
/** But for orders of one moment: what people share has innocent reasons that grow with the group, a common moment has few. */
export const MOMENT_CAP_BITS = 6;
/** A family is clipped to this either way, labels or not. */
export const FAMILY_CLIP_BITS = 6;

/**
 * Bits of a p-value: e = ½·p^(−½) has mean 1 under the null (Vovk & Wang 2021, calibrator with κ = ½), so
 * families multiply safely. Never below 0: a large p is no sign of innocence.
 */
export function bitsOfP(p: number, capBits: number = FAMILY_CAP_BITS): number {
  const bits = Math.log2(0.5 / Math.sqrt(Math.max(p, Number.MIN_VALUE)));
  return Math.min(capBits, Math.max(0, bits));
}

export function clipFamily(bits: number): number {
  return Math.max(-FAMILY_CLIP_BITS, Math.min(FAMILY_CLIP_BITS, bits));
}
