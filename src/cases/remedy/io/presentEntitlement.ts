/* An entitlement in the form of the wire contract. */

import { iso } from "../../../base/instant.ts";
import type { StoredEntitlement } from "./remedyStore.ts";

export function presentEntitlement(one: StoredEntitlement) {
  return {
    entitlementId: one.entitlementId,
    decisionId: one.decisionId,
    reason: one.reason,
    state: one.state,
    sku: one.sku,
    priceMinorUnits: one.priceMinorUnits,
    currency: one.currency,
    grantedAt: iso(one.grantedAtMs),
    expiresAt: iso(one.expiresAtMs),
    sale: one.slug,
    roundNo: one.roundNo,
  };
}
