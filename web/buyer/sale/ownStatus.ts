/* A buyer's own state in a round, as the sale page reads it from the API. */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerRoutes } from "../../../src/api/routes.ts";
import { offerCan } from "../../../src/sale/offer.ts";
import { serverNowMs } from "../../ui/serverClock.client.ts";

/** The answer of the API about one buyer. */
export type OwnStatus = Answer<typeof buyerRoutes.showOwnStatus>;
export type Method = NonNullable<OwnStatus["order"]>["paymentMethod"];

/** By the server's clock; one that is not known yet hides nothing. */
export function mayExtend(offer: NonNullable<OwnStatus["offer"]>, salePaused: boolean): boolean {
  const expiresAtMs = Date.parse(offer.expiresAt);
  return offerCan.beExtended({ ...offer, expiresAtMs }, serverNowMs() ?? 0, salePaused).ok;
}
