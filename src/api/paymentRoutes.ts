/* Operators' routes about money: reports of payments that fit no order. */

import { z } from "zod";
import { logged, type RouteContract } from "./contract.ts";
import { instant, uuid } from "./schemas.ts";

/** Operators' routes about payments. */
export const paymentRoutes = {
  listMisfits: {
    id: "listMisfits",
    cost: "database",
    method: "GET",
    path: "/v1/operator/payments/misfits",
    summary:
      "Reports of payments that fit no order, or not quite; open ones first, then the newest",
    auth: "operator",
    capability: "sale.read",
    query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(200) }),
    status: 200,
    response: z.object({
      misfits: z.array(
        z.object({
          misfitNo: z.number().int(),
          paymentId: z.string(),
          why: z.enum([
            "no_order",
            "other_payment",
            "other_currency",
            "other_amount",
            "returned_too_much",
          ]),
          kind: z.enum(["paid", "refunded"]),
          amountMinorUnits: z.number().int(),
          currency: z.string(),
          sale: z.string().nullable(),
          orderId: uuid.nullable(),
          /** Where the payment's money is now; `unknown`: the report was about another payment. */
          money: z.enum(["kept", "goes_back", "went_back", "nobodys", "unknown"]),
          reportedAt: instant,
          settledAt: instant.nullable(),
          settledBy: z.string().nullable(),
        }),
      ),
    }),
    problems: [],
  },
  settleMisfit: logged(
    {
      id: "settleMisfit",
      cost: "database",
      method: "POST",
      path: "/v1/operator/payments/misfits/:misfitNo/close",
      summary: "A person has dealt with a report that fits no order; no money moves by it",
      auth: "operator",
      capability: "remedy.manage",
      repeat: "stored",
      params: z.object({ misfitNo: z.coerce.number().int().min(1) }),
      status: 200,
      response: z.object({ ok: z.literal(true) }),
      problems: ["misfit_not_found"],
    },
    { action: "settled payment report", subject: ({ params }) => String(params.misfitNo) },
  ),
} as const satisfies Record<string, RouteContract>;
