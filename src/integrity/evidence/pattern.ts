/*
 * Patterns of orders that share no thing and yet show something together, as plain bounds: they say for each order by
 * itself whether it is one of them.
 */

/** Younger accounts were made for the sale. */
export const LEAST_AGE_MS = 3 * 86_400_000;

/** The largest number of units that buyers take, and the share of orders that take so many. */
export type FullLimit = {
  readonly units: number;
  readonly share: number;
};

/** How many of some orders take the full limit, and how likely that is by chance. */
export type FullMark = {
  readonly units: number;
  readonly orders: number;
  readonly of: number;
  readonly p: number;
};

/** A form of mail boxes that some orders have too often. */
export type FormMark = {
  readonly form: string;
  readonly count: number;
  readonly p: number;
};

/** Orders of one burst of accounts that came close together, and what else most of them have in common. */
export type BurstPattern = {
  readonly madeFromMs: number;
  readonly madeToMs: number;
  /** Accounts that were made then. */
  readonly accounts: number;
  readonly madeP: number;
  /** Where their orders stand on the arrival curves of their channels, 0 to 1. */
  readonly orderedFrom: number;
  readonly orderedTo: number;
  readonly orders: number;
  readonly orderedMs: number;
  readonly orderedP: number;
  readonly full: FullMark | null;
  readonly form: FormMark | null;
};

/** A client that is too often among the first orders of a channel. */
export type ClientPattern = {
  readonly channel: string;
  readonly client: string;
  readonly orders: number;
  readonly lift: number;
  readonly p: number;
};

/** Everything that a crowd shows together. Plain data, the same in whatever order its orders came. */
export type CrowdPatterns = {
  readonly full: FullLimit | null;
  readonly bursts: readonly BurstPattern[];
  readonly clients: readonly ClientPattern[];
};

export const NO_PATTERNS: CrowdPatterns = { full: null, bursts: [], clients: [] };
