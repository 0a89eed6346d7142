import { randomInt, randomUUID } from "node:crypto";
import { textIn } from "../../base/inLanguage.ts";
import type { Language } from "../../base/language.ts";
import { findContactCipher, insertCode } from "../../access/io/accountStore.ts";
import { enqueueMessages } from "../../messages/io/outbox.ts";
import type { Contact } from "../../access/contact.ts";
import type { Session } from "../../access/session.ts";
import type { Transaction } from "../../db/connect.ts";
import { Refusal, unlessRefused } from "../../http/problem.ts";
import { channelByNo, roundOf, variantByNo } from "../definition.ts";
import type { Wanted } from "../doubt.ts";
import { offerCan } from "../offer.ts";
import { orderCan } from "../order.ts";
import type { Payments } from "../payments.ts";
import { factsCipher, type OrderFacts } from "./factsStore.ts";
import { byQuota, lockOffers, mayOrderCod, takeCodQuota, type StoredOffer } from "./offerStore.ts";
import { insertOrders, type NewOrder, type StoredOrder } from "./orderStore.ts";
import type { StoredSale } from "./saleStore.ts";
import { readAroundOffers, type AroundOffer } from "./stepUpStore.ts";
import type { SaleDeps } from "./requireSale.ts";

/** What it takes to turn an offer into an order, whichever route does it. */

const CODE_ATTEMPTS = 5;
const COD_CODE_MINUTES = 30;

export interface OfferAtHand extends AroundOffer {
  readonly sale: StoredSale;
  readonly offer: StoredOffer;
}

/** Who asks for which offer. */
export interface Asking {
  readonly params: { readonly slug: string; readonly offerId: string };
  readonly buyer: Session;
}

/** Goes on with those that were not refused; each outcome stays at its place. */
export async function mapUnlessRefused<Here, Next>(
  steps: readonly (Here | Refusal)[],
  work: (left: readonly Here[]) => Promise<readonly (Next | Refusal)[]>,
): Promise<(Next | Refusal)[]> {
  const left = steps.filter((step): step is Here => !(step instanceof Refusal));
  const next = left.length === 0 ? [] : await work(left);
  let at = 0;
  return steps.map((step) => (step instanceof Refusal ? step : next[at++]!));
}

/** Locks offers, and reads what decides about them. */
export async function offersAtHand(
  tx: Transaction,
  deps: SaleDeps,
  asking: readonly Asking[],
): Promise<(OfferAtHand | Refusal)[]> {
  const sales = await Promise.all(asking.map(({ params }) => deps.sales.find(params.slug)));
  const wanted = sales.map((sale, at) =>
    sale === null ? new Refusal("sale_not_found") : { sale, ...asking[at]! },
  );
  const locked = await mapUnlessRefused(wanted, async (left) => {
    const keys = left.map(({ sale, params, buyer }) => ({
      saleNo: sale.saleNo,
      offerId: params.offerId,
      accountKey: buyer.accountKey,
    }));
    const offers = await lockOffers(tx, keys);
    return offers.map((offer, at) =>
      offer === null ? new Refusal("offer_not_found") : { sale: left[at]!.sale, offer },
    );
  });
  return await mapUnlessRefused(locked, async (left) => {
    const around = await readAroundOffers(
      tx,
      deps.keyring,
      left.map(({ offer }) => offer),
    );
    return around.map((one, at) => ({ ...left[at]!, ...one }));
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

/** Cash on delivery: a verified phone, one of the channel's quota, and a code to confirm with. */
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

/** Sends a one-time code to the contact that an account signed in with; false where there is none. */
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
  await insertCode(tx, {
    contactKey,
    purpose,
    saleNo: sale.saleNo,
    nowMs,
    attempts: CODE_ATTEMPTS,
    codeKey: deps.keyring.identityKey("code", code),
    expiresAtMs: nowMs + minutes * 60_000,
  });
  const contact = JSON.parse(deps.keyring.decrypt(cipher)) as Contact;
  const facts = { kind, code, minutes, sale: textIn(sale.definition.title, language) };
  const recipient = { contact, accountKey: message.accountKey };
  const { saleNo } = sale;
  await enqueueMessages(tx, deps.keyring, [{ facts, language, recipient, saleNo, nowMs }]);
  return true;
}

/** Sends the code that an order in cash on delivery is confirmed with. */
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

/** Why an offer cannot be taken up now, with this way of paying; null where it can. */
export function refusalToTake(
  { sale, offer, paused }: OfferAtHand,
  wanted: Wanted<OrderFacts>,
  nowMs: number,
  payments: Payments,
): Refusal | null {
  const usable = offerCan.beTakenUp(offer, nowMs, paused);
  if (!usable.ok) return new Refusal(usable.why);
  const channel = channelByNo(sale.definition, offer.channelNo)!;
  const payable = orderCan.bePaidBy({ channel, method: wanted.paymentMethod, payments });
  return payable.ok ? null : new Refusal(payable.why);
}

/** What somebody orders: the offer, and with what. */
export interface Ordering {
  readonly at: OfferAtHand;
  readonly wanted: Wanted<OrderFacts>;
  readonly buyer: Session;
  readonly nowMs: number;
  readonly language: Language;
}

/** Places the orders of offers that can be taken up. */
export async function placeOrders(
  tx: Transaction,
  deps: SaleDeps,
  orderings: readonly Ordering[],
): Promise<(StoredOrder | Refusal)[]> {
  const refusals = new Map<Ordering, Refusal>();
  const onDelivery = orderings.filter(({ wanted }) => wanted.paymentMethod === "cod");
  for (const ordering of onDelivery.sort((a, b) => byQuota(a.at.offer, b.at.offer))) {
    const refusal = await reserveCod(tx, ordering.at.offer, ordering.buyer);
    if (refusal) refusals.set(ordering, refusal);
  }
  const reserved = orderings.map((ordering) => refusals.get(ordering) ?? ordering);
  return await mapUnlessRefused(reserved, async (left) => {
    const orders = await insertOrders(
      tx,
      left.map((ordering) => newOrder(deps, ordering)),
    );
    for (const [index, order] of orders.entries()) {
      if (order.paymentMethod === "cod") await sendCodCode(tx, deps, { ...left[index]!, order });
    }
    return orders;
  });
}

function newOrder(deps: SaleDeps, { at, wanted, nowMs }: Ordering): NewOrder {
  const { offer, promisedMinorUnits } = at;
  const { definition } = at.sale;
  const price = variantByNo(definition, offer.variantNo)!.priceMinorUnits;
  return {
    offer,
    orderId: randomUUID(),
    paymentMethod: wanted.paymentMethod,
    priceMinorUnits: Math.min(price, promisedMinorUnits ?? price),
    currency: definition.currency,
    nowMs,
    dueAtMs: nowMs + roundOf(definition, offer.roundNo)!.paymentMs,
    factsCipher: factsCipher(deps.keyring, wanted.facts),
  };
}
