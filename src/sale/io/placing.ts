import { randomInt, randomUUID } from "node:crypto";
import { findContactCipher, insertCode } from "../../access/io/accountStore.ts";
import { enqueueMessages } from "../../access/io/outbox.ts";
import type { Contact } from "../../access/contact.ts";
import type { Session } from "../../access/session.ts";
import type { Transaction } from "../../db/connect.ts";
import { Refusal } from "../../http/problem.ts";
import { channelByNo, roundOf, variantByNo } from "../definition.ts";
import type { Wanted } from "../doubt.ts";
import { offerCan } from "../offer.ts";
import { orderCan } from "../order.ts";
import { factsCipher, type OrderFacts } from "./factsStore.ts";
import { lockOffer, mayOrderCod, takeCodQuota, type StoredOffer } from "./offerStore.ts";
import { insertOrder, type StoredOrder } from "./orderStore.ts";
import type { StoredSale } from "./saleStore.ts";
import { requireSale, type SaleDeps } from "./saleRoutes.ts";
import { readAroundOffer, type AroundOffer } from "./stepUpStore.ts";

/** What it takes to turn an offer into an order, whichever route does it. */

const CODE_ATTEMPTS = 5;
const COD_CODE_MINUTES = 30;

export interface OfferAtHand extends AroundOffer {
  readonly sale: StoredSale;
  readonly offer: StoredOffer;
}

export async function requireOffer(
  tx: Transaction,
  deps: SaleDeps,
  params: { slug: string; offerId: string },
  buyer: Session,
): Promise<OfferAtHand> {
  const sale = await requireSale(deps, params.slug);
  const offer = await lockOffer(tx, sale.saleNo, params.offerId, buyer.accountKey);
  if (!offer) throw new Refusal("offer_not_found");
  return { sale, offer, ...(await readAroundOffer(tx, deps.keyring, offer)) };
}

/** Cash on delivery: a verified phone, one of the channel's quota, and a code to confirm with. */
export async function reserveCod(
  tx: Transaction,
  place: { saleNo: number; roundNo: number; channelNo: number },
  buyer: Session,
): Promise<void> {
  if (buyer.phoneKey === null) throw new Refusal("phone_required");
  if (!(await mayOrderCod(tx, place.saleNo, buyer.accountKey))) {
    throw new Refusal("cod_limit_used");
  }
  const taken = await takeCodQuota(tx, place.saleNo, place.roundNo, place.channelNo);
  if (!taken) throw new Refusal("cod_quota_used");
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
    readonly language: "id" | "en";
  },
): Promise<boolean> {
  const { kind, purpose, contactKey, minutes, nowMs, language } = message;
  const cipher = await findContactCipher(tx, message.accountKey);
  if (cipher === null) return false;
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  await insertCode(tx, {
    ...{ contactKey, purpose, nowMs, attempts: CODE_ATTEMPTS },
    codeKey: deps.keyring.identityKey("code", code),
    expiresAtMs: nowMs + minutes * 60_000,
  });
  const contact = JSON.parse(deps.keyring.decrypt(cipher)) as Contact;
  const facts = { kind, code, minutes, sale: sale.definition.title[language] };
  await enqueueMessages(tx, deps.keyring, [{ facts, language, recipient: { contact }, nowMs }]);
  return true;
}

export async function sendCodCode(
  tx: Transaction,
  deps: SaleDeps,
  sale: StoredSale,
  message: { order: StoredOrder; buyer: Session; nowMs: number; language: "id" | "en" },
): Promise<void> {
  const { order, buyer, nowMs, language } = message;
  if (buyer.phoneKey === null) return;
  await sendCode(tx, deps, sale, {
    ...{ kind: "cod_code", purpose: `cod ${order.orderId}`, contactKey: buyer.phoneKey },
    ...{ accountKey: buyer.accountKey, minutes: COD_CODE_MINUTES, nowMs, language },
  });
}

/** Refuses unless the offer can be taken up now, with this way of paying. */
export function requireTakeable(
  { sale, offer, paused }: OfferAtHand,
  wanted: Wanted<OrderFacts>,
  nowMs: number,
): void {
  const usable = offerCan.beTakenUp(offer, nowMs, paused);
  if (!usable.ok) throw new Refusal(usable.why);
  const channel = channelByNo(sale.definition, offer.channelNo)!;
  const payable = orderCan.bePaidBy(channel, wanted.paymentMethod);
  if (!payable.ok) throw new Refusal(payable.why);
}

/** Places the order of an offer that can be taken up. */
export async function placeOrder(
  tx: Transaction,
  deps: SaleDeps,
  { sale, offer, promisedMinorUnits }: OfferAtHand,
  came: {
    readonly wanted: Wanted<OrderFacts>;
    readonly buyer: Session;
    readonly nowMs: number;
    readonly language: "id" | "en";
  },
): Promise<StoredOrder> {
  const { wanted, buyer, nowMs, language } = came;
  const { definition } = sale;
  if (wanted.paymentMethod === "cod") await reserveCod(tx, offer, buyer);
  const price = variantByNo(definition, offer.variantNo)!.priceMinorUnits;
  const order = await insertOrder(tx, offer, {
    orderId: randomUUID(),
    paymentMethod: wanted.paymentMethod,
    priceMinorUnits: Math.min(price, promisedMinorUnits ?? price),
    currency: definition.currency,
    nowMs,
    dueAtMs: nowMs + roundOf(definition, offer.roundNo)!.paymentMs,
    factsCipher: factsCipher(deps.keyring, wanted.facts),
  });
  if (order.paymentMethod === "cod") {
    await sendCodCode(tx, deps, sale, { order, buyer, nowMs, language });
  }
  return order;
}
