/*
 * The ways out (mail, texts, channels, refunds) and the console's list of everything sent. A refused call
 * can be sent again; one that arrived is never repeated, and an overturned decision is not told any
 * more.
 */

import type { FastifyInstance } from "fastify";
import { peopleRoutes } from "../../../api/staffRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { resendMessage } from "../../../messages/io/outboxStore.ts";
import { readWaiting, readWays } from "../../../messages/io/wayStore.ts";
import { aboutPerSecond } from "../../../messages/sending.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { iso } from "../../../base/instant.ts";
import { repeatRefunds } from "../../../sale/payment/io/refundStore.ts";
import { repeatCalls } from "../../decision/io/callStore.ts";
import { listCalls, listMessages, type MadeCall, type SentMessage } from "./deliveryStore.ts";

/** Mounts the state of the ways out, the list, and the commands that send again. */
export function mountDeliveries(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, peopleRoutes.listWebhooks, async ({ query }) => {
    const [calls, messages] = await Promise.all([
      listCalls(deps.sql, query.limit),
      listMessages(deps.sql, query.limit),
    ]);
    return {
      status: 200,
      body: { sent: [...calls.map(presentCall), ...messages.map(presentMessage)] },
    };
  });

  mount(app, deps, peopleRoutes.resendWebhook, async (tx, { body, nowMs }) => {
    const { saleNo } = await requireAnySale(tx, body.sale);
    const { orderId } = body;
    const told = await repeatCalls(tx, { saleNo, orderId }, nowMs);
    const asked = await repeatRefunds(tx, { saleNo, orderId }, nowMs);
    if (told + asked === 0) throw new Refusal("webhook_not_refused");
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, peopleRoutes.showWays, async ({ nowMs }) => {
    const [ways, waiting] = await Promise.all([readWays(deps.sql, nowMs), readWaiting(deps.sql)]);
    return {
      status: 200,
      body: {
        ways: ways.map((way) => ({ ...way, aboutPerSecond: aboutPerSecond(way) })),
        waiting: waiting.map((one) => ({ ...one, oldestAt: one.oldestAt.toISOString() })),
      },
    };
  });

  mount(app, deps, peopleRoutes.resendMessage, async (tx, { body, nowMs }) => {
    if (!(await resendMessage(tx, body.messageId, nowMs))) throw new Refusal("message_not_failed");
    return { status: 200, body: { ok: true } };
  });
}

/** Messages by kind and outcome. The recipient is left out on purpose. */
function presentMessage(one: SentMessage) {
  const state = one.sentAt === null ? (one.failure ?? "due") : "done";
  return {
    kind: "message" as const,
    to: one.sentBy ?? "–",
    what: one.kind,
    sale: null,
    orderId: null,
    messageId: one.messageId,
    state,
    attempts: one.attempts,
    answer: one.lastError,
    nextAttemptAt: state === "due" ? iso(one.nextAttemptAt.getTime()) : null,
  };
}

/** Calls to channels about orders, and refunds asked of the payment service. */
function presentCall({ nextAttemptAt, ...one }: MadeCall) {
  const isOpen = one.state === "due" || one.state === "calling";
  return {
    ...one,
    messageId: null,
    nextAttemptAt: isOpen ? iso(nextAttemptAt.getTime()) : null,
  };
}
