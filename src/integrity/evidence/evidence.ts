/*
 * Evidence and its bits. A score is a sum of these parts, so they are also what a buyer is told.
 * No evidence is ever louder than its cap: one shared thing alone must never decide about a person.
 */

/** Signals with one cause are in one group; a hold needs two different groups. */
export type EvidenceGroup = "identity" | "means" | "time" | "habit" | "history";

/**
 * Kinds of weak evidence that may ask together. Each has a cause of its own: a burst of accounts and accounts at a place
 * that were made together are one kind, since one burst may be both.
 */
export type WeakKind = "made" | "ordered" | "client" | "limit" | "form";

/** A finding of a signal about an order, with its weight. */
export interface Evidence {
  /** The name of the signal. */
  readonly signal: string;
  /** Bits: above 0 speaks for a ring, below 0 against. */
  readonly bits: number;
  /** How likely this, or more of it, is among genuine buyers; null where no null model is behind it. */
  readonly p: number | null;
  /** The figures behind it, for people to read; shared values are masked before anybody reads them. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Weak evidence that may ask a question together with two other kinds. */
  readonly asks?: WeakKind;
  /** Of a group's evidence: it asks only an order that has this form of mail boxes, or takes so many units, itself. */
  readonly asksOf?: number;
}

/** Accounts as a person counts them in the rows. */
export interface AccountsSaid {
  readonly said: number;
  /** 1 where some of them have no account, and are told as buyers. */
  readonly nameless: 0 | 1;
}

/** The same as facts of a reason. */
export const saidFacts = ({ said, nameless }: AccountsSaid): Evidence["facts"] =>
  nameless === 1 ? { accounts: said, nameless } : { accounts: said };

/** One strong signal this loud opens a case by itself: innocent sharing reaches it once in a thousand. */
export const LOUD_BITS = 4.3;

/** A weak kind says at least so much where it asks together with two others: one in 32 by chance. */
export const WEAK_KIND_BITS = 1.5;

/** Most bits of a signal with a null model, in an event without labels. */
export const SIGNAL_CAP_BITS = 5;
/**
 * Most bits of orders in one moment. The cap is higher, because sharing has innocent reasons that grow with the
 * group, and a common moment has few.
 */
export const MOMENT_CAP_BITS = 6;
/** Every signal is clipped to this either way, labels or not. */
export const SIGNAL_CLIP_BITS = 6;

/**
 * Bits of a p-value: e = ½·p^(−½) has mean 1 under the null (Vovk & Wang 2021, calibrator with κ = ½), so
 * signals multiply safely. Never below 0: a large p is no sign of innocence.
 */
export function bitsOfP(p: number, { capBits = SIGNAL_CAP_BITS } = {}): number {
  const bits = Math.log2(0.5 / Math.sqrt(Math.max(p, Number.MIN_VALUE)));
  return Math.min(capBits, Math.max(0, bits));
}

/** A weak kind of evidence that may ask together with others; null where its p says nothing. */
export function weakEvidence(
  signal: string,
  { p, facts, ...asked }: Pick<Evidence, "facts" | "asks" | "asksOf"> & { readonly p: number },
): Evidence | null {
  const bits = bitsOfP(p);
  return bits === 0 ? null : { signal, bits, p, facts, ...asked };
}

/** The p-value of so many bits. */
export const pOfBits = (bits: number): number => (0.5 / 2 ** bits) ** 2;

/** Bits of one signal, not beyond ±6. */
export function clipSignal(bits: number): number {
  return Math.max(-SIGNAL_CLIP_BITS, Math.min(SIGNAL_CLIP_BITS, bits));
}
