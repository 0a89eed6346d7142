/*
 * Turns an offer into an order, for every route that does so. Limits, quotas and the payment method
 * are checked under the offer's lock.
 */

import { must } from "../../base/assert.ts";
import { randomInt, randomUUID } from "node:crypto";
import { textIn } from "../../base/inLanguage.ts";
import type { Language } from "../../base/language.ts";
import { findContactCipher } from "../../access/io/accountStore.ts";
import { insertCode } from "../../access/io/codeStore.ts";
import { enqueueMessages } from "../../messages/io/outbox.ts";
import type { Contact } from "../../access/contact.ts";
import type { Session } from "../../access/session.ts";
import type { Transaction } from "../../db/connect.ts";
import { Refusal, unlessRefused } from "../../http/problem.ts";
import { channelByNo, roundOf, variantByNo } from "../definition.ts";
import type { Wanted } from "../doubt.ts";
import { offerCan, priceToPay } from "../offer.ts";
import { orderCan } from "../order.ts";
import type { Payments } from "../payments.ts";
import { factsCipher, type OrderFacts } from "./factsStore.ts";
import { insertRecipients } from "../recipient/io/recipientStore.ts";
import type { Recipient } from "../recipient/io/recipients.ts";
import { byQuota, lockOffers, mayOrderCod, takeCodQuota, type StoredOffer } from "./offerStore.ts";
import { insertOrders, type NewOrder, type StoredOrder } from "./orderStore.ts";
import type { StoredSale } from "./saleStore.ts";
import { readAroundOffers, type AroundOffer } from "./stepUpStore.ts";
import type { SaleDeps } from "./requireSale.ts";

/** Guesses at a code. */

const CODE_ATTEMPTS = 5;
const COD_CODE_MINUTES = 30;

export interface OfferAtHand extends AroundOffer {
  readonly sale: StoredSale;
  readonly offer: StoredOffer;
}

/** The buyer and the offer of a request. */
export interface Asking {
  readonly params: { readonly slug: string; readonly offerId: string };
  readonly buyer: Session;
}

/** Maps the items that are not refused; each outcome keeps its position. */
export async function mapUnlessRefused<Here, Next>(
  steps: readonly (Here | Refusal)[],
  work: (left: readonly Here[]) => Promise<readonly (Next | Refusal)[]>,
): Promise<(Next | Refusal)[]> {
  const left = steps.filter((step): step is Here => !(step instanceof Refusal));
  const next = left.length === 0 ? [] : await work(left);
  let at = 0;
  return steps.map((step) =>
    step instanceof Refusal ? step : must(next[at++], "one outcome per accepted step"),
  );
}

/** Locks offers and reads everything that decides about them. */
export async function offersAtHand(
  tx: Transaction,
  deps: SaleDeps,
  asking: readonly Asking[],
): Promise<(OfferAtHand | Refusal)[]> {
  const sales = await Promise.all(asking.map(({ params }) => deps.sales.find(params.slug)));
  const wanted = sales.map((sale, at) =>
    sale === null
      ? new Refusal("sale_not_found")
      : { sale, ...must(asking[at], "one sale per asking") },
  );
  const locked = await mapUnlessRefused(wanted, async (left) => {
    const keys = left.map(({ sale, params, buyer }) => ({
      saleNo: sale.saleNo,
      offerId: params.offerId,
      accountKey: buyer.accountKey,
    }));
    const offers = await lockOffers(tx, keys);
    return offers.map((offer, at) =>
      offer === null
        ? new Refusal("offer_not_found")
        : { sale: must(left[at], "one offer per asking").sale, offer },
    );
  });
  return await mapUnlessRefused(locked, async (left) => {
    const around = await readAroundOffers(
      tx,
      deps.keyring,
      left.map(({ offer }) => offer),
    );
    return around.map((one, at) => ({ ...must(left[at], "one answer per offer"), ...one }));
  });
}

export async function requireOffer(
  tx: Transaction,
  deps: SaleDeps,
  params: Asking["params"],
  buyer: Session,
): Promise<OfferAtHand> {
  const [at] = await offersAtHand(tx, deps, [{ params, buyer }]);
  return unlessRefused(at);
}

/**
 * Cash on delivery: requires a verified phone, takes one of the channel's quota, sends a code to
 * confirm with.
 */
export async function reserveCod(
  tx: Transaction,
  place: { saleNo: number; roundNo: number; channelNo: number },
  buyer: Session,
): Promise<Refusal | null> {
  if (buyer.phoneKey === null) return new Refusal("phone_required");
  if (!(await mayOrderCod(tx, place.saleNo, buyer.accountKey))) {
    return new Refusal("cod_limit_used");
  }
  const taken = await takeCodQuota(tx, place.saleNo, place.roundNo, place.channelNo);
  return taken ? null : new Refusal("cod_quota_used");
}

/** Sends a one-time code to the account's sign-in contact; false without one. */
export async function sendCode(
  tx: Transaction,
  deps: SaleDeps,
  sale: StoredSale,
  message: {
    readonly kind: "cod_code" | "step_up_code";
    readonly purpose: string;
    readonly contactKey: string;
    readonly accountKey: string;
    readonly minutes: number;
    readonly nowMs: number;
    readonly language: Language;
  },
): Promise<boolean> {
  const { kind, purpose, contactKey, minutes, nowMs, language } = message;
  const cipher = await findContactCipher(tx, message.accountKey);
  if (cipher === null) return false;
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const made = await insertCode(tx, {
    contactKey,
    purpose,
    saleNo: sale.saleNo,
    nowMs,
    attempts: CODE_ATTEMPTS,
    codeKey: deps.keyring.identityKey("code", code),
    expiresAtMs: nowMs + minutes * 60_000,
  });
  // Enough were sent in the last minutes, and each of them is valid.
  if (!made) return true;
  const contact = JSON.parse(deps.keyring.decrypt(cipher)) as Contact;
  const { slug, title } = sale.definition;
  const facts = { kind, code, minutes, sale: textIn(title, language), path: `/s/${slug}` };
  const recipient = { contact, accountKey: message.accountKey };
  const { saleNo } = sale;
  await enqueueMessages(tx, deps.keyring, [{ facts, language, recipient, saleNo, nowMs }]);
  return true;
}

/** Sends the code that confirms a cash-on-delivery order. */
export async function sendCodCode(
  tx: Transaction,
  deps: SaleDeps,
  message: Omit<Ordering, "at" | "wanted"> & {
    readonly at: { readonly sale: StoredSale };
    readonly order: StoredOrder;
  },
): Promise<void> {
  const { at, order, buyer, nowMs, language } = message;
  if (buyer.phoneKey === null) return;
  await sendCode(tx, deps, at.sale, {
    kind: "cod_code",
    purpose: `cod ${order.orderId}`,
    contactKey: buyer.phoneKey,
    accountKey: buyer.accountKey,
    minutes: COD_CODE_MINUTES,
    nowMs,
    language,
  });
}

/** Why an offer cannot be accepted now with this payment method; null if it can. */
export function refusalToTake(
  { sale, offer, paused }: OfferAtHand,
  wanted: Wanted<OrderFacts>,
  nowMs: number,
  payments: Payments,
): Refusal | null {
  const usable = offerCan.beTakenUp(offer, nowMs, paused);
  if (!usable.ok) return new Refusal(usable.why);
  const channel = must(channelByNo(sale.definition, offer.channelNo), "channel of an offer");
  const payable = orderCan.bePaidBy({ channel, method: wanted.paymentMethod, payments });
  return payable.ok ? null : new Refusal(payable.why);
}

/** An intended order: the offer and its details. */
export interface Ordering {
  readonly at: OfferAtHand;
  readonly wanted: Wanted<OrderFacts>;
  readonly buyer: Session;
  readonly nowMs: number;
  readonly language: Language;
}

/** An order that may be placed, after it was looked at whom it goes to. */
export interface Admitted extends Ordering {
  /** Null where that is not known. */
  readonly recipient: Recipient | null;
}

/** Places the orders of acceptable offers. */
export async function placeOrders(
  tx: Transaction,
  deps: SaleDeps,
  orderings: readonly Admitted[],
): Promise<(StoredOrder | Refusal)[]> {
  const refusals = new Map<Admitted, Refusal>();
  const onDelivery = orderings.filter(({ wanted }) => wanted.paymentMethod === "cod");
  for (const ordering of onDelivery.toSorted((a, b) => byQuota(a.at.offer, b.at.offer))) {
    const refusal = await reserveCod(tx, ordering.at.offer, ordering.buyer);
    if (refusal) refusals.set(ordering, refusal);
  }
  const reserved = orderings.map((ordering) => refusals.get(ordering) ?? ordering);
  return await mapUnlessRefused(reserved, async (left) => {
    const orders = await insertOrders(
      tx,
      left.map((ordering) => newOrder(deps, ordering)),
    );
    await insertRecipients(tx, recipientsOf(left, orders));
    for (const [index, order] of orders.entries()) {
      if (order.paymentMethod === "cod")
        await sendCodCode(tx, deps, { ...must(left[index], "one order per ordering"), order });
    }
    return orders;
  });
}

/** Whom the placed orders go to. */
function recipientsOf(orderings: readonly Admitted[], orders: readonly StoredOrder[]) {
  return orderings.flatMap(({ recipient }, index) => {
    const { orderId } = must(orders[index], "one order per ordering");
    return recipient === null ? [] : [{ ...recipient, orderId }];
  });
}

function newOrder(deps: SaleDeps, { at, wanted, nowMs }: Ordering): NewOrder {
  const { offer } = at;
  const { definition } = at.sale;
  const variant = must(variantByNo(definition, offer.variantNo), "variant of an offer");
  const { promisedMinorUnits } = offer;
  return {
    offer,
    orderId: randomUUID(),
    paymentMethod: wanted.paymentMethod,
    priceMinorUnits: priceToPay({ saleMinorUnits: variant.priceMinorUnits, promisedMinorUnits }),
    currency: definition.currency,
    nowMs,
    dueAtMs: nowMs + must(roundOf(definition, offer.roundNo), "round of an offer").paymentMs,
    factsCipher: factsCipher(deps.keyring, wanted.facts),
  };
}
