/* A buyer's own state in a round, as the sale page reads it from the API. */

import type { Text } from "../../../src/base/language.ts";
import type { SalePageClientData } from "./salePage.ts";

/** The part of the answer that the page uses (src/api/schemas.ts). */
export interface OwnStatus {
  entry: {
    ticket: string;
    entryId: string;
    windowNo: number;
    channel: string;
    preferences: string[];
  } | null;
  place: {
    state: string;
    placeNo: number | null;
    aheadCount: number | null;
    aheadIsMore: boolean;
    waitListOdds: number | null;
  } | null;
  sharedTurn: {
    reason: Text;
    objection: "waiting" | "apart" | "same" | null;
    answer: string | null;
  } | null;
  offer: {
    offerId: string;
    state: string;
    sku: string;
    expiresAt: string;
    extended: boolean;
    paymentMethods: Method[];
    stepUp: {
      kinds: ("code" | "passkey" | "address")[];
      reasons: Text[];
      sentTo: string | null;
      address: string;
    } | null;
  } | null;
  order: {
    orderId: string;
    state: OrderState;
    cancelReason: CancelReason | null;
    sku: string;
    paymentMethod: Method;
    dueAt: string;
    refundDue: boolean;
    payUrl: string | null;
  } | null;
}
export type Method = keyof SalePageClientData["texts"]["methods"];
export type OrderState = keyof SalePageClientData["texts"]["orderState"];
export type CancelReason = keyof SalePageClientData["texts"]["cancelReason"];
