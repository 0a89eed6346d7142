/* An entitlement in the form of the wire contract. */

import { iso } from "../../../base/instant.ts";
import type { StoredEntitlement } from "./remedyStore.ts";
import type { Substitute } from "./substituteStore.ts";

export function presentEntitlement(one: StoredEntitlement) {
  return {
    entitlementId: one.entitlementId,
    decisionId: one.decisionId,
    reason: one.reason,
    state: one.state,
    family: one.family,
    sku: one.sku,
    priceMinorUnits: one.priceMinorUnits,
    currency: one.currency,
    grantedAt: iso(one.grantedAtMs),
    expiresAt: iso(one.expiresAtMs),
    sale: one.slug,
    roundNo: one.roundNo,
  };
}

export function presentSubstitute({
  sale,
  family,
  sku,
  name,
  priceMinorUnits,
  agreed,
}: Substitute) {
  return { sale, family, sku, name, priceMinorUnits, agreed };
}
