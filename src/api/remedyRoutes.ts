/* Routes after a decision, for staff: appeals, remedies, own error, report. */

import { z } from "zod";
import * as cases from "./caseSchemas.ts";
import { read, stored, logged, type RouteContract } from "./contract.ts";
import {
  acknowledged,
  instant,
  ORDER_STATUSES,
  orderParams,
  roundParams,
  saleParams,
  standing,
  text,
  uuid,
} from "./schemas.ts";

const sampleParams = saleParams.extend({ sampleId: uuid });

/** All of them, by name. */
export const remedyRoutes = {
  listAppeals: {
    ...read,
    id: "listAppeals",
    cost: "database",
    path: "/v1/operator/appeals",
    summary: "Appeals by time left",
    query: z.object({
      state: z.enum(["pending", "upheld", "rejected"]).optional(),
      lang: z.string().optional(),
    }),
    response: z.object({ appeals: z.array(cases.appealSummary) }),
    problems: [],
  },
  showAppeal: {
    ...read,
    id: "showAppeal",
    cost: "database",
    capability: "appeal.decide",
    path: "/v1/operator/appeals/:appealId",
    summary: "What we said, what she says, the evidence",
    params: cases.appealParams,
    response: cases.appealDetail,
    problems: ["appeal_not_found"],
  },
  showAppealFile: {
    ...read,
    id: "showAppealFile",
    cost: "database",
    capability: "appeal.decide",
    path: "/v1/operator/appeals/:appealId/files/:fileNo",
    summary: "A file of an appeal, as a download (base64)",
    params: cases.appealParams.extend({ fileNo: z.coerce.number().int().min(1).max(3) }),
    response: z.object({ mediaType: z.string(), name: z.string(), content: z.string() }),
    problems: ["appeal_not_found"],
  },
  decideAppeal: logged(
    {
      ...stored,
      id: "decideAppeal",
      cost: "database",
      path: "/v1/operator/appeals/:appealId/decision",
      summary:
        "Uphold or reject, with a reasoned answer, by somebody who had no part in the decision",
      capability: "appeal.decide",
      params: cases.appealParams,
      body: z.strictObject({ outcome: z.enum(["upheld", "rejected"]), answer: text }),
      response: cases.appealSummary,
      problems: ["appeal_not_found", "appeal_ended", "appeal_own_decision", "answer_needed"],
    },
    { action: ({ body }) => `appeal ${body.outcome}`, subject: (_, { appealId }) => appealId },
  ),
  showDecision: {
    ...read,
    id: "showDecision",
    cost: "database",
    path: "/v1/operator/decisions/:decisionId",
    summary: "A decision as each audience says it: help desk, channel, courier",
    params: z.object({ decisionId: uuid }),
    response: cases.decision.extend({
      helpDesk: text,
      channelStatus: z.enum(ORDER_STATUSES).nullable(),
      courier: text,
    }),
    problems: ["decision_not_found"],
  },
  exportDecision: {
    ...read,
    id: "exportDecision",
    cost: "database",
    path: "/v1/operator/decisions/:decisionId/dossier",
    summary: "One file for a consumer body: decision, notices, appeal, answer, remedy, log",
    params: z.object({ decisionId: uuid }),
    response: z.record(z.string(), z.unknown()),
    problems: ["decision_not_found"],
  },
  showOrderStanding: {
    ...read,
    id: "showOrderStanding",
    cost: "database",
    path: "/v1/operator/sales/:slug/orders/:orderId/status",
    summary:
      "How an order stands, as each audience says it, and which reports about it can be true",
    params: orderParams,
    response: z.object({
      orderId: uuid,
      decisionId: uuid.nullable(),
      standing,
      helpDesk: text,
      channelStatus: z.enum(ORDER_STATUSES).nullable(),
      courier: text,
      /** Reports that can be true; those about the parcel need a courier's reference. */
      takes: z.array(z.enum(ORDER_STATUSES)),
    }),
    problems: ["sale_not_found", "order_not_found"],
  },
  setOrderStatus: logged(
    {
      ...stored,
      id: "setOrderStatus",
      cost: "database",
      path: "/v1/operator/sales/:slug/orders/:orderId/status",
      summary: "What a channel or courier says; a status that contradicts the record is refused",
      capability: "remedy.manage",
      params: orderParams,
      body: z.strictObject({
        status: z.enum(ORDER_STATUSES),
        handoverReference: z.string().min(1).max(100).optional(),
      }),
      response: acknowledged,
      problems: [
        ...["sale_not_found", "order_not_found", "status_needs_handover"],
        ...["status_needs_decision", "status_contradicts_decision", "status_contradicts_review"],
        ...["status_contradicts_order", "status_needs_buyer"],
      ] as RouteContract["problems"],
    },
    {
      action: ({ body }) => `set order ${body.status}`,
      subject: ({ params }) => `${params.slug} ${params.orderId}`,
    },
  ),
  listLog: {
    ...read,
    id: "listLog",
    cost: "database",
    path: "/v1/operator/log",
    summary: "Who did what, newest first; as a file for an auditor, a page at a time",
    query: z.object({
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(200),
      /** Part of an operator's name, whatever its case. */
      who: z.string().max(120).optional(),
      /** Part of what was done or of what it was done to. */
      what: z.string().max(200).optional(),
      since: instant.optional(),
      /** Up to this instant, itself left out. */
      until: instant.optional(),
      lang: z.string().optional(),
    }),
    response: z.object({
      entries: z.array(
        z.object({
          logNo: z.number().int(),
          operator: z.string(),
          action: z.string(),
          subject: z.string(),
          at: instant,
        }),
      ),
    }),
    problems: [],
  },
  listEntitlements: {
    ...read,
    id: "listEntitlements",
    cost: "database",
    path: "/v1/operator/entitlements",
    summary: "Units that are owed, the longest owed first",
    response: z.object({ entitlements: z.array(cases.entitlement) }),
    problems: [],
  },
  carveOutRound: logged(
    {
      ...stored,
      id: "carveOutRound",
      cost: "database",
      path: "/v1/operator/sales/:slug/rounds/:roundNo/carve-out",
      summary: "Set units aside for everybody who is owed one, before the round's lobby opens",
      capability: "remedy.manage",
      params: roundParams,
      response: z.object({
        carved: z.number().int(),
        leftStanding: z.number().int(),
        /** Of these, units of products that this round does not sell, without a buyer's yes. */
        otherProduct: z.number().int(),
      }),
      problems: ["sale_not_found", "round_not_found", "round_opened", "carved_already"],
    },
    { action: "carve out", subject: ({ params }) => `${params.slug} round ${params.roundNo}` },
  ),
  drawErrorSample: logged(
    {
      ...stored,
      id: "drawErrorSample",
      cost: "database",
      path: "/v1/operator/sales/:slug/error-sample",
      summary: "Draw refused and accepted orders by chance, to be judged again",
      capability: "report.publish",
      params: saleParams,
      body: z.strictObject({
        refused: z.number().int().min(0).max(2_000),
        accepted: z.number().int().min(0).max(2_000),
      }),
      response: z.object({ refused: z.number().int(), accepted: z.number().int() }),
      problems: ["sale_not_found", "sale_not_sealed", "facts_expired"],
    },
    { action: "draw error sample", subject: ({ params }) => params.slug },
  ),
  listErrorSample: {
    ...read,
    id: "listErrorSample",
    cost: "database",
    path: "/v1/operator/sales/:slug/error-sample",
    summary:
      "The drawn orders, refused and accepted ones mixed; the order's id only after it was judged",
    params: saleParams,
    response: z.object({
      orders: z.array(
        z.object({ sampleId: uuid, found: z.string().nullable(), orderId: uuid.nullable() }),
      ),
    }),
    problems: ["sale_not_found"],
  },
  lookAtErrorSample: logged(
    {
      ...stored,
      id: "lookAtErrorSample",
      cost: "database",
      path: "/v1/operator/sales/:slug/error-sample/:sampleId/look",
      summary:
        "Masked facts of a drawn order and what it shares; the first verdict only after the answer",
      capability: "case.decide",
      params: sampleParams,
      response: cases.sampledOrder,
      problems: ["sale_not_found", "order_not_found", "facts_expired"],
    },
    {
      action: "look at error sample",
      subject: ({ params }) => `${params.slug} ${params.sampleId}`,
    },
  ),
  judgeErrorSample: logged(
    {
      ...stored,
      id: "judgeErrorSample",
      cost: "database",
      path: "/v1/operator/sales/:slug/error-sample/:sampleId",
      summary: "What a person found, once; a rule over its ceiling goes to review only by itself",
      capability: "case.decide",
      params: sampleParams,
      body: z.strictObject({ found: z.enum(["genuine", "not_genuine"]) }),
      response: cases.ownError,
      problems: ["sale_not_found", "order_not_found", "sample_judged_already"],
    },
    { action: "judge error sample", subject: ({ params }) => `${params.slug} ${params.sampleId}` },
  ),
  publishReport: logged(
    {
      ...stored,
      id: "publishReport",
      cost: "database",
      path: "/v1/operator/sales/:slug/report",
      summary: "Publish the sale's report; later editions are appended with what they correct",
      capability: "report.publish",
      params: saleParams,
      body: z.strictObject({ correction: z.string().trim().min(5).max(1_000).optional() }),
      status: 201,
      response: cases.saleReport,
      problems: ["sale_not_found", "sale_still_open", "correction_needed"],
    },
    {
      action: (_, { edition }) => `publish report, edition ${edition}`,
      subject: ({ params }, { digest }) => `${params.slug} ${digest}`,
    },
  ),
} as const satisfies Record<string, RouteContract>;

const listParams = saleParams.extend({ listId: uuid });
const namedPerson = z.object({ name: z.string(), invitedBy: z.array(z.string()) });

const creditList = z.object({
  listId: uuid,
  /** `recorded`: the server's own failures. `uploaded`: tickets that somebody handed in. */
  source: z.enum(["recorded", "uploaded"]),
  state: z.enum(["waiting", "approved", "rejected"]),
  digest: cases.digest,
  reason: text,
  people: z.number().int(),
  /** Units by round and SKU. */
  units: z.record(z.string(), z.number().int()),
  createdBy: namedPerson,
  createdAt: instant,
  endedBy: namedPerson.nullable(),
  endedAt: instant.nullable(),
});

/** Tickets in one list. */
const MOST_TURNS_COUNT = 1_000;

/** Failures of our own, and lists of people who are to be owed a unit for them. */
export const creditRoutes = {
  countFailures: {
    ...read,
    id: "countFailures",
    cost: "database",
    path: "/v1/operator/sales/:slug/failures",
    summary:
      "How many turns the server failed, from its own error path, and how many are not made good",
    params: saleParams,
    response: z.object({
      /** Failures that the server recorded, once for each person and round. */
      recorded: z.number().int(),
      /** People who lost a unit or a place through us and stand in no list yet. */
      lost: z.number().int(),
    }),
    problems: ["sale_not_found"],
  },
  listCreditLists: {
    ...read,
    id: "listCreditLists",
    cost: "database",
    path: "/v1/operator/sales/:slug/credit-lists",
    summary: "Lists of people who are to be owed a unit for a failure of ours",
    params: saleParams,
    response: z.object({ lists: z.array(creditList) }),
    problems: ["sale_not_found"],
  },
  proposeCredits: logged(
    {
      ...stored,
      id: "proposeCredits",
      cost: "database",
      path: "/v1/operator/sales/:slug/credit-lists",
      summary: "Make a list of recorded failures, or of tickets; a second person approves it",
      capability: "remedy.manage",
      params: saleParams,
      body: z.strictObject({
        reason: text,
        /** Without them: everybody whom the server itself failed. */
        turns: z
          .array(
            z.strictObject({
              ticket: z.string().min(10).max(600),
              sku: z.string().min(1).max(64),
            }),
          )
          .min(1)
          .max(MOST_TURNS_COUNT)
          .optional(),
      }),
      bodyLimitBytes: 1_048_576,
      status: 201,
      response: creditList,
      problems: [
        ...["sale_not_found", "ticket_invalid", "variant_unknown", "credited_already"],
        "no_failure_recorded",
        "credit_ceiling",
      ] as RouteContract["problems"],
    },
    {
      action: "propose credits",
      subject: ({ params }, { listId }) => `${params.slug} ${listId}`,
    },
  ),
  approveCredits: logged(
    {
      ...stored,
      id: "approveCredits",
      cost: "database",
      path: "/v1/operator/sales/:slug/credit-lists/:listId/approval",
      summary: "Approve exactly this list, as a second person; its units are owed from now on",
      capability: "batch.approve",
      params: listParams,
      body: z.strictObject({ digest: cases.digest }),
      response: creditList,
      problems: [
        ...["sale_not_found", "policy_not_found", "credit_list_not_found", "credit_list_ended"],
        ...["digest_mismatch", "second_person_needed", "approval_not_independent"],
        ...["credit_ceiling", "credited_already"],
      ] as RouteContract["problems"],
    },
    {
      action: "approve credits",
      subject: ({ params }, { listId }) => `${params.slug} ${listId}`,
    },
  ),
  rejectCredits: logged(
    {
      ...stored,
      id: "rejectCredits",
      cost: "database",
      path: "/v1/operator/sales/:slug/credit-lists/:listId/rejection",
      summary: "Reject a list; nothing is owed",
      capability: "batch.approve",
      params: listParams,
      response: creditList,
      problems: ["sale_not_found", "credit_list_not_found", "credit_list_ended"],
    },
    {
      action: "reject credits",
      subject: ({ params }, { listId }) => `${params.slug} ${listId}`,
    },
  ),
} as const satisfies Record<string, RouteContract>;
