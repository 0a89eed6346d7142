/* Earlier decisions of people. Only decided cases may be put in here: a mere suspicion would confirm itself. */

/** Confirmed rings and cleared buyers of earlier sales. */
export interface KnownPast {
  /** Values and accounts of rings that a person confirmed. */
  readonly rings: ReadonlySet<string>;
  /** Accounts with deliveries that were kept, or cleared by a person. */
  readonly genuine: ReadonlySet<string>;
}

export const NO_PAST: KnownPast = { rings: new Set(), genuine: new Set() };

/** An order's account and values, beside what was decided before. */
export interface PastOfOrder {
  readonly past: KnownPast;
  readonly account: string | null;
  /** Its account and its identifiers. */
  readonly values: readonly string[];
}

/** True where a person cleared the account, or kept deliveries did. */
export function isKnownBuyer({ past, account }: PastOfOrder): boolean {
  return account !== null && past.genuine.has(account);
}
