/*
 * The sandbox's pay page: plain forms without script that report a payment, a failure, or a payment
 * twice. Reports enter over HTTP with a signature, like those of a real service.
 */

import type { FastifyInstance, InjectOptions } from "fastify";
import { SANDBOX_WORDS } from "./words.ts";
import { inLanguage, textIn } from "../base/inLanguage.ts";
import { type Language, fill } from "../base/language.ts";
import type { Sql } from "../db/connect.ts";
import { formatMoney } from "../base/money.ts";
import { Refusal } from "../http/problem.ts";
import { html } from "../../web/ui/html.ts";
import { layout } from "../../web/ui/layout.ts";
import { languageOf } from "../http/call.ts";
import { readPrice } from "../sale/io/orderStore.ts";
import {
  readPaymentReference,
  type PaymentProvider,
  type RefundRequest,
} from "../connectors/payments/port.ts";
import { SANDBOX_SIGNATURE } from "../connectors/payments/sandbox/sandbox.ts";

export interface SandboxDeps {
  readonly sql: Sql;
  readonly provider: PaymentProvider & { sign(rawBody: string): string };
  /** Sends the webhook to our own server, by the same route as a real service's. */
  readonly deliver: (request: InjectOptions) => Promise<{ statusCode: number; body: string }>;
  readonly newId: () => string;
}

/** A page about one order is not cached. */
const PRIVATE = { cache: "private" } as const;

/** Mounts the pay page. */
export function mountSandbox(app: FastifyInstance, deps: SandboxDeps): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );

  const page = (language: Language, content: ReturnType<typeof html>) =>
    layout({
      language,
      title: textIn(SANDBOX_WORDS.title, language),
      script: null,
      languageHref: null,
      content,
    });

  app.get("/sandbox/pay/:reference", { config: PRIVATE }, async (request, reply) => {
    const language = languageOf(request);
    const texts = inLanguage(SANDBOX_WORDS, language);
    const price = await priceOf(deps, (request.params as { reference: string }).reference);
    if (!price) throw new Refusal("order_not_found");
    const money = { minorUnits: price.amountMinorUnits, currency: price.currency };
    const content = html`<h1>${texts.title}</h1>
      <form class="card" method="post">
        <p class="to-pay">${texts.toPay} <strong>${formatMoney(money, language)}</strong></p>
        <p>${texts.lead}</p>
        <div class="row">
          <button name="kind" value="paid">${texts.paid}</button>
          <button class="quiet" name="kind" value="twice">${texts.twice}</button>
          <button class="quiet" name="kind" value="failed">${texts.failed}</button>
        </div>
      </form>`;
    return await reply
      .header("content-type", "text/html; charset=utf-8")
      .send(page(language, content));
  });

  app.post("/sandbox/pay/:reference", { config: PRIVATE }, async (request, reply) => {
    const { reference } = request.params as { reference: string };
    const asked = (request.body as { kind?: string } | undefined)?.kind;
    const kind = asked === "failed" ? "failed" : "paid";
    // Each press is a payment of its own, as with a real service.
    const event = { reference, kind, eventId: deps.newId(), paymentId: deps.newId() };
    let answer = await reportPrice(deps, event);
    if (asked === "twice") answer = await reportPrice(deps, event);
    const language = languageOf(request);
    const { title, outcome } = inLanguage(SANDBOX_WORDS, language);
    const text = fill(outcome, { kind, answer });
    const content = html`<h1>${title}</h1>
      <p class="note" role="status">${text}</p>`;
    return await reply
      .header("content-type", "text/html; charset=utf-8")
      .send(page(language, content));
  });
}

/**
 * Takes a refund and reports it at once. The refund's id is the event's id, so a repeat is reported
 * once.
 */
export async function reportRefund(
  deps: SandboxDeps,
  refund: RefundRequest,
): Promise<"taken" | "refused"> {
  const answer = await report(deps, { ...refund, kind: "refunded", eventId: refund.refundId });
  if (answer.startsWith("5")) throw new Error(answer);
  return answer.startsWith("200") ? "taken" : "refused";
}

interface SandboxEvent {
  readonly reference: string;
  readonly kind: string;
  readonly eventId: string;
  readonly paymentId: string;
}

/** The whole price of the order that a reference names; null without one. */
async function priceOf({ sql }: SandboxDeps, reference: string) {
  const place = readPaymentReference(reference);
  return place && (await readPrice(sql, place.saleNo, place.orderId));
}

/** Reports an event about the whole price of an order. */
async function reportPrice(deps: SandboxDeps, event: SandboxEvent): Promise<string> {
  const price = await priceOf(deps, event.reference);
  return price ? await report(deps, { ...event, ...price }) : "404";
}

/** Reports an event as a payment service would: over HTTP and signed. */
async function report(
  deps: SandboxDeps,
  event: SandboxEvent & { readonly amountMinorUnits: number; readonly currency: string },
): Promise<string> {
  const payload = JSON.stringify(event);
  const response = await deps.deliver({
    method: "POST",
    url: "/v1/payments/sandbox/events",
    headers: {
      "content-type": "application/json",
      [SANDBOX_SIGNATURE]: deps.provider.sign(payload),
    },
    payload,
  });
  return `${response.statusCode} ${response.body}`;
}
