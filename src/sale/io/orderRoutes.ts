import { randomInt, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { checkCode, findContactCipher, insertCode } from "../../access/io/accountStore.ts";
import { enqueueMessages } from "../../access/io/outbox.ts";
import type { Contact } from "../../access/contact.ts";
import type { Session } from "../../access/session.ts";
import { buyerRoutes } from "../../api/routes.ts";
import { readPaymentReference } from "../../connectors/payment.ts";
import { SANDBOX_SIGNATURE } from "../../connectors/sandbox/sandbox.ts";
import { inTransaction, type Transaction } from "../../db/connect.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { channelByNo, roundOf, variantByNo, type PaymentMethod } from "../definition.ts";
import { offerCan } from "../offer.ts";
import { orderCan } from "../order.ts";
import {
  declineOffer,
  extendOffer,
  lockOffer,
  mayOrderCod,
  takeCodQuota,
  type StoredOffer,
} from "./offerStore.ts";
import { insertFacts } from "./factsStore.ts";
import { promisedPrice } from "./makeGoodStore.ts";
import {
  insertOrder,
  lockOrder,
  receivePayment,
  writeChange,
  writePaymentMethod,
  type StoredOrder,
} from "./orderStore.ts";
import { presentOffer, presentOrder } from "./present.ts";
import { readSaleStatus, type StoredSale } from "./saleStore.ts";
import { requireSale, type SaleDeps } from "./saleRoutes.ts";

const COD_CODE_MINUTES = 30;
const COD_CODE_ATTEMPTS = 5;

export function mountOrders(app: FastifyInstance, deps: SaleDeps): void {
  mountOffers(app, deps);
  mountOrderChanges(app, deps);
  mountPayments(app, deps);
}

interface OfferAtHand {
  readonly sale: StoredSale;
  readonly offer: StoredOffer;
  readonly paused: boolean;
}

async function requireOffer(
  tx: Transaction,
  deps: SaleDeps,
  params: { slug: string; offerId: string },
  buyer: Session,
): Promise<OfferAtHand> {
  const sale = await requireSale(deps, params.slug);
  const offer = await lockOffer(tx, sale.saleNo, params.offerId, buyer.accountKey);
  if (!offer) throw new Refusal("offer_not_found");
  const { state } = await readSaleStatus(tx, sale.saleNo);
  return { sale, offer, paused: state === "paused" };
}

/** Cash on delivery: a verified phone, one of the channel's quota, and a code to confirm with. */
async function reserveCod(
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

async function sendCodCode(
  tx: Transaction,
  deps: SaleDeps,
  sale: StoredSale,
  message: { order: StoredOrder; buyer: Session; nowMs: number; language: "id" | "en" },
): Promise<void> {
  const { order, buyer, nowMs, language } = message;
  const cipher = await findContactCipher(tx, buyer.accountKey);
  if (cipher === null || buyer.phoneKey === null) return;
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  await insertCode(tx, {
    contactKey: buyer.phoneKey,
    purpose: `cod ${order.orderId}`,
    codeKey: deps.keyring.identityKey("code", code),
    nowMs,
    expiresAtMs: nowMs + COD_CODE_MINUTES * 60_000,
    attempts: COD_CODE_ATTEMPTS,
  });
  const contact = JSON.parse(deps.keyring.decrypt(cipher)) as Contact;
  await enqueueMessages(tx, deps.keyring, [
    {
      facts: {
        kind: "cod_code",
        code,
        minutes: COD_CODE_MINUTES,
        sale: sale.definition.title[language],
      },
      language,
      recipient: { contact },
      nowMs,
    },
  ]);
}

function mountOffers(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.placeOrder, async (tx, call) => {
    const { params, body, buyer, nowMs, language } = call;
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const { definition } = sale;
    const usable = offerCan.beTakenUp(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const payable = orderCan.bePaidBy(
      channelByNo(definition, offer.channelNo)!,
      body.paymentMethod,
    );
    if (!payable.ok) throw new Refusal(payable.why);
    if (body.paymentMethod === "cod") await reserveCod(tx, offer, buyer);
    const price = variantByNo(definition, offer.variantNo)!.priceMinorUnits;
    const order = await insertOrder(tx, offer, {
      orderId: randomUUID(),
      paymentMethod: body.paymentMethod,
      priceMinorUnits: Math.min(price, (await promisedPrice(tx, offer)) ?? price),
      currency: definition.currency,
      nowMs,
      dueAtMs: nowMs + roundOf(definition, offer.roundNo)!.paymentMs,
    });
    const came = { request: call.request, delivery: body.delivery, nowMs };
    await insertFacts(tx, deps.keyring, order, came);
    if (order.paymentMethod === "cod") {
      await sendCodCode(tx, deps, sale, { order, buyer, nowMs, language });
    }
    return { status: 201, body: presentOrder(definition, deps.provider, order) };
  });

  mount(app, deps, buyerRoutes.extendOffer, async (tx, { params, buyer, nowMs }) => {
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const usable = offerCan.beExtended(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const { offerExtensionMs } = roundOf(sale.definition, offer.roundNo)!;
    const extended = await extendOffer(tx, offer, offer.expiresAtMs + offerExtensionMs);
    return { status: 200, body: presentOffer(sale.definition, extended) };
  });

  mount(app, deps, buyerRoutes.declineOffer, async (tx, { params, buyer, nowMs }) => {
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const usable = offerCan.beTakenUp(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const declined = await declineOffer(tx, offer, nowMs);
    return { status: 200, body: presentOffer(sale.definition, declined) };
  });
}

async function requireOrder(
  tx: Transaction,
  deps: SaleDeps,
  params: { slug: string; orderId: string },
  buyer: Session,
): Promise<{ sale: StoredSale; order: StoredOrder }> {
  const sale = await requireSale(deps, params.slug);
  const order = await lockOrder(tx, sale.saleNo, params.orderId, buyer.accountKey);
  if (!order) throw new Refusal("order_not_found");
  return { sale, order };
}

function mountOrderChanges(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.changePaymentMethod, async (tx, call) => {
    const { params, body, buyer, nowMs, language } = call;
    const { sale, order } = await requireOrder(tx, deps, params, buyer);
    const method: PaymentMethod = body.paymentMethod;
    const channel = channelByNo(sale.definition, order.channelNo)!;
    const allowed = orderCan.changeMethod(order, channel, method);
    if (!allowed.ok) throw new Refusal(allowed.why);
    if (method === "cod") await reserveCod(tx, order, buyer);
    const changed = await writePaymentMethod(tx, order, method);
    if (method === "cod") {
      await sendCodCode(tx, deps, sale, { order: changed, buyer, nowMs, language });
    }
    return { status: 200, body: presentOrder(sale.definition, deps.provider, changed) };
  });

  mount(app, deps, buyerRoutes.confirmOrder, async (tx, { params, body, buyer, nowMs }) => {
    const { sale, order } = await requireOrder(tx, deps, params, buyer);
    const confirmed = orderCan.beConfirmed(order);
    if (!confirmed.ok) throw new Refusal(confirmed.why);
    const check = await checkCode(tx, {
      contactKey: buyer.phoneKey ?? buyer.accountKey,
      purpose: `cod ${order.orderId}`,
      codeKey: deps.keyring.identityKey("code", body.code),
      nowMs,
    });
    if (check === "used") throw new Refusal("code_used");
    if (check === "wrong") throw new Refusal("code_wrong");
    const changed = await writeChange(tx, order, confirmed.value, nowMs);
    return { status: 200, body: presentOrder(sale.definition, deps.provider, changed) };
  });

  mount(app, deps, buyerRoutes.cancelOrder, async (tx, { params, buyer, nowMs }) => {
    const { sale, order } = await requireOrder(tx, deps, params, buyer);
    const cancelled = orderCan.beCancelledByBuyer(order);
    if (!cancelled.ok) throw new Refusal(cancelled.why);
    const changed = await writeChange(tx, order, cancelled.value, nowMs);
    return { status: 200, body: presentOrder(sale.definition, deps.provider, changed) };
  });
}

function mountPayments(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.paymentEvent, async ({ body, request, params, nowMs }) => {
    const signature = request.headers[SANDBOX_SIGNATURE];
    const given = typeof signature === "string" ? signature : undefined;
    if (!deps.provider.isGenuine(request.rawBody, given)) throw new Refusal("signature_invalid");
    const reference = readPaymentReference(body.reference);
    if (!reference) throw new Refusal("order_not_found");
    const instrumentKey =
      body.instrument === undefined
        ? null
        : deps.keyring.identityKey("instrument", `${params.provider} ${body.instrument}`);
    const event = { provider: params.provider, ...body, ...reference, instrumentKey };
    const outcome = await inTransaction(deps.sql, (tx) => receivePayment(tx, event, nowMs));
    if (outcome === null) throw new Refusal("order_not_found");
    return { status: 200, body: { outcome } };
  });
}
