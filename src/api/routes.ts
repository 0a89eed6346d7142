/*
 * The route table: the API's routes for buyers, with all other tables joined at the end.
 */

import { z } from "zod";
import { DEFAULT_LANGUAGE, LANGUAGE_CODES } from "../base/language.ts";
import { batchRoutes, policyRoutes, reviewRoutes } from "./caseRoutes.ts";
import type { RouteContract } from "./contract.ts";
import { ownRoutes, peopleRoutes } from "./staffRoutes.ts";
import { importRoutes } from "./importRoutes.ts";
import { integrityRoutes, planRoutes } from "./planRoutes.ts";
import { offerRoutes, oneTimeCode, signInCode, WORK_PROBLEMS } from "./offerRoutes.ts";
import { operatorRoutes } from "./operatorRoutes.ts";
import { turnRoutes } from "./turnRoutes.ts";
import { buyerPasskeyRoutes } from "./passkeyRoutes.ts";
import { paymentRoutes } from "./paymentRoutes.ts";
import { remedyRoutes } from "./remedyRoutes.ts";
import { rightsRoutes } from "./rightsRoutes.ts";
import * as shapes from "./schemas.ts";

const JOIN_PROBLEMS = [
  "sale_not_found",
  "round_not_found",
  "not_open_yet",
  "entry_closed",
  "channel_unknown",
  "variant_unknown",
  "already_entered",
  "contact_already_entered",
  "work_malformed",
  "work_forged",
  "work_expired",
  "work_not_yours",
  "work_used",
] as const;

/** Routes of buyers and the public. */
export const buyerRoutes = {
  listSales: {
    id: "listSales",
    cost: "memory",
    method: "GET",
    path: "/v1/sales",
    summary: "The sales that are published",
    auth: "public",
    cache: "shared",
    status: 200,
    response: z.object({ sales: z.array(shapes.saleInfo) }),
    problems: [],
  },
  showSale: {
    id: "showSale",
    cost: "memory",
    method: "GET",
    path: "/v1/sales/:slug",
    summary: "One sale: what, when, how much of it, by which rule",
    auth: "public",
    cache: "shared",
    params: shapes.saleParams,
    status: 200,
    response: shapes.saleInfo,
    problems: ["sale_not_found"],
  },
  showBoard: {
    id: "showBoard",
    cost: "memory",
    method: "GET",
    path: "/v1/sales/:slug/rounds/:roundNo/board",
    summary: "The public board: cacheable for a second, enough to compute one's own place",
    auth: "public",
    cache: "shared",
    params: shapes.roundParams,
    status: 200,
    response: shapes.board,
    problems: ["sale_not_found", "round_not_found"],
  },
  showRecord: {
    id: "showRecord",
    cost: "record",
    method: "GET",
    path: "/v1/sales/:slug/rounds/:roundNo/record",
    summary:
      "The public record of a round: `giliran verify` recomputes it (newline-delimited JSON)",
    auth: "public",
    cache: "shared",
    params: shapes.roundParams,
    status: 200,
    response: z.string(),
    problems: ["sale_not_found", "round_not_found"],
  },
  requestCode: {
    id: "requestCode",
    cost: "code",
    method: "POST",
    path: "/v1/sign-in/codes",
    summary: "Send a one-time code to a phone or an e-mail address",
    auth: "public",
    repeat: "stored",
    body: z.strictObject({
      contact: z.string().min(3).max(320),
      language: z.enum(LANGUAGE_CODES).default(DEFAULT_LANGUAGE),
      /** The solution of the challenge in `work_required`. */
      work: z.string().min(1).max(2_000).optional(),
    }),
    status: 202,
    response: z.object({
      sentTo: z.string(),
      expiresAt: shapes.instant,
      /** False: enough were sent in the last five minutes, and each of them is valid. */
      sent: z.boolean(),
      /** Digits of the newest code. */
      digits: z.number().int(),
      /** When another can be sent, if none was now. */
      nextAt: shapes.instant.nullable(),
      /** Goes with the code to the sign-in: wrong guesses count against it. */
      asker: z.string(),
      /** Only in trial mode, where nothing can be sent. */
      code: signInCode.optional(),
    }),
    problems: ["contact_malformed", "number_not_served", "texts_used_up", ...WORK_PROBLEMS],
  },
  listOwnCodes: {
    id: "listOwnCodes",
    cost: "database",
    method: "GET",
    path: "/v1/me/codes",
    summary: "Codes that I was sent, newest first: only while trying out on one's own machine",
    auth: "buyer",
    status: 200,
    response: z.object({
      codes: z.array(z.object({ kind: z.enum(["cod_code", "step_up_code"]), code: oneTimeCode })),
    }),
    problems: ["not_found"],
  },
  signInWithCode: {
    id: "signInWithCode",
    cost: "code",
    method: "POST",
    path: "/v1/sign-in",
    summary: "Sign in with the code",
    auth: "public",
    repeat: "stored",
    body: z.strictObject({
      contact: z.string().min(3).max(320),
      code: signInCode,
      /** From the answer to the request for the code. */
      asker: z.string().max(300).optional(),
    }),
    status: 200,
    response: shapes.session,
    problems: ["contact_malformed", "code_wrong", "code_used", "guesses_used"],
  },
  signInWithToken: {
    id: "signInWithToken",
    cost: "signature",
    method: "POST",
    path: "/v1/sign-in/token",
    summary: "Sign in with the brand's own signed token (JWT against the configured JWKS)",
    auth: "public",
    repeat: "derived",
    body: z.strictObject({ token: z.string().min(20).max(8_000) }),
    status: 200,
    response: shapes.session,
    problems: ["token_rejected"],
  },
  showChallenge: {
    id: "showChallenge",
    cost: "memory",
    method: "GET",
    path: "/v1/sales/:slug/rounds/:roundNo/challenge",
    summary: "A proof-of-work challenge, to be solved in the lobby",
    auth: "buyer",
    params: shapes.roundParams,
    status: 200,
    response: shapes.workChallenge,
    problems: ["sale_not_found", "round_not_found"],
  },
  enter: {
    id: "enter",
    cost: "entry",
    method: "POST",
    path: "/v1/sales/:slug/rounds/:roundNo/entries",
    summary: "Join the line",
    auth: "buyer",
    repeat: "entry",
    params: shapes.roundParams,
    body: shapes.entryBody,
    bodyLimitBytes: 8_192,
    status: 201,
    response: shapes.entry,
    problems: [...JOIN_PROBLEMS],
  },
  withdraw: {
    id: "withdraw",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/rounds/:roundNo/withdrawal",
    summary: "Leave before the window is sealed",
    auth: "buyer",
    repeat: "stored",
    params: shapes.roundParams,
    status: 200,
    response: shapes.acknowledged,
    problems: ["sale_not_found", "round_not_found", "entry_not_found", "window_sealed"],
  },
  showOwnStatus: {
    id: "showOwnStatus",
    cost: "database",
    method: "GET",
    path: "/v1/sales/:slug/rounds/:roundNo/mine",
    summary: "My entry, place, offer and order",
    auth: "buyer",
    params: shapes.roundParams,
    status: 200,
    response: shapes.ownStatus,
    problems: ["sale_not_found", "round_not_found"],
  },
  showTicket: {
    id: "showTicket",
    cost: "database",
    method: "GET",
    path: "/v1/tickets/:ticket",
    summary: "Whether a ticket is genuine, and where it stands",
    auth: "public",
    params: z.object({ ticket: z.string().min(10).max(600) }),
    status: 200,
    response: shapes.ownStatus.pick({ entry: true, place: true }),
    problems: ["ticket_invalid"],
  },
  changePaymentMethod: {
    id: "changePaymentMethod",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/orders/:orderId/payment-method",
    summary: "Pay another way; the unit and the deadline stay",
    auth: "buyer",
    repeat: "stored",
    params: shapes.orderParams,
    body: z.strictObject({ paymentMethod: shapes.paymentMethod }),
    status: 200,
    response: shapes.order,
    problems: [
      "sale_not_found",
      "order_not_found",
      "order_ended",
      "payment_method_not_offered",
      "payment_not_set_up",
      "same_payment_method",
      "cod_quota_used",
      "cod_limit_used",
      "phone_required",
    ],
  },
  confirmOrder: {
    id: "confirmOrder",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/orders/:orderId/confirmation",
    summary: "Confirm cash on delivery with the code sent to the phone",
    auth: "buyer",
    repeat: "stored",
    params: shapes.orderParams,
    body: z.strictObject({ code: oneTimeCode }),
    status: 200,
    response: shapes.order,
    problems: ["sale_not_found", "order_not_found", "order_ended", "code_wrong", "code_used"],
  },
  cancelOrder: {
    id: "cancelOrder",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/orders/:orderId/cancellation",
    summary: "Give the unit back before paying",
    auth: "buyer",
    repeat: "stored",
    params: shapes.orderParams,
    status: 200,
    response: shapes.order,
    problems: ["sale_not_found", "order_not_found", "order_ended"],
  },
  paymentEvent: {
    id: "paymentEvent",
    cost: "signature",
    method: "POST",
    path: "/v1/payments/:provider/events",
    summary: "What a payment service reports; signed, in any order, as often as it likes",
    auth: "public",
    repeat: "event",
    params: z.object({ provider: z.literal("sandbox") }),
    body: z.strictObject({
      eventId: z.string().min(1).max(128),
      kind: z.enum(["pending", "paid", "failed", "refunded"]),
      /** The payment service's own number of the payment: the same in each report about it. */
      paymentId: z.string().min(1).max(128),
      /** `refunded`: the refund's own number, ours where we asked for it; else `eventId` stands for it. */
      refundId: z.string().min(1).max(128).optional(),
      reference: z.string().min(1).max(128),
      /** `paid`: the whole payment; `refunded`: this refund. */
      amountMinorUnits: z.number().int().nonnegative(),
      currency: z.string().regex(/^[A-Z]{3}$/),
      /** The payment service's own name of the instrument (a fingerprint of card or wallet). */
      instrument: z.string().min(1).max(128).optional(),
    }),
    status: 200,
    response: z.object({
      outcome: z.enum(["applied", "ignored", "refund_due", "unmatched"]),
    }),
    problems: ["signature_invalid"],
  },
} as const satisfies Record<string, RouteContract>;

/** The whole route table. */
export const ROUTES: readonly RouteContract[] = [
  ...Object.values(buyerRoutes),
  ...Object.values(turnRoutes),
  ...Object.values(offerRoutes),
  ...Object.values(buyerPasskeyRoutes),
  ...Object.values(rightsRoutes),
  ...Object.values(operatorRoutes),
  ...Object.values(policyRoutes),
  ...Object.values(reviewRoutes),
  ...Object.values(batchRoutes),
  ...Object.values(remedyRoutes),
  ...Object.values(planRoutes),
  ...Object.values(integrityRoutes),
  ...Object.values(importRoutes),
  ...Object.values(ownRoutes),
  ...Object.values(peopleRoutes),
  ...Object.values(paymentRoutes),
];
