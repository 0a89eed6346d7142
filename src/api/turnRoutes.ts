/* Routes of "one person, one turn": objections to shared turns and waiting orders, decisions. */

import { z } from "zod";
import { logged, type RouteContract } from "./contract.ts";
import { acknowledged, instant, roundParams, text, uuid } from "./schemas.ts";

const statement = z.string().trim().min(10).max(2_000);

export const turnRoutes = {
  objectToSharedTurn: {
    id: "objectToSharedTurn",
    cost: "database",
    method: "POST",
    path: "/v1/sales/:slug/rounds/:roundNo/objection",
    summary: "Say that my entry, or my order that waits, and the others are two people's",
    auth: "buyer",
    repeat: "stored",
    params: roundParams,
    body: z.strictObject({ statement }),
    status: 201,
    response: acknowledged,
    problems: [
      "sale_not_found",
      "round_not_found",
      "entry_not_found",
      "turn_not_shared",
      "objection_made",
    ],
  },
  listObjections: {
    id: "listObjections",
    cost: "database",
    method: "GET",
    path: "/v1/operator/objections",
    summary: "Who says that a shared turn, or a waiting order, is two people's: undecided first",
    auth: "operator",
    // A buyer's statement about the family is only for staff who answer it.
    capability: "appeal.decide",
    status: 200,
    response: z.object({
      objections: z.array(
        z.object({
          sale: z.string(),
          roundNo: z.number().int(),
          entryId: uuid,
          /** A shared turn, or an order that waits because of others to its recipient and address. */
          about: z.enum(["entry", "order"]),
          /** Bits of evidence for one person; null for an order, which is counted by a plain rule. */
          bits: z.number().nullable(),
          reason: text,
          /** Empty after its erasure. */
          statement: z.string(),
          objectedAt: instant,
          /**
           * All entries of the turn, or orders to the recipient and address, this one included. Name
           * and address as the brand verified them, or as the order says them; masked.
           */
          entries: z.array(
            z.object({
              entryId: uuid,
              account: z.string(),
              enteredAt: instant,
              state: z.string(),
              name: z.string().nullable(),
              address: z.string().nullable(),
            }),
          ),
          verdict: z.enum(["apart", "same"]).nullable(),
          answer: z.string().nullable(),
          decidedBy: z.string().nullable(),
        }),
      ),
    }),
    problems: [],
  },
  decideObjection: logged(
    {
      id: "decideObjection",
      cost: "database",
      method: "POST",
      path: "/v1/operator/sales/:slug/rounds/:roundNo/objections/:entryId",
      summary: "Two people: the entry has its own turn, the order waits no longer; or one, and why",
      auth: "operator",
      repeat: "stored",
      capability: "appeal.decide",
      params: roundParams.extend({ entryId: uuid }),
      body: z.strictObject({
        /** As in the list: an entry may have an objection of each kind. */
        about: z.enum(["entry", "order"]),
        verdict: z.enum(["apart", "same"]),
        answer: z.string().trim().min(10).max(2_000),
      }),
      status: 200,
      response: acknowledged,
      problems: ["sale_not_found", "round_not_found", "objection_not_found", "objection_decided"],
    },
    {
      action: ({ body }) => `objection ${body.verdict}`,
      subject: ({ params }) => `${params.slug} ${params.entryId}`,
    },
  ),
} as const satisfies Record<string, RouteContract>;
