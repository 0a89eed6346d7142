/*
 * Offers: a unit held for one person for a limited time. States: open (extended at most once),
 * ordered, declined, expired. No action is possible after the deadline, on the server's clock.
 */

import { accepted, refused, type Result } from "../base/result.ts";

export type OfferState = "open" | "ordered" | "declined" | "expired";

export interface Offer {
  readonly state: OfferState;
  readonly expiresAtMs: number;
  readonly extended: boolean;
}

/** A person who is owed a unit pays the promised price, or the sale's if that is lower. */
export const priceToPay = (price: {
  readonly saleMinorUnits: number;
  readonly promisedMinorUnits: number | null;
}): number => Math.min(price.saleMinorUnits, price.promisedMinorUnits ?? price.saleMinorUnits);

export type OfferRefusal = "offer_expired" | "offer_ended" | "extension_used";

/**
 * The possible actions on an offer. The server decides by them, and pages show or hide buttons by
 * them. While a sale is paused the clock of its offers stands still.
 */
export const offerCan = {
  beTakenUp(offer: Offer, nowMs: number, salePaused: boolean): Result<null, OfferRefusal> {
    if (offer.state === "expired") return refused("offer_expired");
    if (offer.state !== "open") return refused("offer_ended");
    if (!salePaused && nowMs >= offer.expiresAtMs) return refused("offer_expired");
    return accepted(null);
  },

  /** One extension: enough for a slow buyer, too little to block a unit. */
  beExtended(offer: Offer, nowMs: number, salePaused: boolean): Result<null, OfferRefusal> {
    const open = offerCan.beTakenUp(offer, nowMs, salePaused);
    if (!open.ok) return open;
    return offer.extended ? refused("extension_used") : accepted(null);
  },
};
