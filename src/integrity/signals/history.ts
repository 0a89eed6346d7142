import type { Evidence } from "./evidence.ts";

/** What people decided before about a value (a device, a phone) or an account. */
export interface KnownPast {
  /** Values and accounts of rings that a person confirmed. */
  readonly rings: ReadonlySet<string>;
  /** Accounts with deliveries that were kept, or cleared by a person. */
  readonly genuine: ReadonlySet<string>;
}

export const NO_PAST: KnownPast = { rings: new Set(), genuine: new Set() };

/** Confirmed rings weigh +4, kept deliveries −4; only decided cases may be put in here. */
export function knownPast(
  past: KnownPast,
  account: string | null,
  values: readonly string[],
): Evidence | null {
  if (account !== null && past.genuine.has(account)) {
    return { family: "known_buyer", bits: -4, p: null, facts: {} };
  }
  const known = values.filter((value) => past.rings.has(value)).length;
  return known === 0 ? null : { family: "history", bits: 4, p: null, facts: { known } };
}
