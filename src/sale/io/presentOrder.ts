/* Offers and orders in wire form (src/api/schemas.ts). */

import { must } from "../../base/assert.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { paymentReference, type PaymentProvider } from "../../connectors/payments/port.ts";
import { channelByNo, variantByNo, type SaleDefinition } from "../definition.ts";
import { priceToPay } from "../offer.ts";
import { canTake } from "../payments.ts";
import { standingOf, UNDISPUTED, type Standing } from "../standing/standing.ts";
import { presentStanding } from "../standing/io/presentStanding.ts";
import { maskContact, type Contact } from "../../access/contact.ts";
import { findContactCipher } from "../../access/io/accountStore.ts";
import { iso } from "../../base/instant.ts";
import type { Query } from "../../db/connect.ts";
import { findStepUp } from "./stepUpStore.ts";
import type { StoredOffer } from "./offerStore.ts";
import type { StoredOrder } from "./orderStore.ts";

/** The open question of an offer; the typed address is shown for confirmation. */
export async function presentStepUp(sql: Query, keyring: Keyring, offer: StoredOffer) {
  if (offer.state !== "open") return null;
  const known = await findStepUp(sql, keyring, offer);
  if (!known || known.passed || known.wanted === null) return null;
  const { name, address, district, city } = known.wanted.facts;
  const cipher =
    known.codeSentAtMs === null ? null : await findContactCipher(sql, offer.accountKey);
  const contact = cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact);
  return {
    kinds: known.kinds,
    reasons: known.reasons,
    sentTo: contact && maskContact(contact),
    address: [name, address, district, city].filter(Boolean).join(", "),
  };
}

type ShownStepUp = Awaited<ReturnType<typeof presentStepUp>>;

export function presentOffer(
  definition: SaleDefinition,
  provider: PaymentProvider,
  offer: StoredOffer,
  stepUp: ShownStepUp,
) {
  const channel = must(channelByNo(definition, offer.channelNo), "channel of an offer");
  const variant = must(variantByNo(definition, offer.variantNo), "variant of an offer");
  const { promisedMinorUnits } = offer;
  return {
    offerId: offer.offerId,
    state: offer.state,
    channel: channel.code,
    sku: variant.sku,
    priceMinorUnits: priceToPay({ saleMinorUnits: variant.priceMinorUnits, promisedMinorUnits }),
    currency: definition.currency,
    madeAt: iso(offer.madeAtMs),
    expiresAt: iso(offer.expiresAtMs),
    extended: offer.extended,
    stepUp,
    paymentMethods: channel.paymentMethods.filter((method) => canTake(provider.name, method)),
  };
}

/**
 * The standing of an order that follows from its own row alone: it was placed just now, or waits for
 * money or a code and none came.
 */
export const standingOfRow = (order: StoredOrder): Standing =>
  standingOf({ ...UNDISPUTED, ...order }, order.placedAtMs);

/** An order and how it stands. */
export function presentOrder(
  definition: SaleDefinition,
  provider: PaymentProvider,
  order: StoredOrder,
  standing: Standing,
) {
  const reference = paymentReference(order.saleNo, order.orderId);
  const { priceMinorUnits: amountMinorUnits, currency } = order;
  const payable = order.state === "awaiting_payment";
  return {
    orderId: order.orderId,
    offerId: order.offerId,
    state: order.state,
    cancelReason: order.cancelReason,
    channel: must(channelByNo(definition, order.channelNo), "channel of an order").code,
    sku: must(variantByNo(definition, order.variantNo), "variant of an order").sku,
    paymentMethod: order.paymentMethod,
    priceMinorUnits: order.priceMinorUnits,
    currency: order.currency,
    refundDue: order.refundDue,
    standing: presentStanding(standing),
    placedAt: iso(order.placedAtMs),
    dueAt: iso(order.dueAtMs),
    payUrl: payable ? provider.payUrl({ reference, amountMinorUnits, currency }) : null,
  };
}
