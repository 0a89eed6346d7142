/*
 * Routes about a buyer's offer: extend, decline, order, and the question before a doubtful order.
 */

import { z } from "zod";
import type { RouteContract } from "./contract.ts";
import { credential, passkeyQuestion } from "./passkeyRoutes.ts";
import * as shapes from "./schemas.ts";

export const oneTimeCode = z.string().regex(/^\d{6}$/);
/** Refusals of work that was sent. */
export const SENT_WORK_PROBLEMS = [
  "work_malformed",
  "work_forged",
  "work_expired",
  "work_not_yours",
  "work_used",
] as const;
/** Refusals of a route that asks for work. */
export const WORK_PROBLEMS = ["work_required", ...SENT_WORK_PROBLEMS] as const;
/** A code as people type or paste it, "123 456" or "123-456": letters and digits count alone. */
const asTyped = z
  .string()
  .max(40)
  .transform((text) => text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, ""));
export const typedCode = asTyped.pipe(oneTimeCode);
/** Longer after wrong guesses at its contact. */
export const signInCode = asTyped.pipe(z.string().regex(/^\d{6,16}$/));

/** Refusals of every action on an offer. */
const OFFER_PROBLEMS = [
  "sale_not_found",
  "offer_not_found",
  "offer_expired",
  "offer_ended",
] as const;
/** Refusals of placing an order, on any route. */
const ORDER_PROBLEMS = [
  ...OFFER_PROBLEMS,
  "payment_method_not_offered",
  "payment_not_set_up",
  "cod_quota_used",
  "cod_limit_used",
  "phone_required",
] as const;

/** A buyer's actions on an offer. */
export const offerRoutes = {
  placeOrder: {
    id: "placeOrder",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/offers/:offerId/order",
    summary: "Take up an offer with a payment method of one's own choice",
    auth: "buyer",
    repeat: "stored",
    params: shapes.offerParams,
    body: z.strictObject({
      paymentMethod: shapes.paymentMethod,
      delivery: shapes.delivery.optional(),
    }),
    status: 201,
    response: shapes.order,
    problems: [...ORDER_PROBLEMS, "step_up_required"],
  },
  answerStepUp: {
    id: "answerStepUp",
    cost: "signature",
    method: "POST",
    path: "/v1/sales/:slug/offers/:offerId/step-up",
    summary: "Answer the question before a doubtful order; the answer places it",
    auth: "buyer",
    repeat: "stored",
    params: shapes.offerParams,
    body: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("code"), code: typedCode }),
      z.strictObject({ kind: z.literal("passkey"), credential }),
      z.strictObject({ kind: z.literal("address") }),
    ]),
    status: 201,
    response: shapes.order,
    problems: [
      ...ORDER_PROBLEMS,
      "step_up_not_asked",
      "code_wrong",
      "code_used",
      "passkey_refused",
    ],
  },
  sendStepUpCode: {
    id: "sendStepUpCode",
    cost: "code",
    method: "POST",
    path: "/v1/sales/:slug/offers/:offerId/step-up/code",
    summary: "Another code for that question, a minute after the last one",
    auth: "buyer",
    repeat: "stored",
    params: shapes.offerParams,
    status: 200,
    response: shapes.offer,
    problems: [
      ...OFFER_PROBLEMS,
      "payment_method_not_offered",
      "payment_not_set_up",
      "step_up_not_asked",
      "rate_limited",
    ],
  },
  stepUpPasskeyQuestion: {
    id: "stepUpPasskeyQuestion",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/offers/:offerId/step-up/passkey",
    summary: "What the browser needs to answer that question with a passkey",
    auth: "buyer",
    repeat: "stored",
    params: shapes.offerParams,
    status: 200,
    response: passkeyQuestion,
    problems: [
      ...OFFER_PROBLEMS,
      "payment_method_not_offered",
      "payment_not_set_up",
      "step_up_not_asked",
    ],
  },
  extendOffer: {
    id: "extendOffer",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/offers/:offerId/extension",
    summary: "More time, once",
    auth: "buyer",
    repeat: "stored",
    params: shapes.offerParams,
    status: 200,
    response: shapes.offer,
    problems: [...OFFER_PROBLEMS, "extension_used"],
  },
  declineOffer: {
    id: "declineOffer",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/offers/:offerId/decline",
    summary: "Let the unit go to the next in line",
    auth: "buyer",
    repeat: "stored",
    params: shapes.offerParams,
    status: 200,
    response: shapes.offer,
    problems: [...OFFER_PROBLEMS],
  },
} as const satisfies Record<string, RouteContract>;
