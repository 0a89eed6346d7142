/*
 * A buyer's routes of an order: change the payment method, confirm cash on delivery, cancel. And
 * the payment service's webhook.
 */

import { must } from "../../base/assert.ts";
import type { FastifyInstance } from "fastify";
import { checkCode } from "../../access/io/codeStore.ts";
import type { Session } from "../../access/session.ts";
import { buyerRoutes } from "../../api/routes.ts";
import { readPaymentReference } from "../../connectors/payments/port.ts";
import { SANDBOX_SIGNATURE } from "../../connectors/payments/sandbox/sandbox.ts";
import { inTransaction, type Transaction } from "../../db/connect.ts";
import { groupCommit } from "../../db/groupCommit.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { channelByNo, type PaymentMethod } from "../definition.ts";
import { orderCan } from "../order.ts";
import type { PaymentOutcome } from "../payment/payment.ts";
import type { ReceivedReport } from "../payment/io/paymentStore.ts";
import {
  lockOrder,
  receivePayments,
  writeChanges,
  writePaymentMethod,
  type StoredOrder,
} from "./orderStore.ts";
import { reserveCod, sendCodCode } from "./placing.ts";
import { presentOrder } from "./presentOrder.ts";
import { standingOf } from "../standing/standing.ts";
import { readStandingFacts } from "../standing/io/standingStore.ts";
import type { StoredSale } from "./saleStore.ts";
import { requireSale, type SaleDeps } from "./requireSale.ts";

export function mountOrders(app: FastifyInstance, deps: SaleDeps): void {
  mountOrderChanges(app, deps);
  mountPayments(app, deps);
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

/** The answer after a change: the order as all audiences are told of it. */
async function showOrder(
  tx: Transaction,
  deps: SaleDeps,
  { sale, order }: { readonly sale: StoredSale; readonly order: StoredOrder },
  nowMs: number,
) {
  const facts = must(await readStandingFacts(tx, order.saleNo, order.orderId), "locked order");
  const standing = standingOf(facts, nowMs);
  return { status: 200, body: presentOrder(sale.definition, deps.provider, order, standing) };
}

function mountOrderChanges(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.changePaymentMethod, async (tx, call) => {
    const { params, body, buyer, nowMs, language } = call;
    const { sale, order } = await requireOrder(tx, deps, params, buyer);
    const method: PaymentMethod = body.paymentMethod;
    const channel = must(channelByNo(sale.definition, order.channelNo), "channel of an order");
    const payments = deps.provider.name;
    const allowed = orderCan.changeMethod(order, { channel, method, payments });
    if (!allowed.ok) throw new Refusal(allowed.why);
    const refusal = method === "cod" ? await reserveCod(tx, order, buyer) : null;
    if (refusal) throw refusal;
    const changed = await writePaymentMethod(tx, order, method);
    if (method === "cod") {
      await sendCodCode(tx, deps, { at: { sale }, order: changed, buyer, nowMs, language });
    }
    return await showOrder(tx, deps, { sale, order: changed }, nowMs);
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
    if (check === "wrong") throw new Refusal("code_wrong", { keepsWrites: true });
    const [changed] = await writeChanges(tx, [{ order, change: confirmed.value }], nowMs);
    const after = must(changed, "one order per change");
    return await showOrder(tx, deps, { sale, order: after }, nowMs);
  });

  mount(app, deps, buyerRoutes.cancelOrder, async (tx, { params, buyer, nowMs }) => {
    const { sale, order } = await requireOrder(tx, deps, params, buyer);
    const cancelled = orderCan.beCancelledByBuyer(order);
    if (!cancelled.ok) throw new Refusal(cancelled.why);
    const [changed] = await writeChanges(tx, [{ order, change: cancelled.value }], nowMs);
    const after = must(changed, "one order per change");
    return await showOrder(tx, deps, { sale, order: after }, nowMs);
  });
}

function mountPayments(app: FastifyInstance, deps: SaleDeps): void {
  const received = groupCommit<ReceivedReport, PaymentOutcome>({
    about: ({ provider, paymentId, order }) => [
      `payment ${provider} ${paymentId}`,
      ...(order ? [`order ${order.orderId}`] : []),
    ],
    flush: (reports) =>
      inTransaction(deps.sql, (tx) => receivePayments(tx, reports, deps.clock.nowMs())),
  });
  mount(app, deps, buyerRoutes.paymentEvent, async ({ body, request, params }) => {
    const signature = request.headers[SANDBOX_SIGNATURE];
    const given = typeof signature === "string" ? signature : undefined;
    if (!deps.provider.isGenuine(request.rawBody, given)) throw new Refusal("signature_invalid");
    const { provider } = params;
    const { reference, instrument, refundId = body.eventId, ...event } = body;
    const instrumentKey =
      instrument === undefined
        ? null
        : deps.keyring.identityKey("instrument", `${provider} ${instrument}`);
    const order = readPaymentReference(reference);
    const outcome = await received({ ...event, provider, refundId, order, instrumentKey });
    return { status: 200, body: { outcome } };
  });
}
